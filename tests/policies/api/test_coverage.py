"""Coverage, the pending and reminders over the API."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.policies.rows import policies
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from tests.crowd import crew, read_by, set_assignment
from tests.site import Site
from tests.world import TODAY

CANARY = "Zaccaria Canarino"
FIGURES = ("asked", "acknowledged", "in_time", "overdue", "questions", "declined", "excused")


async def version_of(site: Site, shown: AcknowledgeIn) -> str:
    version = await site.world.system().read(policies.version, shown.version_id)
    return f"{site.company}/policies/{version.policy_id}/versions/{shown.version_id}"


def hidden(counts: dict[str, Any]) -> bool:
    """Tell whether a group is hidden, and insist that it is hidden or shown in all its figures."""
    is_hidden = bool(counts["fewer_than_5"])
    assert [counts[name] is None for name in FIGURES] == [is_hidden] * len(FIGURES)
    return is_hidden


async def test_the_summary_counts_in_all_and_by_team(site: Site) -> None:
    office = await crew(site.world, "Uffici", 3)
    shown = await site.world.published()
    await read_by(site.world, shown, office.people[0])
    api = await site.machine()
    answer = await api.get(f"{await version_of(site, shown)}/summary")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["asked"], body["acknowledged"], body["in_time"], body["fewer_than_5"]) == (8, 1, 7, False)
    assert body["version_id"] == shown.version_id
    assert body["label"] == "1.0"
    assert [(team["name"], team["asked"], team["acknowledged"]) for team in body["teams"]] == [
        ("Produzione", 5, 0),
        ("Uffici", 3, 1),
    ]


async def test_the_agency_gets_null_for_small_teams_and_for_what_would_give_them_away(site: Site) -> None:
    await crew(site.world, "Uffici", 3)
    await crew(site.world, "Magazzino", 8)
    shown = await site.world.published()
    api = await site.machine(agency_id=site.world.agency_id)
    body = (await api.get(f"{await version_of(site, shown)}/summary")).json()
    assert not hidden(body)
    assert {team["name"]: hidden(team) for team in body["teams"]} == {
        "Magazzino": False,
        "Produzione": True,
        "Uffici": True,
    }


async def test_the_agency_sees_no_name_anywhere(site: Site) -> None:
    office = await crew(site.world, CANARY, 6)
    shown = await site.world.published()
    await read_by(site.world, shown, office.people[0])
    address = await version_of(site, shown)
    api = await site.machine(agency_id=site.world.agency_id)
    answers = [
        await api.get(f"{address}/pending"),
        await api.get(f"{address}/pending?team_id={office.team_id}"),
        await api.post(f"{address}/remind", json={}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    answers.append(await api.get(f"{address}/summary"))
    for answer in answers:
        assert f"{CANARY} 0" not in answer.text  # the team is called like its people, without their number


async def test_the_pending_come_by_name_page_by_page(site: Site, shown: AcknowledgeIn) -> None:
    await read_by(site.world, shown, site.world.person["owner"])
    await set_assignment(
        site.world, shown.version_id, site.world.person["hr"], due_on=TODAY - timedelta(days=300), reminders_sent=2
    )
    api = await site.machine()
    address = f"{await version_of(site, shown)}/pending?limit=3"
    first = await api.get(address)
    assert first.status_code == 200, first.text
    assert [item["name"] for item in first.json()["items"]] == ["Colleague", "Employee", "Hr"]
    hr = first.json()["items"][2]
    assert (hr["overdue"], hr["reminders_sent"], hr["has_email"], hr["state"]) == (True, 2, True, "open")
    assert (hr["team"], hr["person_id"]) == ("Produzione", site.world.person["hr"])
    rest = await api.get(f"{address}&cursor={first.json()['next_cursor']}")
    assert [item["name"] for item in rest.json()["items"]] == ["Marketing Lead"]
    assert rest.json()["next_cursor"] is None


async def test_the_pending_of_one_team(site: Site) -> None:
    office = await crew(site.world, "Uffici", 2)
    shown = await site.world.published()
    api = await site.machine()
    answer = await api.get(f"{await version_of(site, shown)}/pending?team_id={office.team_id}")
    assert [item["name"] for item in answer.json()["items"]] == ["Uffici 01", "Uffici 02"]


async def test_reminding_says_what_becomes_of_everybody_pending(site: Site) -> None:
    store = await crew(site.world, "Magazzino", 2, email=False)
    shown = await site.world.published()
    api = await site.machine()
    address = f"{await version_of(site, shown)}/remind"
    first = await api.post(address, json={})
    assert first.status_code == 200, first.text
    assert first.json() == {"people": 5, "already_today": 0, "often_enough": 0, "without_email": 2, "more": False}
    again = await api.post(address, json={"team_id": store.team_id})
    assert again.json()["without_email"] == 2
    assert again.json()["people"] == 0


async def test_reminding_of_a_version_that_nobody_is_asked_to_read_is_refused(site: Site, shown: AcknowledgeIn) -> None:
    await set_assignment(site.world, shown.version_id, state=AssignmentState.CANCELLED)
    version = await site.world.system().read(policies.version, shown.version_id)
    await site.world.next_version(version.policy_id)
    api = await site.machine()
    answer = await api.post(f"{await version_of(site, shown)}/remind", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_asked")


@pytest.mark.parametrize("resource", ["summary", "pending", "remind"])
async def test_a_version_of_another_policy_or_company_is_not_found(
    site: Site, shown: AcknowledgeIn, resource: str
) -> None:
    other = await site.world.published()
    address = (await version_of(site, shown)).replace(shown.version_id, other.version_id)

    async def ask(api: httpx.AsyncClient, where: str) -> int:
        if resource == "remind":
            return (await api.post(f"{where}/{resource}", json={})).status_code
        return (await api.get(f"{where}/{resource}")).status_code

    assert await ask(await site.machine(), address) == 404
    stranger = await site.machine(company_id=site.world.other_company_id)
    assert await ask(stranger, await version_of(site, shown)) == 404


@pytest.mark.parametrize(
    ("resource", "scope"),
    [
        ("summary", "acknowledgements:summary"),
        ("pending", "acknowledgements:read"),
        ("remind", "acknowledgements:write"),
    ],
)
async def test_a_token_without_the_scope_is_told_which_one_is_missing(
    site: Site, shown: AcknowledgeIn, resource: str, scope: str
) -> None:
    api = await site.machine(frozenset({"people:read"}))
    address = f"{await version_of(site, shown)}/{resource}"
    answer = await (api.post(address, json={}) if resource == "remind" else api.get(address))
    assert answer.status_code == 403
    assert scope in answer.json()["detail"]
