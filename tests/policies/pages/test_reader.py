"""/policies/{id}: reading, confirming, asking, disagreeing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import func, select

from app.context import Ctx
from app.models import Acknowledgement, Assignment, PolicyKind
from app.policies.rows import acknowledgements, policies
from app.policies.rules.assignment import AssignmentState
from app.policies.rules.guarantees import Guarantee
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn, ReplyIn
from app.policies.schemas.policy import PolicyIn, VersionIn, WithdrawIn
from app.policies.services import acknowledging
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from app.roster import people as roster
from tests.site import ORIGIN, Site
from tests.world import NOW, TODAY, World, acknowledge, confirmed

MARK = re.compile(r"<(?:ins|del)>([^<]*)<")
WRONG = WithdrawIn(reason="It names a channel that we closed.")
HTMX = {"hx-request": "true", "hx-request-type": "partial"}
GUARANTEES = "\n\n".join(f"::: guarantee {kind}\nThis is promised to you in full.\n:::" for kind in Guarantee)
TEXT = f"""Hello.

## The rules

Be kind to <script>alert(1)</script> everybody, [always](javascript:alert(2)).

{GUARANTEES}
"""


@dataclass(frozen=True)
class Policy:
    """A published policy: its address, and what its Italian reader confirms."""

    path: str
    shown: AcknowledgeIn

    def form(self, **more: str) -> dict[str, str]:
        return {**self.shown.model_dump(), **more}

    def answer(self, kind: str = "question", note: str = "May I?", **more: str) -> dict[str, str]:
        return {"version_id": self.shown.version_id, "language": "it", "kind": kind, "note": note, **more}


@pytest.fixture
async def policy(world: World, shown: AcknowledgeIn) -> Policy:
    return Policy(f"/policies/{await policy_id_of(world, shown)}", shown)


@pytest.fixture(autouse=True)
def that_morning() -> Iterator[None]:
    """Let it be the day on which the cast lives."""
    with time_machine.travel(NOW):
        yield


async def policy_id_of(world: World, shown: AcknowledgeIn) -> str:
    return (await world.system().read(policies.version, shown.version_id)).policy_id


async def publish(
    world: World, body: str, policy_id: str = "", *, kind: PolicyKind = PolicyKind.INTERNAL, **facts: Any
) -> Policy:
    """Publish a version with this text, the same in both languages, and what changed in a word."""

    def write(ctx: Ctx, version_id: str) -> None:
        for text in policies.texts(ctx, version_id).values():
            text.body, text.summary = body, f"New in {text.language}."

    if not policy_id:
        made = await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Rules", kind=kind))
        policy_id = made.id
    data = VersionIn(**{"effective_on": TODAY, **facts})
    version = await world.act("hr").write(policy_drafting.create_version, policy_id, data)
    await world.system().write(write, version.id)
    await world.act("hr").write(policy_approval.submit, version.id)
    await world.act("owner").write(policy_approval.approve, version.id)
    await world.act("owner").write(policy_publishing.publish, version.id)
    return Policy(f"/policies/{policy_id}", await world.act("hr").read(confirmed, version.id, "it"))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def count(ctx: Ctx, model: type[Any]) -> int:
    return ctx.session.execute(select(func.count(model.id))).scalar_one()


async def state(world: World, policy: Policy, name: str = "employee") -> tuple[AssignmentState, str]:
    def read(ctx: Ctx) -> tuple[AssignmentState, str]:
        mine = acknowledgements.asked(ctx, policy.shown.version_id, world.person[name]).id
        found = acknowledgements.assignment(ctx, mine)
        return found.state, found.note

    return await world.system().read(read)


async def assignment_id(world: World, policy: Policy, name: str = "employee") -> str:
    return (await world.system().read(acknowledgements.asked, policy.shown.version_id, world.person[name])).id


async def ok(browser: httpx.AsyncClient, path: str, **values: Any) -> str:
    response = await browser.get(path, **values)
    assert response.status_code == 200, response.text
    return response.text


async def test_the_page_shows_the_text_its_contents_and_an_unticked_box(site: Site, policy: Policy) -> None:
    page = await ok(await site.signed_in("employee"), policy.path)
    assert "<h1" in page
    assert 'href="#s-1-scopo-e-ambito"' in page
    box = re.search(r'<input type="checkbox"[^>]*name="confirmed"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    assert {name: hidden(page)[name] for name in policy.form()} == policy.form()
    assert "14 giorni" in words(page)
    assert "legge 300/1970" in words(page)


async def test_reading_and_confirming_on_a_plain_page(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    form = hidden(await ok(browser, policy.path)) | {"confirmed": "yes"}
    form.pop("next", None)
    sent = await browser.post(f"{policy.path}/acknowledge", data=form)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{policy.path}?language=it")
    page = await ok(browser, sent.headers["location"])
    assert "Registrato: hai ricevuto e letto questa versione." in words(page)
    assert policy.shown.content_sha256 in page
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", page)
    assert "Europe/Rome" in page
    assert 'name="confirmed"' not in page
    assert (await state(site.world, policy))[0] == "acknowledged"


async def test_confirming_with_htmx_answers_with_the_panel_alone(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form(confirmed="yes"), headers=HTMX)
    assert sent.status_code == 200
    assert '<div id="acknowledgement">' in sent.text
    assert "<html" not in sent.text
    assert "autofocus" in sent.text
    assert policy.shown.content_sha256 in sent.text
    assert '<hx-partial hx-target="#deadline" hx-swap="delete">' in sent.text
    assert sent.text.index("Torna a oggi") < sent.text.index("<dl")


async def test_confirming_twice_is_once_and_shows_the_first_time(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    form = policy.form(confirmed="yes")
    first = await browser.post(f"{policy.path}/acknowledge", data=form, headers=HTMX)
    second = await browser.post(f"{policy.path}/acknowledge", data=form, headers=HTMX)
    at = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
    assert at.findall(first.text) == at.findall(second.text)
    assert await site.world.system().read(count, Acknowledgement) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_an_unticked_box_confirms_nothing_and_says_so(
    site: Site, policy: Policy, headers: dict[str, str]
) -> None:
    browser = await site.signed_in("employee")
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form(), headers=headers)
    assert sent.status_code == 422
    assert "spunta prima la casella" in sent.text
    assert 'aria-invalid="true"' in sent.text
    assert ("<html" in sent.text) == (not headers)
    assert await site.world.system().read(count, Acknowledgement) == 0


async def test_a_form_without_its_hashes_is_refused(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    sent = await browser.post(f"{policy.path}/acknowledge", data={"confirmed": "yes"})
    assert sent.status_code == 422
    assert await site.world.system().read(count, Acknowledgement) == 0


@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_a_text_that_changed_meanwhile_is_not_confirmed(
    site: Site, policy: Policy, headers: dict[str, str]
) -> None:
    browser = await site.signed_in("employee")
    await site.world.next_version(policy.path.rsplit("/", 1)[1])
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form(confirmed="yes"), headers=headers)
    assert sent.status_code == 409
    assert f'href="{policy.path}?language=it"' in sent.text
    assert "Leggi la versione 2.0" in words(sent.text)
    assert ("<html" in sent.text) == (not headers)
    assert await site.world.system().read(count, Acknowledgement) == 0


@pytest.mark.parametrize("material", [True, False])
async def test_words_about_a_text_that_changed_meanwhile_come_back(
    site: Site, policy: Policy, *, material: bool
) -> None:
    browser = await site.signed_in("employee")
    await site.world.next_version(policy.path.rsplit("/", 1)[1], material=material)
    sent = await browser.post(f"{policy.path}/answer", data=policy.answer(note="Is <b>this</b> kept?"))
    assert sent.status_code == 409
    assert "Is &lt;b&gt;this&lt;/b&gt; kept?" in sent.text
    assert f'href="{policy.path}?language=it"' in sent.text


async def test_an_unticked_box_under_an_old_text_leads_to_the_new_one(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    await site.world.next_version(policy.path.rsplit("/", 1)[1])
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form())
    assert sent.status_code == 409


async def test_a_text_taken_back_meanwhile_asks_nothing_more(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    await site.world.act("owner").write(policy_publishing.withdraw, policy.shown.version_id, WRONG)
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form(confirmed="yes"))
    assert sent.status_code == 409
    assert "è stato ritirato" in words(sent.text)


@pytest.mark.parametrize(("kind", "after"), [("question", "question"), ("declined", "declined")])
@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_a_question_and_a_refusal_are_answers(
    site: Site, policy: Policy, kind: str, after: str, headers: dict[str, str]
) -> None:
    browser = await site.signed_in("employee")
    sent = await browser.post(f"{policy.path}/answer", data=policy.answer(kind, "Only <i>mine</i>"), headers=headers)
    assert sent.status_code == (200 if headers else 303)
    assert await state(site.world, policy) == (after, "Only <i>mine</i>")
    page = await ok(browser, policy.path)
    assert "Only &lt;i&gt;mine&lt;/i&gt;" in page
    assert 'name="confirmed"' in page


async def test_mail_is_promised_to_whoever_has_an_address_only(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    assert "La risposta arriva qui e per e-mail." in words(await ok(browser, policy.path))
    await site.world.system().write(_without_address, site.world.person["employee"])
    assert "e per e-mail" not in words(await ok(browser, policy.path))
    sent = await browser.post(f"{policy.path}/answer", data=policy.answer(), follow_redirects=True)
    for page in (words(sent.text), words(await ok(browser, "/"))):
        assert "La risposta arriva qui: torna a guardare" in page
        assert "e per e-mail" not in page


def _without_address(ctx: Any, person_id: str) -> None:
    roster.person(ctx, person_id).email = None


async def test_the_answer_to_a_question_stands_beside_it(site: Site, policy: Policy) -> None:
    world = site.world
    answer = AnswerIn(version_id=policy.shown.version_id, kind="question", note="May I?")
    await world.act("employee").write(acknowledging.answer, answer)
    await world.act("hr").write(acknowledging.reply, await assignment_id(world, policy), ReplyIn(reply="You may."))
    top, rest = (await ok(await site.signed_in("employee"), policy.path)).split("<article")
    assert 'La tua domanda ha una risposta.</b> <a href="#answer">Leggi la risposta' in top
    assert "You may." in rest.split('id="answer"')[1]


@pytest.mark.parametrize("sent", [{"note": ""}, {"kind": "maybe"}, {"note": "x" * 4001}])
@pytest.mark.parametrize("headers", [{}, HTMX])
async def test_an_answer_that_cannot_be_taken_comes_back_as_typed(
    site: Site, policy: Policy, sent: dict[str, str], headers: dict[str, str]
) -> None:
    browser = await site.signed_in("employee")
    form = policy.answer(**sent)
    answer = await browser.post(f"{policy.path}/answer", data=form, headers=headers)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert form["note"] in answer.text
    assert "<details" in answer.text
    assert (await state(site.world, policy))[0] == "open"


async def test_whoever_has_confirmed_is_told_that_an_answer_is_not_possible(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    await browser.post(f"{policy.path}/acknowledge", data=policy.form(confirmed="yes"))
    late = await browser.post(f"{policy.path}/answer", data=policy.answer())
    assert late.status_code == 409
    assert (await state(site.world, policy))[0] == "acknowledged"


async def test_whoever_was_excused_can_still_confirm(site: Site, policy: Policy) -> None:
    world = site.world
    await world.act("hr").write(acknowledging.excuse, await assignment_id(world, policy), "Long leave")
    browser = await site.signed_in("employee")
    page = await ok(browser, policy.path)
    assert "Ti è stato detto che non occorre confermare" in words(page)
    assert 'name="note"' not in page
    sent = await browser.post(f"{policy.path}/acknowledge", data=policy.form(confirmed="yes"), headers=HTMX)
    assert sent.status_code == 200


async def test_another_persons_words_and_confirmation_never_show(site: Site, policy: Policy) -> None:
    answer = AnswerIn(version_id=policy.shown.version_id, kind="question", note="A secret of mine")
    await site.world.act("employee").write(acknowledging.answer, answer)
    await site.world.act("employee").write(acknowledge, policy.shown)
    for name in ("colleague", "hr", "owner"):
        page = await ok(await site.signed_in(name), policy.path)
        assert "A secret of mine" not in page
        assert 'name="confirmed"' in page


@pytest.mark.parametrize("name", ["outsider", "account_manager"])
async def test_strangers_find_nothing(site: Site, policy: Policy, name: str) -> None:
    where = site.world.agency_id if name == "account_manager" else None
    browser = await site.signed_in(name, where)
    version = f"{policy.path}/versions/{policy.shown.version_id}"
    assert [(await browser.get(path)).status_code for path in (policy.path, version)] == [404, 404]
    for way in ("acknowledge", "answer"):
        form = policy.form(confirmed="yes") if way == "acknowledge" else policy.answer()
        assert (await browser.post(f"{policy.path}/{way}", data=form)).status_code == 404
    assert await site.world.system().read(count, Acknowledgement) == 0


@pytest.mark.parametrize("path", ["/policies/none", "/policies/none/versions/none", "/policies/none/answer"])
async def test_what_is_no_id_is_not_found(site: Site, path: str) -> None:
    assert (await (await site.signed_in("employee")).get(path)).status_code == 404


async def test_reloading_the_answer_to_a_form_leads_back_to_the_text(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    for way in ("acknowledge", "answer"):
        back = await browser.get(f"{policy.path}/{way}")
        assert (back.status_code, back.headers["location"]) == (303, policy.path)


async def test_the_language_of_the_company_comes_first(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    page = await ok(browser, f"{policy.path}?language=en")
    assert page.index(">Italiano</a>") < page.index(">English</a>")


async def test_each_language_shows_its_own_text_and_is_what_is_confirmed(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    page = await ok(browser, f"{policy.path}?language=en")
    assert '<article class="policy" lang="en">' in page
    assert "I have received and read version 1.0" in words(page)
    form = {name: hidden(page)[name] for name in policy.form()}
    assert form["language"] == "en"
    sent = await browser.post(f"{policy.path}/acknowledge", data=form | {"confirmed": "yes"})
    assert sent.status_code == 303
    page = await ok(browser, f"{policy.path}?language=it")
    assert "<dd>English</dd>" in page


async def test_marks_show_what_changed_since_the_version_this_person_confirmed(site: Site) -> None:
    world = site.world
    first = await publish(world, f"Alpha rules here for you.\n\nBeta stays as it was.\n\n{GUARANTEES}")
    policy_id = first.path.rsplit("/", 1)[1]
    await world.act("employee").write(acknowledge, first.shown)
    second = await publish(world, f"Gamma rules here for you.\n\nBeta stays as it was.\n\n{GUARANTEES}", policy_id)
    await world.act("colleague").write(acknowledge, second.shown)
    await publish(world, f"Gamma rules here for you.\n\nBeta stays as it always was.\n\n{GUARANTEES}", policy_id)
    mine = await ok(await site.signed_in("employee"), first.path)
    theirs = await ok(await site.signed_in("colleague"), first.path)
    new = await ok(await site.signed_in("marketing_lead"), first.path)
    plain = await ok(await site.signed_in("employee"), f"{first.path}?marks=off")
    assert [changed.strip() for changed in MARK.findall(mine)] == ["Alpha", "Gamma", "always"]
    assert [changed.strip() for changed in MARK.findall(theirs)] == ["always"]
    assert ("<ins>" in new, "<ins>" in plain) == (False, False)
    assert "2 modifiche da quando" in words(mine)
    assert "2 modifiche da quando" in words(plain)
    assert "New in it." in mine
    assert "New in it." not in new


async def test_marks_end_once_the_new_version_is_confirmed(site: Site, policy: Policy) -> None:
    world, policy_id = site.world, policy.path.rsplit("/", 1)[1]
    await world.act("employee").write(acknowledge, policy.shown)
    second = await publish(world, TEXT, policy_id)
    await world.act("employee").write(acknowledge, second.shown)
    page = await ok(await site.signed_in("employee"), policy.path)
    assert "<ins>" not in page
    assert "modifiche da quando" not in words(page)


async def test_a_script_in_the_text_does_nothing_marked_or_not(site: Site, policy: Policy) -> None:
    world, policy_id = site.world, policy.path.rsplit("/", 1)[1]
    await world.act("employee").write(acknowledge, policy.shown)
    await publish(world, TEXT, policy_id)
    browser = await site.signed_in("employee")
    for page in (await ok(browser, policy.path), await ok(browser, f"{policy.path}?marks=off")):
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


async def test_a_guarantee_says_what_it_guarantees_in_the_language_of_the_text(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    label = '<aside class="guarantee" data-guarantee="voluntary" data-label="{}">'
    assert label.format("Garanzia: la scelta è tua") in await ok(browser, policy.path)
    assert label.format("Guarantee: your free choice") in await ok(browser, f"{policy.path}?language=en")


async def test_a_text_that_is_only_for_reading_asks_nothing(site: Site, world: World) -> None:
    policy = await publish(world, "Just words, without chapters.", kind=PolicyKind.EXTERNAL, disciplinary=False)
    page = await ok(await site.signed_in("employee"), policy.path)
    assert "Non ti si chiede di confermarlo" in words(page)
    assert 'name="confirmed"' not in page
    assert "In questo testo" not in page


async def test_a_small_change_says_that_nobody_is_asked_again(site: Site, policy: Policy) -> None:
    await site.world.act("employee").write(acknowledge, policy.shown)
    await site.world.next_version(policy.path.rsplit("/", 1)[1], material=False)
    page = words(await ok(await site.signed_in("employee"), policy.path))
    assert "Hai confermato la versione 1.0" in page


async def test_a_version_not_yet_in_force_can_be_read_and_confirmed(site: Site, world: World) -> None:
    shown = await world.published(effective_on=TODAY.replace(year=2030))
    path = f"/policies/{await policy_id_of(world, shown)}"
    browser = await site.signed_in("employee")
    assert "in vigore dal 23 novembre 2030" in words(await ok(browser, path))
    sent = await browser.post(f"{path}/acknowledge", data={**shown.model_dump(), "confirmed": "yes"})
    assert sent.status_code == 303


async def test_the_last_day_is_said_in_words_and_a_day_gone_by_without_alarm(site: Site, world: World) -> None:
    path = f"/policies/{await policy_id_of(world, await world.published())}"
    words_of = {}
    for days in (13, 14, 15):
        with time_machine.travel(NOW + timedelta(days=days)):
            words_of[days] = words(await ok(await site.signed_in("employee"), path))
    assert "Entro domani" in words_of[13]
    assert "Entro oggi" in words_of[14]
    assert "Il termine era il 7 dicembre 2026" in words_of[15]


async def test_the_exact_version_somebody_confirmed_is_read_only(site: Site, policy: Policy) -> None:
    version = f"{policy.path}/versions/{policy.shown.version_id}"
    browser = await site.signed_in("employee")
    before = await ok(browser, version)
    assert "Vai dove puoi confermarla" in before
    await site.world.act("employee").write(acknowledge, policy.shown)
    await site.world.next_version(policy.path.rsplit("/", 1)[1])
    page = await ok(browser, f"{version}?language=it")
    assert "Una versione più recente ha preso il suo posto" in page
    assert policy.shown.content_sha256 in page
    assert '<form class="sign"' not in before + page


async def test_a_version_taken_back_stays_readable_for_whoever_confirmed_it(site: Site, policy: Policy) -> None:
    await site.world.act("employee").write(acknowledge, policy.shown)
    await site.world.act("owner").write(policy_publishing.withdraw, policy.shown.version_id, WRONG)
    browser = await site.signed_in("employee")
    version = f"{policy.path}/versions/{policy.shown.version_id}"
    assert "è stata ritirata" in words(await ok(browser, version))


async def test_an_ended_session_leads_to_the_sign_in_and_back_to_the_text(site: Site, policy: Policy) -> None:
    from_here = site.visitor(referer=f"{ORIGIN}{policy.path}?language=it")
    sent = await from_here.post(f"{policy.path}/answer", data=policy.answer())
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/sign-in?next={policy.path}%3Flanguage%3Dit"
    by_htmx = await from_here.post(f"{policy.path}/answer", data=policy.answer(), headers=HTMX)
    assert (by_htmx.status_code, by_htmx.headers["hx-redirect"]) == (401, sent.headers["location"])
    elsewhere = site.visitor(referer=f"https://elsewhere.example{policy.path}")
    assert (await elsewhere.post(f"{policy.path}/answer")).headers["location"] == "/sign-in?next=/"
    reading = await site.visitor().get(f"{policy.path}?language=en")
    assert reading.headers["location"] == f"/sign-in?next={policy.path}%3Flanguage%3Den"


async def test_nobody_else_is_moved_by_one_persons_answer(site: Site, policy: Policy) -> None:
    browser = await site.signed_in("employee")
    await browser.post(f"{policy.path}/answer", data=policy.answer("declined", "No."))
    states = select(Assignment.state, func.count(Assignment.id)).group_by(Assignment.state)
    found = await site.world.system().read(lambda ctx: {row[0]: row[1] for row in ctx.session.execute(states)})
    assert found == {AssignmentState.DECLINED: 1, AssignmentState.OPEN: 4}
