"""The addresses of the faces alone, so that no other room's page can turn these tests red."""

from django.urls import include, path

urlpatterns = [path("", include("troth.faces.urls"))]
