"""The page with the list of people, and what is done with several of them at once."""

import html
import re

import httpx
import pytest

from app.db import keyset
from app.models import Team
from app.models.types import new_id
from app.organisations.services import companies
from app.people.queries import people as people_queries
from app.people.schemas.people import PlaceIn, PlaceOut
from app.people.services import leaving, teams
from tests.crowd import crew
from tests.organisations.services.test_companies import agency, client
from tests.people.pages.test_people import taken_on
from tests.site import Site
from tests.world import TODAY, World

PATH = "/company/people"


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""
    await site.speak("en")
    return site


def rows(answer: httpx.Response) -> list[str]:
    """Return the names in the list, in its order."""
    return [html.unescape(name) for name in re.findall(r'data-key="e">([^<]+)</a>', answer.text)]


async def test_the_list_shows_everybody_and_finds_by_name_team_and_standing(site: Site) -> None:
    hr = await site.signed_in("hr")
    shown = await hr.get("/company/people")
    assert shown.status_code == 200
    assert "Marketing Lead" in shown.text
    for query in ("?q=colle", f"?team={site.world.team_id}&q=colleague", "?status=active&q=colleague"):
        found = await hr.get(f"/company/people{query}")
        assert "Colleague" in found.text
        assert "Marketing Lead" not in found.text
    nobody = await hr.get("/company/people?status=left")
    assert "Nobody fits" in nobody.text
    assert (await hr.get("/company/people?status=odd")).status_code == 200
    assert (await hr.get("/company/people?team=odd")).status_code == 404
    assert (await hr.get("/company/people?q=%00")).status_code == 422


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Niccolò Zoë", "niccolo zoe"),
        ("Nicolo Verdi", "NICOLÒ"),
        ("Chiara Dell’Aquila", "dell'aquila"),
        ("Chiara D'Angelo", "d’ange"),
        ("Łukasz Ștefănescu", "lukasz ste"),
        ("Élodie 100%", "100%"),
    ],
)
async def test_a_name_is_found_however_its_accents_and_apostrophes_are_typed(site: Site, name: str, typed: str) -> None:
    hr = await site.signed_in("hr")
    await taken_on(site, hr, name=name)
    found = html.unescape((await hr.get("/company/people", params={"q": typed})).text)
    assert name in found
    assert "Marketing Lead" not in found


async def test_a_long_list_goes_on_and_back_to_its_start(site: Site) -> None:
    hr = await site.signed_in("hr")
    first = await hr.get("/company/people?limit=2&q=e")
    onward = re.findall(r'href="([^"]+)" rel="next"', first.text)[0].replace("&amp;", "&")
    second = await hr.get(onward)
    assert "Back to the start" in second.text
    assert 'href="/company/people?limit=2&amp;q=e&amp;sort=surname"' in second.text


async def test_the_owner_of_an_empty_company_is_told_to_begin_with_people(site: Site, world: World) -> None:
    company_id = new_id()
    owner = {"name": "Owner", "email": "owner@aurora.example"}
    await (await agency(world)).write_in_company(company_id, companies.create, company_id, client(owner=owner))
    browser = await site.signed_in("owner", company_id)
    await browser.post("/organisations/accept", data={"organisation_id": company_id})
    shown = await browser.get("/company/people")
    assert "Who works with you?" in shown.text
    assert "Import a list" in shown.text


async def test_with_people_and_no_policy_the_next_step_is_the_policy(site: Site) -> None:
    hr = await site.signed_in("hr")
    assert "Go on with the policy" in (await hr.get("/company/people")).text
    await site.world.published()
    assert "Go on with the policy" not in (await hr.get("/company/people")).text


async def test_the_heading_counts_what_was_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    hr = await site.signed_in("hr")
    count = '<span class="total" id="list-count">%s</span>'
    assert count % 5 in (await hr.get(PATH)).text
    assert count % 1 in (await hr.get(f"{PATH}?q=colleague")).text
    monkeypatch.setattr(keyset, "MANY", 3)
    monkeypatch.setattr("app.web.lists.MANY", 3)
    assert count % "more than 3" in (await hr.get(PATH)).text


async def test_a_heading_sorts_by_its_column_and_then_the_other_way_round(site: Site) -> None:
    hr = await site.signed_in("hr")
    by_surname = await hr.get(f"{PATH}?q=e")
    assert 'aria-sort="ascending"' in by_surname.text
    assert f'href="{PATH}?q=e&amp;sort=-surname"' in by_surname.text
    backwards = await hr.get(f"{PATH}?q=e&sort=-surname")
    assert rows(backwards) == rows(by_surname)[::-1]
    assert 'aria-sort="descending"' in backwards.text
    assert '<option value="-surname" selected>Sort: Surname ↓</option>' in backwards.text
    assert rows(await hr.get(f"{PATH}?q=e&sort=name")) == sorted(rows(by_surname))


