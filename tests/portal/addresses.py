"""The addresses of the portal and the faces alone, so that no other room's page can turn these tests red."""

from django.urls import include, path

handler400 = "troth.portal.errors.malformed"
handler403 = "troth.portal.errors.refused"
handler404 = "troth.portal.errors.absent"
handler500 = "troth.portal.errors.broken"

urlpatterns = [
    path("account/", include("troth.portal.account_urls")),
    path("", include("troth.faces.urls")),
    path("", include("troth.portal.urls")),
]
