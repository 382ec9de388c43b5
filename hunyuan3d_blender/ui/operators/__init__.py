# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist can do. Each gathers its input, calls one function of `app` and reports."""
