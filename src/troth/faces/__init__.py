"""The faces of Troth: tokens, components and layouts that portal, workspace and mail share.

Nothing here decides. Pages fill the small frozen values of :mod:`troth.faces.marks`
and hand them to the tags of ``{% load faces %}``; every component stands on ``/styleguide``.
"""
