"""The page of those who have read a version, and its table for a spreadsheet."""

import csv
import html
import re
from datetime import timedelta
from io import StringIO

import httpx
import pytest

from app.db import keyset
from app.models.types import new_id
from app.platform.files import Upload
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn, PaperIn
from tests.crowd import Crew, crew, read_by
from tests.site import Site
from tests.world import NOW, TODAY, acknowledge, record_on_paper

PATH = "/company/policies/acknowledged"


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""
    await site.speak("en")
    return site


@pytest.fixture
async def office(site: Site) -> Crew:
    return await crew(site.world, "Uffici", 3)


@pytest.fixture
async def read(site: Site, office: Crew) -> AcknowledgeIn:
    """Let the three of the office read a version, the last of them first."""
    version = await site.world.published()
    for minutes, person_id in enumerate(reversed(office.people)):
        await read_by(site.world, version, person_id, now=NOW + timedelta(minutes=minutes))
    return version


def names(answer: httpx.Response) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<th scope="row">([^<]+)</th>', answer.text)]


async def signed_on_paper(site: Site, read: AcknowledgeIn) -> None:
    person_id = site.world.person["employee"]
    paper = PaperIn(version_id=read.version_id, person_id=person_id, language="it", signed_on=TODAY)
    scan = Upload("scan.pdf", b"%PDF-1.7\n%%EOF\n")
    await site.world.act("hr").write(record_on_paper, paper, scan)


OFFICE = ["Uffici 01", "Uffici 02", "Uffici 03"]


@pytest.mark.parametrize("many", [20_000, 2])
async def test_the_list_is_counted_searched_and_sorted(
    site: Site, office: Crew, read: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(keyset, "MANY", many)
    await read_by(site.world, read, site.world.person["employee"])
    hr = await site.signed_in("hr")
    assert names(await hr.get(PATH)) == [*OFFICE, "Employee"]
    assert names(await hr.get(f"{PATH}?sort=-surname")) == ["Employee", *OFFICE[::-1]]
    assert names(await hr.get(f"{PATH}?q=02+uff")) == ["Uffici 02"]
    assert names(await hr.get(f"{PATH}?team={office.team_id}")) == OFFICE
    first = await hr.get(f"{PATH}?limit=3&sort=name")
    onward = html.unescape(re.findall(r'href="([^"]+)" rel="next"', first.text)[0])
    assert names(first) + names(await hr.get(onward)) == ["Employee", *OFFICE]


async def test_the_newest_confirmation_comes_first_when_it_is_asked_for(site: Site, read: AcknowledgeIn) -> None:
    hr = await site.signed_in("hr")
    listed = await hr.get(PATH)
    assert f'href="{PATH}?sort=-at"' in listed.text
    assert '<span class="total" id="list-count">3</span>' in listed.text
    assert names(await hr.get(f"{PATH}?sort=-at")) == OFFICE
    assert names(await hr.get(f"{PATH}?sort=at")) == OFFICE[::-1]


async def test_nobody_fits_and_nobody_yet_are_told_apart(site: Site, read: AcknowledgeIn) -> None:
    hr = await site.signed_in("hr")
    assert "Nobody who has read it has this name and team." in (await hr.get(f"{PATH}?q=zzz")).text
    other = await site.world.published()
    empty = await hr.get(f"{PATH}?version={other.version_id}")
    assert "Nobody yet" in empty.text
    assert f'<option value="{read.version_id}"' in empty.text
    assert (await hr.get(f"{PATH}?version={new_id()}")).status_code == 404


async def test_of_who_confirmed_a_version_and_one_that_amends_it_the_newest_receipt_counts(
    site: Site, office: Crew, read: AcknowledgeIn
) -> None:
    policy_id = (await site.world.system().read(policies.version, read.version_id)).policy_id
    minor = await site.world.next_version(policy_id, material=False, effective_on=TODAY)
    await site.world.act("hr").write(acknowledge, minor)
    hr = await site.signed_in("hr")
    assert names(await hr.get(PATH)) == [*OFFICE, "Hr"]
    labels = re.findall(r"<td>(1\.\d)</td>", (await hr.get(PATH)).text)
    assert labels == ["1.0", "1.0", "1.0", "1.1"]
    assert names(await hr.get(f"{PATH}?version={read.version_id}")) == OFFICE


async def test_the_table_holds_those_of_the_list_in_parts(
    site: Site, office: Crew, read: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.routers.pages.policies.acknowledged._PART", 2)
    await signed_on_paper(site, read)
    hr = await site.signed_in("hr")
    link = html.unescape(re.findall(r'href="([^"]+acknowledged\.csv[^"]*)"', (await hr.get(PATH)).text)[0])
    export = await hr.get(link)
    assert export.headers["content-disposition"] == 'attachment; filename="acknowledged.csv"'
    heading, *rows = csv.reader(StringIO(export.content.decode("utf-8-sig")), delimiter=";")
    assert heading == ["Name", "Team", "Version", "Recorded", "How"]
    assert [row[0] for row in rows] == [*OFFICE, "Employee"]
    assert rows[0][1:3] == ["Uffici", "1.0"]
    assert [row[-1] for row in rows] == ["in another system"] * 3 + ["on paper"]
    only = await hr.get(f"{PATH}.csv?q=02")
    assert [row[0] for row in csv.reader(StringIO(only.content.decode("utf-8-sig")), delimiter=";")][1:] == [OFFICE[1]]


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "account_manager"])
async def test_whoever_sees_no_names_reads_neither_list_nor_table(site: Site, read: AcknowledgeIn, who: str) -> None:
    browser = await site.signed_in(who)
    for address in (PATH, f"{PATH}.csv"):
        answer = await browser.get(address)
        assert answer.status_code == 403
        assert "Uffici" not in answer.text
