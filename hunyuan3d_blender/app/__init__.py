# SPDX-License-Identifier: GPL-3.0-or-later
"""The use cases: start a job, decide what becomes of it, bring its model into the scene; and what panels show.

    drafts            what the Generate panel holds, its price and what the service would refuse it for
    pictures          picture files to send, and copies of ours
    accounts          whom a job is sent as, with which key
    selected_model    what is known of the selected objects
    rigs              the selected armature: what has made it, and of what
    kept_jobs         jobs whose result the service still has
    selected_objects  those that no service has, on their way there
    operations        work on them: price, what stands in the way, jobs
    parts             found by a service, painted, and made as they are painted then
    chains            a model and what is to be done with it then, as one
    starting          a draft becomes a job
    proposals         what would become a batch, what it would cost, and what of a list is left out
    batches           a proposal becomes jobs, some at every tick
    deciding          what the artist does with a job
    costs             what was spent, what may be spent in a month, and what would go over that
    quick_drafts      something quick first, then the real model where the draft stands
    arrivals          a model comes into the open file
    watching          the tick: what has changed, what is due, what has ended
    programs          what other processes are started with
    worker_link       see that the worker runs and knows what it needs
    keys              keeping a typed key, and forgetting one
    asked             a short-lived process that is asked one thing, because the answer takes time
    connection_tests  is the key good, and the bucket?
    bucket            through which models go to the services
    output            a model into a file, for the command line
    session           the only mutable state of the package

Runs in the artist's Blender, so nothing here waits: no socket, no thread, and a lock of the store is waited for 50 ms
at most. The names below are the whole of what `ui` and `cli` use; what a click only needs is asked for by module, as
in `app.operations.start_work`, and imported by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..jobs.listing import Group, Page, Row, View
from ..on_demand import on_demand
from ..services.limits import Problem
from ..services.pricing import Estimate
from .accounts import (
    account,
    accounts_with,
    allow_online_access,
    chosen_by_name,
    host_of,
    leaves_to,
    leaves_to_from,
    missing_variables,
    offline_reason,
    services,
    shown_account,
)
from .arrivals import bring_in, load_post, save_post
from .asked import Asked
from .batches import forget_rest, start_batch, start_rest
from .bucket import bucket_for, forget_bucket_key, save_bucket_key, shown_bucket, shown_bucket_for
from .connection_tests import begin_bucket_test, begin_connection_test, bucket_test, connection_test
from .costs import Bill, Statement, is_beyond_limit, limit, over_limit, set_limit, statement
from .deciding import (
    cancel,
    cancel_batch,
    folder_of,
    follow,
    forget,
    open_in_batch,
    paste_job_id,
    remove,
    retry,
    send_again,
)
from .drafts import Draft, draft_of_job, price, problems, request_of
from .keys import forget_account, forget_key, is_keychain_there, keychain_task, save_key
from .pictures import keep_picture, look_at_picture, picture_facts, sendable
from .programs import converter
from .session import (
    AccountSettings,
    AppSettings,
    BucketSettings,
    NotPossible,
    be_patient,
    configure,
    is_new,
    library_folder,
    library_size,
    reset,
    typed,
    usual_size_m,
)
from .starting import start, submit
from .watching import (
    abandoned,
    has_endings,
    has_open_jobs,
    is_open_batch,
    look,
    row,
    rows,
    show,
    shown,
    state_of,
    take_endings,
    tick,
    view,
)
from .worker_link import wake_worker, worker_trouble

if TYPE_CHECKING:
    from . import chains, operations, output, parts, proposals, quick_drafts, selected_model

__getattr__ = on_demand(
    __name__, 'chains', 'operations', 'output', 'parts', 'proposals', 'quick_drafts', 'selected_model'
)

__all__ = [
    'AccountSettings',
    'AppSettings',
    'Asked',
    'Bill',
    'BucketSettings',
    'Draft',
    'Estimate',
    'Group',
    'NotPossible',
    'Page',
    'Problem',
    'Row',
    'Statement',
    'View',
    'abandoned',
    'account',
    'accounts_with',
    'allow_online_access',
    'be_patient',
    'begin_bucket_test',
    'begin_connection_test',
    'bring_in',
    'bucket_for',
    'bucket_test',
    'cancel',
    'cancel_batch',
    'chains',
    'chosen_by_name',
    'configure',
    'connection_test',
    'converter',
    'draft_of_job',
    'folder_of',
    'follow',
    'forget',
    'forget_account',
    'forget_bucket_key',
    'forget_key',
    'forget_rest',
    'has_endings',
    'has_open_jobs',
    'host_of',
    'is_beyond_limit',
    'is_keychain_there',
    'is_new',
    'is_open_batch',
    'keep_picture',
    'keychain_task',
    'leaves_to',
    'leaves_to_from',
    'library_folder',
    'library_size',
    'limit',
    'load_post',
    'look',
    'look_at_picture',
    'missing_variables',
    'offline_reason',
    'open_in_batch',
    'operations',
    'output',
    'over_limit',
    'parts',
    'paste_job_id',
    'picture_facts',
    'price',
    'problems',
    'proposals',
    'quick_drafts',
    'remove',
    'request_of',
    'reset',
    'retry',
    'row',
    'rows',
    'save_bucket_key',
    'save_key',
    'save_post',
    'selected_model',
    'send_again',
    'sendable',
    'services',
    'set_limit',
    'show',
    'shown',
    'shown_account',
    'shown_bucket',
    'shown_bucket_for',
    'start',
    'start_batch',
    'start_rest',
    'state_of',
    'statement',
    'submit',
    'take_endings',
    'tick',
    'typed',
    'usual_size_m',
    'view',
    'wake_worker',
    'worker_trouble',
]  # fmt: skip
