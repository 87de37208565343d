"""What strangers write is shown as they wrote it and never runs: a corpus of scripts, on every page that shows it."""

import pytest
from playwright.sync_api import expect

from tests.desk.making import agent, customer, netop, signed_in
from tests.desk.making import opened as opened_case
from troth.desk.door import note, record
from troth.desk.messages import Enclosed, Written
from troth.people.models import Person
from troth.policy.vocabulary import Verb

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000
CORPUS = (
    "<script>ran()</script>",
    "<img src=x onerror=ran()>",
    "<svg onload=ran()>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>",
    "<details open ontoggle=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'>",
    "<a href=javascript:ran() id=here>x</a>",
    "[x](javascript:ran())",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran()>",
    "<noscript><p title='</noscript><img src=x onerror=ran()>'>",
    "'\"><script>ran()</script>",
    "</textarea><script>ran()</script>",
    "</title><script>ran()</script>",
    "{{constructor.constructor('ran()')()}}",
    "<div hx-on:click=ran() hx-get=/ hx-trigger=load>",
    "<form><button formaction=javascript:ran()>x",
    "<template><script>ran()</script></template>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "\u202e<script>ran()</script>",
    "<object data=javascript:ran()>",
    "<input autofocus onfocus=ran()>",
    "<x contenteditable onblur=ran() tabindex=1 autofocus onfocus=ran()>",
)


def test_no_words_of_a_stranger_run_on_any_page(browser, live_server):
    """As title, text, note, name of a person and of a file; for the customer and for the agent."""
    desk, worker = netop(), agent(netop())
    holder = customer(desk)
    words = "\n\n".join(CORPUS)
    Person.objects.filter(pk=holder.person_id).update(name=CORPUS[1])
    case = opened_case(desk, holder, title="".join(CORPUS)[:180], text=words).case
    files = tuple(Enclosed(f"{each[:60].replace('/', '_')}.html", each.encode(), "text/html") for each in CORPUS)
    record(case, Verb.REPLY, by=worker, written=Written(words, enclosed=files))
    note(case, by=worker, written=Written(words))
    seen = {
        holder.person: (f"cases/{case.label}", "cases", "cases/new", f"cases/{case.label}/why/respond"),
        worker.person: (f"desk/cases/{case.label}", "desk/queue", f"desk/queue?q={CORPUS[1]}", f"cases/{case.label}"),
    }
    for person, paths in seen.items():
        client = signed_in(person)
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        wrong: list[str] = []
        context.expose_function("ran", lambda wrong=wrong: wrong.append("it ran"))
        page.on("dialog", lambda shown, wrong=wrong: (wrong.append(shown.message), shown.dismiss()))
        page.on("request", lambda asked, wrong=wrong: wrong.append(asked.url) if "evil" in asked.url else None)
        page.on(
            "console",
            lambda said, wrong=wrong: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        for path in paths:
            answer = page.goto(f"{live_server.url}/{desk.slug}/{path}")
            assert answer.status == 200, path
            expect(page.locator("main h1").first).to_be_visible(timeout=PATIENCE)
            assert page.url.startswith(f"{live_server.url}/{desk.slug}/")
        page.goto(f"{live_server.url}/{desk.slug}/{paths[0]}")
        expect(page.get_by_text("<svg onload=ran()>").first).to_be_visible(timeout=PATIENCE)
        assert page.evaluate("document.querySelectorAll('main script, main iframe, main object, base').length") == 0
        assert wrong == []
        context.close()
