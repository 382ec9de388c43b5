# SPDX-License-Identifier: GPL-3.0-or-later
"""The China site's Pro action with one API key instead of a signature ("OpenAI-compatible")."""
