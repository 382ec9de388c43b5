# SPDX-License-Identifier: GPL-3.0-or-later
"""Selected objects on their way to a service: written as they are by the artist's Blender, made a file of by another one.

selection   in the artist's Blender: what can go, and a .blend of it
program     in the background Blender: that .blend becomes a GLB, an FBX or a zip with an OBJ
bake        what is seen of the objects, as plain meshes around one origin
textures    every picture a file of its own, for exporters that know files only
writers     the three formats
facts       faces, islands and size
counts      faces as they are seen, for drawing code
"""
