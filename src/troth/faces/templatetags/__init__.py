"""Template tags of the faces; load them with ``{% load faces %}``."""
