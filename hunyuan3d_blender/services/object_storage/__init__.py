# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own bucket, spoken to as Amazon S3 is: Tencent COS, Amazon S3, Cloudflare R2, MinIO and others."""