async def test_a_part_goes_on_in_its_own_order_only(site: Site) -> None:
    hr = await site.signed_in("hr")
    first = await hr.get(f"{PATH}?limit=2&sort=-team")
    onward = html.unescape(re.findall(r'href="([^"]+)" rel="next"', first.text)[0])
    assert len(rows(await hr.get(onward))) == 2
    assert (await hr.get(onward.replace("sort=-team", "sort=team"))).status_code == 400


async def test_each_person_stands_with_what_they_are_asked_to_read(site: Site) -> None:
    hr = await site.signed_in("hr")
    assert 'class="told"' not in (await hr.get(PATH)).text
    await site.world.published()
    shown = (await hr.get(PATH)).text
    assert "Social media policy 1.0" in shown
    assert "to read by 7 Dec" in shown
    assert 'name="version"' not in shown
    other = await site.world.published()
    assert f'<option value="{other.version_id}"' in (await hr.get(PATH)).text


async def team_and_people(site: Site) -> tuple[PlaceOut, list[str]]:
    made = await site.world.act("hr").write(teams.create, Team, PlaceIn(name="Vendite"))
    return made, (await crew(site.world, "Uffici", 3)).people


async def team_of(world: World, person_id: str) -> str | None:
    return (await world.act("hr").read(people_queries.one, person_id)).team


async def test_people_who_were_ticked_change_their_team(site: Site) -> None:
    hr, (sales, ids) = await site.signed_in("hr"), await team_and_people(site)
    asked = await hr.post(f"{PATH}/chosen/team", data={"ids": ids[:2], "q": "uffici", "sort": "name"})
    assert asked.status_code == 200
    assert "Uffici 01, Uffici 02." in asked.text
    assert "Move 2 people" in asked.text
    assert f'name="ids" value="{ids[0]} {ids[1]}"' in asked.text
    done = await hr.post(f"{PATH}/chosen/team", data={"ids": " ".join(ids[:2]), "q": "uffici", "to": sales.id})
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?q=uffici")
    assert "2 people are in the new team." in (await hr.get(PATH)).text
    assert [await team_of(site.world, one) for one in ids] == ["Vendite", "Vendite", "Uffici"]


async def test_all_that_match_are_named_before_they_change_their_team(site: Site) -> None:
    hr, (_, ids) = await site.signed_in("hr"), await team_and_people(site)
    asked = await hr.post(f"{PATH}/chosen/team", data={"everything": "yes", "q": "uffici"})
    assert f'name="ids" value="{" ".join(ids)}"' in asked.text
    assert 'name="everything"' not in asked.text


async def test_nobody_moves_into_a_team_that_is_gone_and_each_is_told(site: Site) -> None:
    hr, (_, ids) = await site.signed_in("hr"), await team_and_people(site)
    answer = await hr.post(f"{PATH}/chosen/team", data={"ids": ids, "to": new_id()})
    assert answer.status_code == 200
    assert "3 could not be done" in answer.text
    assert answer.text.count("<tr data-row>") == 3
    assert [await team_of(site.world, one) for one in ids] == ["Uffici"] * 3


async def test_without_a_tick_the_list_says_what_to_do(site: Site) -> None:
    hr = await site.signed_in("hr")
    for act in ("team", "invitations"):
        answer = await hr.post(f"{PATH}/chosen/{act}", data={"team": site.world.team_id})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?team={site.world.team_id}")
        assert "Tick the people in the list first" in (await hr.get(PATH)).text


async def test_what_is_no_id_and_more_than_a_thousand_are_refused(site: Site) -> None:
    hr = await site.signed_in("hr")
    for ids in (["odd"], [new_id() for _ in range(1001)]):
        assert (await hr.post(f"{PATH}/chosen/team", data={"ids": " ".join(ids)})).status_code == 422


async def test_invitations_are_printed_for_those_ticked_and_it_is_said_who_gets_none(site: Site) -> None:
    hr = await site.signed_in("hr")
    ada, eva = await taken_on(site, hr), await taken_on(site, hr, name="Eva Neri")
    await site.world.act("hr").write(leaving.leave, eva.id, TODAY.replace(day=1))
    ids = [ada.id, eva.id, site.world.person["hr"]]
    asked = await hr.post(f"{PATH}/chosen/invitations", data={"ids": ids})
    assert "For the 3 people you chose." in asked.text
    assert "<b>Eva Neri</b>: does not work here any more" in asked.text
    assert "<b>Hr</b>: has a role and signs in by e-mail" in asked.text
    printed = await hr.post("/company/invitations", data=dict(re.findall(r'name="(\w+)" value="([^"]+)"', asked.text)))
    assert printed.content.startswith(b"%PDF-")


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "account_manager"])
async def test_whoever_does_not_keep_the_people_neither_sees_nor_changes_them(site: Site, who: str) -> None:
    browser = await site.signed_in(who)
    one = site.world.person["employee"]
    for answer in (
        await browser.get(f"{PATH}?sort=team&q=e"),
        await browser.post(f"{PATH}/chosen/team", data={"ids": one}),
        await browser.post(f"{PATH}/chosen/invitations", data={"everything": "yes"}),
    ):
        assert answer.status_code == 403
        assert "Colleague" not in answer.text
