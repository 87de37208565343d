"""Addresses of the customer's pages; those of a desk begin with its name."""

from __future__ import annotations

from django.urls import path

from troth.portal import acts, case_list, case_page, files, front, new_case, policy_page, sign_in, why_page

app_name = "portal"
urlpatterns = [
    path("", front.desks, name="desks"),
    path("sign-in", sign_in.which_desk, name="sign-in-somewhere"),
    path("<slug:desk>/", front.front, name="front"),
    path("<slug:desk>/sign-in", sign_in.ask_for_link, name="sign-in"),
    path("<slug:desk>/sign-in/sent", sign_in.link_sent, name="link-sent"),
    path("<slug:desk>/sign-in/password", sign_in.by_password, name="password"),
    path("<slug:desk>/sign-in/link/<str:token>", sign_in.by_link, name="link"),
    path("<slug:desk>/sign-out", sign_in.leave, name="sign-out"),
    path("<slug:desk>/policy", policy_page.policy_page, name="policy"),
    path("<slug:desk>/cases", case_list.case_list, name="cases"),
    path("<slug:desk>/cases/new", new_case.new_case, name="new-case"),
    path("<slug:desk>/cases/new/promise", new_case.promise, name="promise"),
    path("<slug:desk>/cases/<str:number>", case_page.case_page, name="case"),
    path("<slug:desk>/cases/<str:number>/why/<str:clock>", why_page.why_page, name="why"),
    path("<slug:desk>/cases/<str:number>/files/<int:pk>", files.hand_out, name="file"),
    path("<slug:desk>/cases/<str:number>/<slug:act>", acts.act, name="act"),
]
