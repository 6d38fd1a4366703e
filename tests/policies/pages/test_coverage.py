"""The company's coverage pages, for HR, for the agency, and for whoever has no business there."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.context import Ctx
from app.models import Employment, Job
from app.models import Site as Workplace
from app.policies.rows import policies
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.schemas.policy import PolicyIn
from app.policies.services import acknowledging
from app.policies.services import drafting as policy_drafting
from tests.crowd import assignment_of, crew, read_by, set_assignment
from tests.site import Site
from tests.world import NOW, TODAY

CANARY = "Zaccaria"


async def hr(site: Site) -> httpx.AsyncClient:
    return await site.signed_in("hr")


async def agency(site: Site) -> httpx.AsyncClient:
    return await site.signed_in("account_manager", site.world.company_id)


async def text(browser: httpx.AsyncClient, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


async def asked(
    site: Site, shown: AcknowledgeIn, name: str, kind: Any = "question", note: str = "Come?", now: datetime = NOW
) -> str:
    data = AnswerIn(version_id=shown.version_id, kind=kind, note=note)
    return (await site.world.act(name, now).write(acknowledging.answer, data)).id


async def test_the_page_says_in_words_who_is_missing_and_what_to_do(site: Site) -> None:
    office = await crew(site.world, "Uffici", 10)
    store = await crew(site.world, "Magazzino", 2, email=False)
    shown = await site.world.published(effective_on=date(2099, 1, 1))
    await read_by(site.world, shown, *office.people, site.world.person["owner"])
    page = await text(await hr(site), "/company/policies/coverage")
    assert "Sei persone devono ancora leggerla" in page
    assert "l’hanno letta, su 17" in page
    assert "Social media policy 1.0, in vigore dal 1º gennaio 2099" in page
    assert "Fatto" in page  # the office is done
    assert page.count("Ricorda adesso") == 1  # production; no mail reaches the store
    assert f"/company/invitations?version={shown.version_id}&amp;team={store.team_id}" in page
    pending = await text(await hr(site), "/company/policies/pending")
    assert f"/company/invitations?version={shown.version_id}&amp;team=" in pending


@pytest.mark.parametrize(
    ("pending", "headline"),
    [(0, "Tutte le persone l’hanno letta"), (1, "Una persona deve ancora leggerla"), (21, "21 persone devono ancora")],
)
async def test_the_headline_counts_as_people_speak(site: Site, pending: int, headline: str) -> None:
    more = await crew(site.world, "Uffici", pending)
    shown = await site.world.published()
    await set_assignment(site.world, shown.version_id, state=AssignmentState.ACKNOWLEDGED)
    for person_id in more.people:
        await set_assignment(site.world, shown.version_id, person_id, state=AssignmentState.OPEN)
    assert headline in await text(await hr(site), "/company/policies/coverage")


async def test_refusals_and_excuses_are_named_too(site: Site, shown: AcknowledgeIn) -> None:
    await set_assignment(site.world, shown.version_id, state=AssignmentState.DECLINED)
    await set_assignment(site.world, shown.version_id, site.world.person["owner"], state=AssignmentState.EXCUSED)
    page = await text(await hr(site), "/company/policies/coverage")
    assert "Tutte le persone hanno risposto" in page
    assert "persone non sono d’accordo" in page
    assert "persona esonerata" in page


async def test_a_version_that_nobody_is_asked_to_read(site: Site, shown: AcknowledgeIn) -> None:
    await set_assignment(site.world, shown.version_id, state=AssignmentState.CANCELLED)
    assert "A nessuno è chiesto di leggerla" in await text(await hr(site), "/company/policies/coverage")


async def test_one_of_several_policies_is_chosen(site: Site) -> None:
    first = await site.world.published()
    second = await site.world.published()
    browser = await hr(site)
    page = await text(browser, f"/company/policies/coverage?version={second.version_id}")
    assert f'<option value="{second.version_id}" selected' in page
    assert f'<option value="{first.version_id}"' in page
    assert (
        await browser.get("/company/policies/coverage?version=00000000-0000-7000-8000-000000000000")
    ).status_code == 404


async def test_an_older_version_can_still_be_looked_at_and_reminds_nobody(site: Site, shown: AcknowledgeIn) -> None:
    await read_by(site.world, shown, site.world.person["owner"])
    version = await site.world.system().read(policies.version, shown.version_id)
    await site.world.next_version(version.policy_id)
    page = await text(await hr(site), f"/company/policies/coverage?version={shown.version_id}")
    assert "su 1" in page
    assert "Ricorda adesso" not in page


async def test_where_the_policy_is_posted_stands_beside_the_line(site: Site) -> None:
    await site.world.system().write(lambda ctx: ctx.session.add(Workplace(name="Potenza")))
    await site.world.published()
    page = await text(await hr(site), "/company/policies/coverage")
    assert "Potenza, Stabilimento" in page
    assert "/posting" in page

    def no_sites(ctx: Ctx) -> None:
        for employment in ctx.session.scalars(select(Employment)):
            employment.site_id = None
        ctx.session.flush()
        for workplace in ctx.session.scalars(select(Workplace)):
            ctx.session.delete(workplace)

    await site.world.system().write(no_sites)
    assert "È esposta in ogni sede" in await text(await hr(site), "/company/policies/coverage")


async def test_a_policy_without_disciplinary_rules_needs_no_posting(site: Site) -> None:
    await site.world.published(disciplinary=False)
    assert "Affissione" not in await text(await hr(site), "/company/policies/coverage")


async def test_the_first_visit_leads_to_people_then_to_a_policy_then_to_its_publication(site: Site) -> None:
    alone = await site.signed_in("outsider")
    assert "Aggiungi le tue persone" in await text(alone, "/company/policies/coverage")
    assert "Adesso una policy" in await text(await hr(site), "/company/policies/coverage")
    await site.world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Bozza"))
    page = await text(await hr(site), "/company/policies/coverage")
    assert "Non è ancora stato chiesto a nessuno" in page
    assert 'href="/company/policies"' in page


async def test_the_agency_is_shown_no_step_that_it_cannot_take(site: Site) -> None:
    page = await text(await agency(site), "/company/policies/coverage")
    assert "Adesso una policy" in page
    assert "Aggiungi le tue persone" not in page


async def test_the_agency_reads_of_a_policy_that_is_not_its_own(site: Site) -> None:
    await site.world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Bozza"))
    page = await text(await agency(site), "/company/policies/coverage")
    assert "La policy è ancora in lavorazione" in page
    assert "La tua policy" not in page


async def test_an_employee_has_no_business_here(site: Site) -> None:
    await site.world.published()
    browser = await site.signed_in("employee")
    for address in (
        "/company/policies/coverage",
        "/company/policies/pending",
        "/company/policies/questions",
        "/company/policies/coverage.csv",
    ):
        refused = await browser.get(address)
        assert refused.status_code == 403
        assert "acknowledgements:" not in refused.text
        assert "(Leggere " in refused.text


async def test_the_agency_sees_counts_with_small_teams_hidden_and_no_name_anywhere(site: Site) -> None:
    await crew(site.world, "Uffici", 3)
    crowd = await crew(site.world, CANARY, 8)
    shown = await site.world.published()
    await asked(site, shown, "employee", note=f"{CANARY} chiede")
    question = await assignment_of(site.world, shown.version_id, site.world.person["employee"])
    browser = await agency(site)
    page = await text(browser, "/company/policies/coverage")
    assert "l’hanno letta, su 16" in page
    assert page.count("non mostrato, per riservatezza") == 2
    assert "Ricorda adesso" not in page
    assert "/company/policies/pending" not in page
    assert "/company/policies/questions" not in page
    assert "Guarda la policy" in page  # posting it is not for the agency
    answers = [
        await browser.get("/company/policies/pending"),
        await browser.get(f"/company/policies/pending?team={crowd.team_id}"),
        await browser.get("/company/policies/questions"),
        await browser.get(f"/company/policies/assignments/{question.id}"),
        await browser.post("/company/policies/remind", data={"version_id": shown.version_id}),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    export = await browser.get("/company/policies/coverage.csv")
    assert table(export.content)[1:] == [
        ["Produzione", *["non mostrato, per riservatezza"] * 5],
        ["Uffici", *["non mostrato, per riservatezza"] * 5],
        [CANARY, "8", "0", "8", "0", "0"],
    ]
    for body in (page, export.text, *(answer.text for answer in answers)):
        assert f"{CANARY} 0" not in body  # the team's own name has no number behind it
        assert f"{CANARY} chiede" not in body


async def test_of_a_tiny_company_the_agency_sees_no_figure(site: Site, shown: AcknowledgeIn) -> None:
    await set_assignment(site.world, shown.version_id, site.world.person["hr"], state=AssignmentState.CANCELLED)
    page = await text(await agency(site), "/company/policies/coverage")
    assert "Troppe poche persone per mostrare i numeri" in page
    assert "su 4" not in page


async def test_the_pending_are_listed_with_what_reaches_them(site: Site) -> None:
    store = await crew(site.world, "Magazzino", 1, email=False)
    shown = await site.world.published()
    await asked(site, shown, "employee")
    await set_assignment(
        site.world, shown.version_id, site.world.person["hr"], due_on=TODAY - timedelta(days=400), last_reminded_at=None
    )
    page = await text(await hr(site), "/company/policies/pending")
    for fact in ("Magazzino 01", "senza e-mail: stampa un invito", "ha una domanda", "scadeva il"):
        assert fact in page
    one_team = await text(await hr(site), f"/company/policies/pending?team={store.team_id}")
    assert "Magazzino 01" in one_team
    assert "Marketing Lead" not in one_team


@pytest.mark.parametrize(
    ("sent", "year", "said"),
    [
        (0, None, "ancora nessun promemoria"),
        (0, 2020, "ancora nessun promemoria"),
        (0, 2199, "prima e-mail prevista per il 1º giugno 2199"),
        (1, 2199, "prossima e-mail prevista per il 1º giugno 2199"),
        (1, 2020, "ultima e-mail: 1º giugno 2020"),
    ],
)
async def test_a_mail_still_to_come_is_not_called_the_last_one(
    site: Site, shown: AcknowledgeIn, sent: int, year: int | None, said: str
) -> None:
    at = datetime(year, 6, 1, 9, tzinfo=UTC) if year else None
    await set_assignment(site.world, shown.version_id, reminders_sent=sent, last_reminded_at=at)
    page = await text(await hr(site), "/company/policies/pending")
    assert said in page
    assert ("ultima e-mail" in page) is (year == 2020)


async def test_a_long_list_of_pending_has_pages(site: Site) -> None:
    await crew(site.world, "Uffici", 4)
    await site.world.published()
    browser = await hr(site)
    first = await text(browser, "/company/policies/pending?limit=5")
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await text(browser, following)
    assert "Marketing Lead" not in first
    assert "Marketing Lead" in second
    assert "Torna all’inizio" in second


async def test_when_nobody_is_missing_the_list_says_so(site: Site, shown: AcknowledgeIn) -> None:
    await set_assignment(site.world, shown.version_id, state=AssignmentState.ACKNOWLEDGED)
    assert "Non manca nessuno" in await text(await hr(site), "/company/policies/pending")


async def test_reminding_tells_what_became_of_it(site: Site) -> None:
    await crew(site.world, "Magazzino", 2, email=False)
    shown = await site.world.published()
    browser = await hr(site)
    done = await browser.post("/company/policies/remind", data={"version_id": shown.version_id, "team_id": ""})
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/company/policies/coverage?version={shown.version_id}",
    )
    page = await text(browser, "/company/policies/coverage")
    assert "Un promemoria va a 5 persone" in page
    assert "Nessuna e-mail raggiunge 2 persone" in page
    await browser.post("/company/policies/remind", data={"version_id": shown.version_id})
    page = await text(browser, "/company/policies/coverage")
    assert "Nessun promemoria è partito." in page
    assert "A 5 persone è già stato scritto lo stesso giorno." in page
    wanted = select(Job).where(col(Job.kind) == "mail:reminder")
    assert len(await site.world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))) == 5


async def test_whoever_was_reminded_often_enough_is_to_be_spoken_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.duties.services.reminding.CHUNK", 5)
    shown = await site.world.published()
    await set_assignment(site.world, shown.version_id, reminders_sent=3)
    browser = await hr(site)
    await browser.post("/company/policies/remind", data={"version_id": shown.version_id})
    page = await text(browser, "/company/policies/coverage")
    assert "5 persone hanno già avuto tutti i promemoria" in page
    assert "le altre seguono da sole" in page


async def test_a_reminder_without_a_version_is_refused(site: Site) -> None:
    assert (await (await hr(site)).post("/company/policies/remind", data={})).status_code == 422


async def test_questions_are_read_answered_and_gone(site: Site, shown: AcknowledgeIn) -> None:
    question = await asked(site, shown, "employee", note="Vale anche per WhatsApp?")
    browser = await hr(site)
    assert "Vale anche per WhatsApp?" in await text(browser, "/company/policies/questions")
    assert "domanda da risolvere" in await text(browser, "/company/policies/coverage")
    address = f"/company/policies/assignments/{question}"
    assert "La tua risposta" in await text(browser, address)
    done = await browser.post(f"{address}/reply", data={"reply": "Sì, anche lì."})
    assert (done.status_code, done.headers["location"]) == (303, "/company/policies/questions")
    page = await text(browser, "/company/policies/questions")
    assert "La tua risposta è in viaggio" in page
    assert "Nessuna domanda" in page


async def test_a_long_list_of_questions_has_pages(site: Site, shown: AcknowledgeIn) -> None:
    for minute, name in enumerate(("employee", "colleague", "owner")):
        await asked(site, shown, name, note=f"Nota di {name}", now=NOW + timedelta(minutes=minute))
    browser = await hr(site)
    first = await text(browser, "/company/policies/questions?limit=2")
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await text(browser, following)
    assert "Nota di owner" not in first
    assert "Nota di owner" in second
    assert "Torna all’inizio" in second


async def test_a_refusal_can_be_excused_for_a_reason(site: Site, shown: AcknowledgeIn) -> None:
    refusal = await asked(site, shown, "employee", "declined", "Non firmo.")
    browser = await hr(site)
    page = await text(browser, f"/company/policies/assignments/{refusal}")
    assert "Non firmo." in page
    assert "La tua risposta" not in page
    done = await browser.post(f"/company/policies/assignments/{refusal}/excuse", data={"reason": "Aspettativa"})
    assert done.status_code == 303
    stands = await assignment_of(site.world, shown.version_id, site.world.person["employee"])
    assert stands.state is AssignmentState.EXCUSED
    assert "Aspettativa" in await text(browser, f"/company/policies/assignments/{refusal}")


@pytest.mark.parametrize(("verb", "field"), [("reply", "reply"), ("excuse", "reason")])
async def test_an_empty_answer_or_reason_comes_back_with_the_page(
    site: Site, shown: AcknowledgeIn, verb: str, field: str
) -> None:
    question = await asked(site, shown, "employee", note="Vale anche per WhatsApp?")
    refused = await (await hr(site)).post(f"/company/policies/assignments/{question}/{verb}", data={field: ""})
    assert refused.status_code == 422
    assert f'id="field-{field}-error"' in refused.text
    assert "Vale anche per WhatsApp?" in refused.text


async def test_what_cannot_be_answered_now_says_so(site: Site, shown: AcknowledgeIn) -> None:
    still_open = await assignment_of(site.world, shown.version_id, site.world.person["employee"])
    answer = await (await hr(site)).post(f"/company/policies/assignments/{still_open.id}/reply", data={"reply": "Sì."})
    assert answer.status_code == 409


async def test_the_table_holds_everybody_in_parts_and_no_formula(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.routers.pages.policies.coverage._PART", 2)
    await crew(site.world, "=HYPERLINK()", 1)
    shown = await site.world.published()
    await set_assignment(
        site.world, shown.version_id, site.world.person["owner"], state=AssignmentState.RECORDED_ON_PAPER
    )
    export = await (await hr(site)).get("/company/policies/coverage.csv")
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    assert export.headers["content-disposition"] == 'attachment; filename="coverage-1.0.csv"'
    heading, *rows = table(export.content)
    assert heading == ["Nome", "Reparto", "Stato", "Ultimo giorno", "Risposta del", "Promemoria"]
    assert export.content.count("\ufeff".encode()) == 1
    assert [row[0] for row in rows] == ["'=HYPERLINK() 01", "Colleague", "Employee", "Hr", "Marketing Lead", "Owner"]
    assert rows[0][1] == "'=HYPERLINK()"
    assert rows[5][1:4] == ["Produzione", "letta, firmata su carta", "2026-12-07"]


async def test_the_table_says_on_which_day_somebody_answered(site: Site, shown: AcknowledgeIn) -> None:
    await read_by(site.world, shown, site.world.person["employee"])
    rows = table((await (await hr(site)).get("/company/policies/coverage.csv")).content)
    assert ["Employee", "Produzione", "letta", "2026-12-07", "2026-11-23", "0"] in rows


async def test_without_a_published_version_there_is_no_table(site: Site) -> None:
    assert (await (await hr(site)).get("/company/policies/coverage.csv")).status_code == 404
