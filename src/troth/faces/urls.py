"""Addresses of the faces themselves: the stylesheet, the theme switch, the keys switch, the style guide.

The style guide answers only in DEBUG or where ``TROTH_DEMO`` is set.
"""

from __future__ import annotations

from django.urls import path

from troth.faces import views

app_name = "faces"
urlpatterns = [
    path("faces.<str:digest>.css", views.stylesheet, name="stylesheet"),
    path("theme", views.theme, name="theme"),
    path("keys", views.keys, name="keys"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/portal", views.sample_portal, name="sample-portal"),
    path("styleguide/workspace", views.sample_workspace, name="sample-workspace"),
]
