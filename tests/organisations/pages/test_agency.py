"""The agency's pages: where each client stands, a new client, and the way into one."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.work import enter_agency
from app.context import AccountCtx
from app.db import NO_COMPANY
from app.db.keyset import Sort
from app.errors import NotFound
from app.models import Account, Engagement, SignInSession
from app.models.types import new_id
from app.organisations.queries import company as company_queries
from app.organisations.queries.client_companies import ClientCompany, Inside
from app.organisations.schemas.company import EngagementChange
from app.organisations.services import engagements
from app.organisations.services import entering as client_entry
from app.organisations.web import client_list
from app.organisations.web.client_company_words import waits_for
from app.organisations.web.client_list import Line
from app.policies.queries.standing import waits_for as policy_waits_for
from app.policies.rules.version import VersionState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import PolicyIn
from app.policies.services import drafting as policy_drafting
from app.roster.standing import Standing
from app.routers.pages.organisations.agency import _line
from tests.site import Site
from tests.world import NOW, TODAY, acknowledge, join_another_agency

CLIENT = {
    "name": "Cantina Sant’Elmo",
    "language": "it",
    "time_zone": "Europe/Rome",
    "owner_name": "Elmo Santi",
    "owner_email": "elmo@santelmo.example",
    "scopes": ["plan", "report"],
    "starts_on": "2026-01-01",
    "ends_on": "",
    "signed_on": "2026-01-01",
    "reference": "DPA 7",
}


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""

    def speak(session: Session) -> None:
        session.execute(update(Account).values(language="en"))

    await site.world.db.write(NO_COMPANY, speak)
    return site


async def change(site: Site, **facts: Any) -> None:
    rows = await site.world.act("owner").read(company_queries.engagements, None, 1)
    engagement: Engagement = rows[0][0]
    data = EngagementChange(**facts)
    await site.world.act("owner").write(engagements.change, engagement.id, engagement.row_version, data)


async def clients(site: Site, who: str = "account_manager") -> str:
    answer = await (await site.signed_in(who, site.world.agency_id)).get("/agency")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("ended", [False, True])
async def test_whoever_is_in_two_agencies_stays_in_the_one_through_which_they_see_a_client(
    site: Site, *, ended: bool
) -> None:
    await site.world.db.write(NO_COMPANY, join_another_agency, site.world.account["account_manager"])
    if ended:
        await change(site, ends_on=TODAY - timedelta(days=1))
    manager = await site.signed_in("account_manager", site.world.company_id)
    shown = (await manager.get("/agency")).text
    assert ("Terza Riga" in shown, "Pastificio Aurora" in shown) == (not ended, not ended)
    assert ("Al Volo" in shown) is ended


async def test_a_session_that_shows_what_is_not_there_leads_to_the_own_agency(site: Site) -> None:
    manager = await site.signed_in("account_manager", new_id())
    assert "Terza Riga" in (await manager.get("/agency")).text


async def test_each_client_is_listed_with_what_it_waits_for(site: Site) -> None:
    shown = await clients(site)
    assert "Pastificio Aurora" in shown
    assert "5 people" in shown
    assert "The policy is not begun yet" in shown
    await site.world.act("hr").write(policy_drafting.start_policy, PolicyIn(name="Social media policy"))
    assert "The policy is being written" in await clients(site)


async def test_the_page_says_whose_it_is_and_leads_to_the_other_organisations(site: Site) -> None:
    page = (await (await site.signed_in("account_manager", site.world.agency_id)).get("/agency")).text
    assert '<p class="side-name">Terza Riga</p>' in page
    assert 'href="/organisations"' in page


async def test_progress_is_a_meter_for_groups_large_enough(site: Site, shown: AcknowledgeIn) -> None:
    await site.world.act("employee").write(acknowledge, shown)
    text = await clients(site)
    assert '<progress value="1" max="5"' in text
    assert "Not everybody has read the policy yet" in text
    for who in ("owner", "hr", "marketing_lead", "colleague"):
        await site.world.act(who).write(acknowledge, shown)
    assert "No course is published yet" in await clients(site)


async def test_a_small_client_shows_no_count(site: Site) -> None:
    assert policy_waits_for(VersionState.IN_FORCE, 3, None) == ("The policy is published", "info")


def client(**facts: Any) -> ClientCompany:
    return ClientCompany(
        **{"company_id": "", "name": "", "scopes": (), "starts_on": TODAY, "ends_on": None, "has_agreement": True}
        | {"open": True}
        | facts
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (VersionState.IN_APPROVAL, "The policy waits for approval by the company"),
        (VersionState.APPROVED, "The policy is approved and can be published"),
        (VersionState.WITHDRAWN, "The policy was withdrawn"),
    ],
)
async def test_a_policy_waits_for_the_next_step_of_its_life(state: VersionState, said: str) -> None:
    assert policy_waits_for(state, 0, 0)[0] == said


@pytest.mark.parametrize(
    ("people", "parts", "said"),
    [
        (0, ["wait"], "The list of people is empty"),
        (1, ["wait"], "The list of people holds only one"),
        (9, ["done", "wait", "late"], "1"),
        (9, ["done", "done"], "Nothing"),
    ],
)
async def test_of_the_parts_of_a_client_the_first_that_waits_is_told(people: int, parts: list[str], said: str) -> None:
    standings = [Standing("", 9, 9, counted=True, waits=(str(place), kind)) for place, kind in enumerate(parts)]
    assert waits_for(client(), Inside(people, standings))[0] == said


def line(name: str, kind: str) -> Line:
    return Line(client(name=name, company_id=name), None, "", ("", kind))


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Zeta", "Beta", "Àlfa", "Gamma"]),
        ("waits", ["Zeta", "Beta", "Àlfa", "Gamma"]),
        ("-waits", ["Gamma", "Àlfa", "Beta", "Zeta"]),
        ("name", ["Àlfa", "Beta", "Gamma", "Zeta"]),
    ],
)
async def test_clients_are_sorted_by_what_waits_or_by_name(sort: str, names: list[str]) -> None:
    lines = [line("Gamma", "done"), line("Àlfa", "info"), line("Beta", "wait"), line("Zeta", "late")]
    assert client_list.found(lines, Sort.parse(sort)).ids == names


async def test_a_client_is_found_by_its_name(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    found = await manager.get("/agency?q=AURORA+pasti")
    assert '<span class="total" id="list-count">1</span>' in found.text
    assert 'aria-sort="ascending"' in found.text
    assert "Pastificio Aurora" in found.text
    nobody = await manager.get("/agency?q=cantina")
    assert "No client fits" in nobody.text
    assert "Pastificio Aurora" not in nobody.text


async def test_without_agreement_or_before_its_first_day_nothing_is_shown_of_a_client(site: Site) -> None:
    await change(site, agreement=None)
    shown = await clients(site)
    assert "The data-processing agreement is missing" in shown
    assert "5 people" not in shown
    await change(site, agreement={"signed_on": TODAY}, starts_on=TODAY + timedelta(days=400))
    assert "The engagement has not begun yet" in await clients(site)


async def test_an_ended_engagement_is_gone_from_the_list(site: Site) -> None:
    await change(site, ends_on=TODAY - timedelta(days=2))
    assert "No clients yet" in await clients(site)


async def test_the_last_day_of_an_engagement_is_told(site: Site) -> None:
    await change(site, ends_on="2030-12-31")
    assert "engaged until 31 December 2030" in await clients(site)


async def test_a_trainer_sees_no_counts_and_takes_on_nobody(site: Site) -> None:
    await site.world.published()
    shown = await clients(site, "trainer")
    assert "<progress" not in shown
    assert "Take on a client" not in shown
    trainer = await site.signed_in("trainer", site.world.agency_id)
    assert (await trainer.get("/agency/clients/new")).status_code == 403
    assert (await trainer.post("/agency/clients/new", data={})).status_code == 403


async def test_whoever_is_of_no_agency_finds_none(site: Site) -> None:
    for who in ("owner", "employee"):
        assert (await (await site.signed_in(who)).get("/agency")).status_code == 404


async def test_a_client_is_taken_on(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    assert (await manager.get("/agency/clients/new")).status_code == 200
    assert (await manager.post("/agency/clients/new", data=CLIENT)).status_code == 303
    shown = (await manager.get("/agency")).text
    assert "Cantina Sant’Elmo is a client now." in shown
    assert "1 person<" in shown
    assert "The list of people holds only one" in shown


async def test_where_a_client_has_no_people_it_is_the_companys_turn(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    await manager.post("/agency/clients/new", data=CLIENT)
    listed = (await manager.get("/agency")).text.split("Cantina Sant’Elmo")
    entrance = re.search(r"/agency/clients/[^/]+/enter", "".join(listed[2:]))
    assert entrance
    await manager.post(entrance[0])
    shown = html.unescape((await manager.get("/company/policies/coverage")).text)
    assert "It is the company's turn: its people" in shown
    assert "Import people" not in shown


async def test_a_client_without_agreement_waits_for_it(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    assert (await manager.post("/agency/clients/new", data=CLIENT | {"signed_on": ""})).status_code == 303
    assert "The data-processing agreement is missing" in (await manager.get("/agency")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"owner_email": "elmo"}, 'id="field-owner_email-error"'),
        ({"scopes": []}, "This is missing"),
        ({"time_zone": "Elba"}, "This time zone is not known"),
        ({"ends_on": "2020-01-01"}, "The last day is before the first day"),
    ],
)
async def test_a_refused_client_keeps_what_was_typed(site: Site, typed: dict[str, Any], said: str) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    answer = await manager.post("/agency/clients/new", data=CLIENT | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="DPA 7"' in answer.text


async def test_a_member_goes_into_a_client_and_back(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    entered = await manager.post(f"/agency/clients/{site.world.company_id}/enter")
    assert (entered.status_code, entered.headers["location"]) == (303, "/company/policies/coverage")
    assert (await manager.get("/company/policies")).status_code == 200
    assert "Pastificio Aurora" in (await manager.get("/agency")).text


async def test_a_member_goes_to_the_first_page_its_scopes_open(site: Site) -> None:
    await change(site, scopes=["produce"])
    manager = await site.signed_in("account_manager", site.world.agency_id)
    entered = await manager.post(f"/agency/clients/{site.world.company_id}/enter")
    assert entered.headers["location"] == "/company/policies"
    await change(site, scopes=["train"])
    entered = await manager.post(f"/agency/clients/{site.world.company_id}/enter")
    assert entered.headers["location"] == "/company/training"
    await change(site, scopes=["plan"])
    assert (await manager.post(f"/agency/clients/{site.world.company_id}/enter")).status_code == 404


async def test_no_way_leads_into_a_company_that_is_no_client(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    for company_id in (site.world.other_company_id, new_id(), "odd"):
        assert (await manager.post(f"/agency/clients/{company_id}/enter")).status_code == 404


async def test_a_session_locked_to_one_company_goes_into_no_other(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id, locked=True)
    assert (await manager.post(f"/agency/clients/{site.world.company_id}/enter")).status_code == 403


async def test_a_client_that_ends_while_the_list_is_made_is_shown_as_closed(site: Site) -> None:
    caller = site.world.caller("account_manager")
    work = await enter_agency(site.world.db, caller, site.world.agency_id, "test-request")
    closed = await _line(work, client(company_id=site.world.other_company_id))
    assert (closed.inside, closed.door) == (None, "")


async def test_nobody_shows_a_client_in_somebody_elses_session(site: Site) -> None:
    await site.signed_in("account_manager", site.world.agency_id)

    def show(session: Session) -> None:
        session_id = session.scalars(select(SignInSession.id)).one()
        ctx = AccountCtx(session, site.world.account["trainer"], NOW, "test-request")
        client_entry.show(ctx, session_id, site.world.company_id)

    with pytest.raises(NotFound):
        await site.world.db.write(NO_COMPANY, show)
