"""The form of a decision, as any part includes it."""

import re

from app.web.decisions import Approval, DecisionForm, Objection, Obstacle
from app.web.render import environment

APPROVE = Approval("/items/1/approve", "It goes out on its day.", "Approve the item")
BACK = Objection("/items/1/return", "reason", "Return it", "What should change?", "Its author reads this.", "Give back")
HOLD = Objection("/items/1/hold", "held_because", "Hold it", "Until when, and why?", "All see this.", "Hold")
SEEN = {"fingerprint": "a" * 64}


def shown(decision: DecisionForm, errors: dict[str, str] | None = None, raw: dict[str, str] | None = None) -> str:
    template = environment("en").from_string('{% include "ui/decide.html" %}')
    return template.render(decision=decision, errors=errors or {}, raw=raw or {})


def test_every_answer_says_what_was_looked_at() -> None:
    html = shown(DecisionForm(APPROVE, [BACK, HOLD], [], SEEN))
    assert re.findall('action="([^"]+)"', html) == [APPROVE.address, BACK.address, HOLD.address]
    assert html.count(f'name="fingerprint" value="{"a" * 64}"') == 3
    assert APPROVE.effect in html
    assert len(set(re.findall(' id="([^"]+)"', html))) == html.count(' id="')


def test_whoever_cannot_approve_is_told_why_and_may_still_object() -> None:
    alone = Obstacle("You wrote it alone.", "/company/people", "Who else could")
    html = shown(DecisionForm(APPROVE, [BACK], [alone], SEEN))
    assert APPROVE.address not in html
    assert alone.text in html
    assert 'href="/company/people"' in html
    assert BACK.address in html


def test_an_objection_that_comes_back_is_open_and_keeps_its_reason() -> None:
    html = shown(DecisionForm(APPROVE, [BACK, HOLD], [], {}), {"held_because": "Too long."}, {"held_because": "Wait <"})
    assert [" open" in found for found in re.findall("<details[^>]*>", html)] == [False, True]
    assert "Too long." in html
    assert "Wait &lt;" in html
