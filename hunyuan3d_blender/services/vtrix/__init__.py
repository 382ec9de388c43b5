# SPDX-License-Identifier: GPL-3.0-or-later
"""Vtrix, a gateway that sells Hunyuan 3D among many other models."""
