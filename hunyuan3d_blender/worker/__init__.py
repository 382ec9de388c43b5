# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that waits: it submits, asks, downloads and converts. Threads exist here and nowhere else of ours."""
