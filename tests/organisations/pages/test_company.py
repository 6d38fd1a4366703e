"""The pages about the company itself: settings, teams and sites, and the agencies that work for it."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import NO_COMPANY
from app.models import Account
from app.models.types import new_id
from app.organisations.queries import closing_days
from app.organisations.queries import company as company_queries
from tests.site import Site

SETTINGS = {
    "name": "Aurora",
    "contact": "",
    "language": "en",
    "country": "GB",
    "time_zone": "Europe/London",
    "row_version": "1",
}


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""

    def speak(session: Session) -> None:
        session.execute(update(Account).values(language="en"))

    await site.world.db.write(NO_COMPANY, speak)
    return site


async def test_the_owner_changes_the_settings(site: Site) -> None:
    owner = await site.signed_in("owner")
    assert 'value="Pastificio Aurora"' in (await owner.get("/company/settings")).text
    assert (await owner.post("/company/settings", data=SETTINGS)).status_code == 303
    company = await site.world.act("owner").read(company_queries.company)
    assert (company.name, company.time_zone, company.language) == ("Aurora", "Europe/London", "en")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"name": ""}, 422, "This is missing"),
        ({"time_zone": "Rome"}, 422, "This time zone is not known"),
        ({"country": "XX"}, 422, "The holidays of this country are not known"),
        ({"row_version": "7"}, 412, "Somebody changed this"),
    ],
)
async def test_refused_settings_keep_what_was_typed(site: Site, typed: dict[str, str], status: int, said: str) -> None:
    owner = await site.signed_in("owner")
    answer = await owner.post("/company/settings", data=SETTINGS | {"contact": "Ada, tel. 2"} | typed)
    assert answer.status_code == status
    assert said in answer.text
    assert 'value="Ada, tel. 2"' in answer.text


async def test_the_owner_notes_closing_days_and_takes_them_back(site: Site) -> None:
    owner = await site.signed_in("owner")
    typed = {"name": "Summer closure", "starts_on": "2027-08-09", "ends_on": "2027-08-20"}
    assert (await owner.post("/company/settings/closing-days", data=typed)).status_code == 303
    listed = await owner.get("/company/settings")
    assert "from 9 August 2027 to 20 August 2027" in listed.text
    (row,) = await site.world.act("owner").read(closing_days.listed, None, 10)
    assert (await owner.post(f"/company/settings/closing-days/{row.id}/remove")).status_code == 303
    assert "Summer closure" not in (await owner.get("/company/settings")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"ends_on": "2027-08-01"}, "The last day is before the first day"), ({"starts_on": ""}, "This is missing")],
)
async def test_refused_closing_days_keep_what_was_typed(site: Site, typed: dict[str, str], said: str) -> None:
    owner = await site.signed_in("owner")
    data = {"name": "Summer closure", "starts_on": "2027-08-09", "ends_on": ""} | typed
    answer = await owner.post("/company/settings/closing-days", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Summer closure"' in answer.text
    assert 'value="Pastificio Aurora"' in answer.text


@pytest.mark.parametrize("path", ["/company/settings", "/company/engagements"])
async def test_these_pages_are_the_owners(site: Site, path: str) -> None:
    for who in ("hr", "employee", "account_manager"):
        visitor = await site.signed_in(who, site.world.company_id)
        assert (await visitor.get(path)).status_code == 403


@pytest.mark.parametrize("kind", ["teams", "sites"])
async def test_teams_and_sites_are_added_and_renamed(site: Site, kind: str) -> None:
    hr = await site.signed_in("hr")
    assert (await hr.post(f"/company/people/teams/{kind}", data={"name": "Vendite"})).status_code == 303
    twice = await hr.post(f"/company/people/teams/{kind}", data={"name": "Vendite"})
    assert (twice.status_code, "one of this name already" in twice.text) == (409, True)
    assert (await hr.post(f"/company/people/teams/{kind}", data={"name": ""})).status_code == 422
    place_id = site.world.team_id if kind == "teams" else site.world.site_id
    taken = await hr.post(f"/company/people/teams/{kind}/{place_id}", data={"name": "Vendite"})
    assert (taken.status_code, f'id="name-{place_id}-error"' in taken.text) == (409, True)
    assert (await hr.post(f"/company/people/teams/{kind}/{place_id}", data={"name": ""})).status_code == 422
    assert (await hr.post(f"/company/people/teams/{kind}/{place_id}", data={"name": "Nuovo"})).status_code == 303
    assert 'value="Nuovo"' in (await hr.get("/company/people/teams")).text


async def test_there_are_teams_and_sites_and_nothing_else(site: Site) -> None:
    hr = await site.signed_in("hr")
    assert (await hr.post("/company/people/teams/planets", data={"name": "Mars"})).status_code == 404
    assert (await hr.post(f"/company/people/teams/teams/{new_id()}", data={"name": "Mars"})).status_code == 404
    employee = await site.signed_in("employee")
    assert (await employee.get("/company/people/teams")).status_code == 403


async def engagement_id(site: Site) -> str:
    rows = await site.world.act("owner").read(company_queries.engagements, None, 1)
    return rows[0][0].id


async def test_the_owner_changes_what_an_agency_may_do(site: Site) -> None:
    owner = await site.signed_in("owner")
    address = f"/company/engagements/{await engagement_id(site)}"
    assert "Terza Riga" in (await owner.get("/company/engagements")).text
    form = {"scopes": ["plan", "report"], "ends_on": "2027-12-31", "signed_on": "", "reference": "", "row_version": "1"}
    assert (await owner.post(address, data=form)).status_code == 303
    shown = (await owner.get("/company/engagements")).text
    assert "no access: the agreement is missing" in shown
    form |= {"signed_on": "2026-01-01", "row_version": "2"}
    assert (await owner.post(address, data=form)).status_code == 303
    assert "has access" in (await owner.get("/company/engagements")).text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"scopes": []}, 422),
        ({"scopes": ["plan"], "ends_on": "2020-01-01"}, 422),
        ({"scopes": ["plan"], "row_version": "7"}, 412),
    ],
)
async def test_a_refused_change_of_an_engagement_keeps_what_was_typed(
    site: Site, typed: dict[str, str | list[str]], status: int
) -> None:
    owner = await site.signed_in("owner")
    address = f"/company/engagements/{await engagement_id(site)}"
    form = {"ends_on": "", "signed_on": "2026-02-03", "reference": "Drawer 7", "row_version": "1"}
    answer = await owner.post(address, data=form | typed)
    assert answer.status_code == status
    assert 'value="Drawer 7"' in answer.text


async def test_the_owner_ends_an_engagement_with_one_button(site: Site) -> None:
    owner, manager = await site.signed_in("owner"), await site.signed_in("account_manager", site.world.company_id)
    assert (await manager.get("/company/policies")).status_code == 200
    ended = await owner.post(f"/company/engagements/{await engagement_id(site)}/end")
    assert ended.status_code == 303
    assert (await manager.get("/company/policies")).status_code == 404
    shown = (await owner.get("/company/engagements")).text
    assert "Terza Riga has no access any more." in shown
    assert "ended" in shown


async def test_an_engagement_of_nobody_is_not_found(site: Site) -> None:
    owner = await site.signed_in("owner")
    form = {"scopes": ["plan"], "row_version": "1"}
    assert (await owner.post(f"/company/engagements/{new_id()}", data=form)).status_code == 404
    assert (await owner.post(f"/company/engagements/{new_id()}/end")).status_code == 404


async def test_a_company_without_agencies_is_told_so(site: Site) -> None:
    outsider = await site.signed_in("outsider")
    assert "No agency works for you here." in (await outsider.get("/company/engagements")).text
