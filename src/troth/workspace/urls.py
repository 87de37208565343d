"""Addresses of the workspace; those of a desk begin with its name, the demo's outbox with none."""

from __future__ import annotations

from django.urls import path

from troth.workspace import act_page, case_page, mail_page, operator_page, outbox, queue_page, why_page

app_name = "workspace"
urlpatterns = [
    path("outbox", outbox.outbox, name="outbox"),
    path("<slug:desk>/desk/", queue_page.front, name="front"),
    path("<slug:desk>/desk/queue", queue_page.queue, name="queue"),
    path("<slug:desk>/desk/queue/take", queue_page.take_next, name="take-next"),
    path("<slug:desk>/desk/queue/assign", queue_page.take_one, name="take-one"),
    path("<slug:desk>/desk/mail", mail_page.waiting, name="mail"),
    path("<slug:desk>/desk/mail/<str:number>", mail_page.one, name="mail-one"),
    path("<slug:desk>/desk/mail/<str:number>/original", mail_page.bytes_of, name="mail-original"),
    path("<slug:desk>/desk/mail/<str:number>/<slug:name>", mail_page.settle, name="mail-settle"),
    path("<slug:desk>/operator", operator_page.page, name="operator"),
    path("<slug:desk>/operator/<slug:kind>/<str:number>", operator_page.mend, name="mend"),
    path("<slug:desk>/desk/cases/<str:number>", case_page.case_page, name="case"),
    path("<slug:desk>/desk/cases/<str:number>/why/<str:clock>", why_page.why_page, name="why"),
    path("<slug:desk>/desk/cases/<str:number>/<slug:name>", act_page.act, name="act"),
]
