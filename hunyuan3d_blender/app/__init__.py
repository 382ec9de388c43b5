# SPDX-License-Identifier: GPL-3.0-or-later
"""The use cases: start a job, decide what becomes of it, bring its model into the scene; and what panels show.

    drafts            what the Generate panel holds, its price and what the service would refuse it for
    pictures          picture files to send, and copies of ours
    accounts          whom a job is sent as, with which key
    selected_model    what is known of the selected objects
    selected_objects  those that no service has, on their way there
    operations        work on them: price, what stands in the way, jobs
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
at most. The names below are the whole of what `ui` and `cli` use.
"""

from __future__ import annotations

from ..jobs.listing import Group, Page, Row, View
from ..services.limits import Problem
from ..services.pricing import Estimate
from .accounts import (
    account,
    accounts_with,
    allow_online_access,
    chosen_by_name,
    host_of,
    leaves_to,
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
from .operations import Work, goes_by_bucket, start_work, work_price, work_problems
from .output import NotWritten, check_output, write_output
from .pictures import keep_picture, look_at_picture, picture_facts, sendable
from .programs import converter
from .proposals import (
    VARIANTS_MAX,
    LeftOut,
    Proposal,
    batch_of_file,
    batch_of_folder,
    batch_of_prompts,
    variants,
)
from .quick_drafts import make_real, price_of_real, quick_draft_of, start_quick_draft
from .selected_model import SelectedModel, look_at_selected_model, selected_model
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

__all__ = [
    'VARIANTS_MAX',
    'AccountSettings',
    'AppSettings',
    'Asked',
    'Bill',
    'BucketSettings',
    'Draft',
    'Estimate',
    'Group',
    'LeftOut',
    'NotPossible',
    'NotWritten',
    'Page',
    'Problem',
    'Proposal',
    'Row',
    'SelectedModel',
    'Statement',
    'View',
    'Work',
    'abandoned',
    'account',
    'accounts_with',
    'allow_online_access',
    'batch_of_file',
    'batch_of_folder',
    'batch_of_prompts',
    'be_patient',
    'begin_bucket_test',
    'begin_connection_test',
    'bring_in',
    'bucket_for',
    'bucket_test',
    'cancel',
    'cancel_batch',
    'check_output',
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
    'goes_by_bucket',
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
    'library_folder',
    'library_size',
    'limit',
    'load_post',
    'look',
    'look_at_picture',
    'look_at_selected_model',
    'make_real',
    'offline_reason',
    'open_in_batch',
    'over_limit',
    'paste_job_id',
    'picture_facts',
    'price',
    'price_of_real',
    'problems',
    'quick_draft_of',
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
    'start_quick_draft',
    'start_rest',
    'start_work',
    'state_of',
    'statement',
    'submit',
    'take_endings',
    'tick',
    'typed',
    'usual_size_m',
    'variants',
    'view',
    'wake_worker',
    'work_price',
    'work_problems',
    'worker_trouble',
    'write_output',
]  # fmt: skip
