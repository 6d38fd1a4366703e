"""The pages about people: the list, one person, and files of people."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col

from app.models import Absence
from app.models.types import new_id
from app.people.queries import people as people_queries
from app.people.queries.people import Wanted
from app.people.rows import people
from app.people.schemas.people import PersonFacts
from app.people.web import importing as people_import
from tests.site import Site
from tests.world import World

ADA = {
    "name": "Ada Rossi",
    "email": "",
    "external_id": "",
    "language": "it",
    "team_id": "",
    "site_id": "",
    "starts_on": "2020-01-01",
    "working_window": "6-14 lun-sab",
}


@pytest.fixture
async def site(site: Site) -> Site:
    """Give the application to people who read English."""
    await site.speak("en")
    return site


async def person(world: World, name: str) -> PersonFacts:
    everybody = await world.act("hr").read(people_queries.page, Wanted(), None, 200)
    return next(one for one in everybody if one.name.startswith(name))


async def taken_on(site: Site, hr: httpx.AsyncClient, **facts: str) -> PersonFacts:
    answer = await hr.post("/company/people/new", data=ADA | facts)
    assert answer.status_code == 303, answer.text
    return await person(site.world, facts.get("name", "Ada Rossi"))


async def test_a_person_is_added_and_named_in_the_message(site: Site) -> None:
    hr = await site.signed_in("hr")
    assert (await hr.get("/company/people/new")).status_code == 200
    ada = await taken_on(site, hr, team_id=site.world.team_id)
    assert (ada.team, ada.working_window) == ("Produzione", "06:00-14:00 mon-sat")
    assert "Ada Rossi is in the list." in (await hr.get("/company/people")).text


@pytest.mark.parametrize(
    ("typed", "said", "status"),
    [
        ({"name": ""}, "This is missing", 422),
        ({"email": "hr@aurora.example"}, "Another person has this e-mail address", 409),
        ({"working_window": "always"}, "These are not working hours", 422),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    site: Site, typed: dict[str, str], said: str, status: int
) -> None:
    hr = await site.signed_in("hr")
    answer = await hr.post("/company/people/new", data=ADA | {"external_id": "A-77"} | typed)
    assert answer.status_code == status
    assert said in answer.text
    assert 'value="A-77"' in answer.text


@pytest.mark.parametrize(("language", "hours"), [("en", "09:00-18:00 mon-fri"), ("it", "09:00-18:00 lun-ven")])
async def test_working_hours_are_shown_in_the_language_of_the_page(site: Site, language: str, hours: str) -> None:
    await site.speak(language)
    hr = await site.signed_in("hr")
    employee = (await person(site.world, "Employee")).id
    for address in ("/company/people/new", f"/company/people/{employee}"):
        assert f'value="{hours}"' in (await hr.get(address)).text


async def test_a_person_is_changed(site: Site) -> None:
    hr = await site.signed_in("hr")
    ada = await taken_on(site, hr)
    assert (await hr.get(f"/company/people/{ada.id}")).status_code == 200
    changed = await hr.post(f"/company/people/{ada.id}", data=ADA | {"name": "Ada Bianchi", "row_version": "1"})
    assert changed.status_code == 303
    assert (await person(site.world, "Ada")).name == "Ada Bianchi"


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"row_version": "7"}, 412, "Somebody changed this"),
        ({"row_version": "1", "starts_on": ""}, 422, "This is missing"),
        ({"row_version": "1", "email": "hr@aurora.example"}, 409, "Another person has this e-mail"),
    ],
)
async def test_a_refused_change_keeps_what_was_typed(site: Site, typed: dict[str, str], status: int, said: str) -> None:
    hr = await site.signed_in("hr")
    ada = await taken_on(site, hr)
    answer = await hr.post(f"/company/people/{ada.id}", data=ADA | {"name": "Ada Verdi"} | typed)
    assert answer.status_code == status
    assert said in answer.text
    assert 'value="Ada Verdi"' in answer.text


async def test_somebody_leaves_and_comes_back(site: Site) -> None:
    hr = await site.signed_in("hr")
    ada = await taken_on(site, hr)
    address = f"/company/people/{ada.id}"
    assert (await hr.post(f"{address}/leave", data={"last_day": "2021-01-01"})).status_code == 303
    assert "Back again?" in (await hr.get(address)).text
    assert "has left" in (await hr.get("/company/people?status=left")).text
    early = await hr.post(f"{address}/rejoin", data={"starts_on": "2020-12-31"})
    assert (early.status_code, "still works here" in early.text) == (409, True)
    assert (await hr.post(f"{address}/rejoin", data={"starts_on": ""})).status_code == 422
    assert (await hr.post(f"{address}/rejoin", data={"starts_on": "2022-01-01"})).status_code == 303
    assert (await person(site.world, "Ada")).status == "active"


@pytest.mark.parametrize("typed", ["", "2019-01-01", "9999-12-31"])
async def test_a_last_day_that_cannot_be_is_refused_beside_its_field(site: Site, typed: str) -> None:
    hr = await site.signed_in("hr")
    ada = await taken_on(site, hr)
    answer = await hr.post(f"/company/people/{ada.id}/leave", data={"last_day": typed})
    assert answer.status_code == 422
    assert 'id="field-last_day-error"' in answer.text


async def test_the_owner_gives_and_takes_roles_but_never_the_last_one(site: Site) -> None:
    owner = await site.signed_in("owner")
    employee = f"/company/people/{site.world.person['employee']}"
    for action, held in (("grant", "Take away"), ("revoke", "Give")):
        answer = await owner.post(f"{employee}/roles", data={"role": "hr", "action": action})
        assert answer.status_code == 303
        assert f"<span>{held}" in (await owner.get(employee)).text
    own = f"/company/people/{site.world.person['owner']}"
    refused = await owner.post(f"{own}/roles", data={"role": "owner", "action": "revoke"})
    assert (refused.status_code, "only owner of the company" in refused.text) == (409, True)
    assert (await owner.post(f"{own}/roles", data={"role": "king", "action": "grant"})).status_code == 422
    assert "only owner" in (await owner.post(f"{own}/leave", data={"last_day": "2026-12-31"})).text


async def test_hr_sees_no_way_to_give_roles_and_has_none(site: Site) -> None:
    hr = await site.signed_in("hr")
    address = f"/company/people/{site.world.person['employee']}"
    assert f"{address}/roles" not in (await hr.get(address)).text
    assert (await hr.post(f"{address}/roles", data={"role": "owner", "action": "grant"})).status_code == 403


async def test_people_of_other_companies_have_no_page(site: Site) -> None:
    hr = await site.signed_in("hr")
    for person_id in (site.world.person["outsider"], new_id(), "odd"):
        address = f"/company/people/{person_id}"
        assert (await hr.get(address)).status_code == 404
        assert (await hr.post(f"{address}/leave", data={"last_day": "2026-12-31"})).status_code == 404


@pytest.mark.parametrize("path", ["", "/new", "/import", "/01a20a0a-c400-713f-b220-9608f1f118a3", ".csv"])
async def test_employees_and_agencies_have_no_pages_about_people(site: Site, path: str) -> None:
    for who in ("employee", "account_manager"):
        visitor = await site.signed_in(who, site.world.company_id)
        assert (await visitor.get(f"/company/people{path}")).status_code == 403


LIST = "matricola;nominativo;reparto;assunto il;note\r\n7;Ada Rossi;Vendite;;x\r\n8;=Bea;;domani;\r\n9;=Cy;;;\r\n"


def chosen(data: bytes) -> dict[str, Any]:
    return {"file": ("people.csv", data, "text/csv")}


async def test_a_file_is_looked_at_before_it_is_imported_and_then_forgotten(site: Site) -> None:
    hr = await site.signed_in("hr")
    assert (await hr.get("/company/people/import")).status_code == 200
    uploaded = await hr.post("/company/people/import", files=chosen(LIST.encode()))
    assert uploaded.status_code == 303
    address = uploaded.headers["location"]
    shown = await hr.get(address)
    for words in ("Nothing has changed yet", "Vendite", "This is not a date", "note", "leave out the rows with errors"):
        assert words in shown.text
    assert "Ada Rossi" not in (await hr.get("/company/people")).text
    assert (await hr.post(address)).status_code == 303
    listed = await hr.get("/company/people")
    assert "Added: 2. Changed: 0. Rows left out: 1." in listed.text
    assert "Ada Rossi" in listed.text
    assert (await hr.get(address)).status_code == 404
    assert (await hr.post(address)).status_code == 404


def left_long_ago(ctx: Any, person_id: str) -> None:
    people.employment(ctx, person_id).ends_on = date(2021, 1, 31)


async def test_the_look_at_a_file_says_who_would_change_and_how(site: Site) -> None:
    await site.world.system().write(left_long_ago, site.world.person["colleague"])
    rows = (
        "nominativo;e-mail;reparto;lingua;ruoli;assunto il",
        "Ada Rossi;;;;;",
        "Employee;employee@aurora.example;Vendite;en;hr;",
        "Colleague;colleague@aurora.example;;;;01/02/2022",
    )
    owner = await site.signed_in("owner")
    uploaded = await owner.post("/company/people/import", files=chosen("\r\n".join(rows).encode()))
    table = (await owner.get(uploaded.headers["location"])).text.split("Whom it is about")[1]
    told = " ".join(re.sub(r"<[^>]+>", " ", table.split("</table>")[0]).split())
    assert told == (
        "Name What would happen "
        "Employee language: before: Italiano then: English team: before: Produzione then: Vendite "
        "roles: before: – then: HR "
        "Colleague from: before: 1 January 2020 then: 1 February 2022 "
        "Ada Rossi would be added"
    )
    assert "Only the first" not in table


async def test_of_many_new_people_the_first_are_named(site: Site) -> None:
    hr = await site.signed_in("hr")
    rows = b"nominativo\r\n" + b"".join(b"P%02d\r\n" % number for number in range(21))
    uploaded = await hr.post("/company/people/import", files=chosen(rows))
    shown = (await hr.get(uploaded.headers["location"])).text
    assert "P19" in shown
    assert "P20" not in shown
    assert "Only the first 20 are listed" in shown


async def test_a_file_that_changes_nothing_offers_nothing_to_confirm(site: Site) -> None:
    hr = await site.signed_in("hr")
    same = "nominativo;e-mail\r\nEmployee;employee@aurora.example\r\n".encode("utf-16")
    uploaded = await hr.post("/company/people/import", files=chosen(same))
    shown = await hr.get(uploaded.headers["location"])
    assert "nobody is new and nothing is different" in shown.text


@pytest.mark.parametrize("files", [chosen(b"PK\x03\x04"), chosen(b""), {}])
async def test_a_file_that_is_none_is_refused_in_words(site: Site, files: Any) -> None:
    hr = await site.signed_in("hr")
    answer = await hr.post("/company/people/import", files=files, data={"x": "y"})
    assert answer.status_code == 422
    assert 'id="field-file-error"' in answer.text


async def test_a_file_kept_by_one_company_is_no_other_ones(site: Site) -> None:
    hr, outsider = await site.signed_in("hr"), await site.signed_in("outsider")
    address = (await hr.post("/company/people/import", files=chosen(LIST.encode()))).headers["location"]
    assert (await outsider.get(address)).status_code == 404
    assert (await outsider.post(address)).status_code == 404


async def test_only_the_first_errors_of_many_are_listed(site: Site) -> None:
    hr = await site.signed_in("hr")
    rows = "nominativo;assunto il\r\n" + "Ada;domani\r\n" * 1001
    uploaded = await hr.post("/company/people/import", files=chosen(rows.encode()))
    assert "Only the first 1,000 are listed" in (await hr.get(uploaded.headers["location"])).text


async def test_the_table_holds_no_formulas_and_can_be_imported_again(site: Site) -> None:
    owner = await site.signed_in("owner")
    await people_import.run(await site.world.act("hr").enter(), LIST.encode(), dry_run=False)
    await people_import.run(
        await site.world.act("hr").enter(), b"name\n" + b"".join(b"P%d\n" % n for n in range(520)), dry_run=False
    )
    for language in ("en", "it"):
        answer = await owner.get("/company/people.csv", headers={"accept-language": language})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        text = answer.content.decode("utf-8-sig")
        assert '"\'=Cy"' in text
        assert len(text.splitlines()) == 1 + 5 + 2 + 520
        assert "owner" in text
        again = await people_import.run(
            await site.world.act("owner").enter(), text.replace("'=", "=").encode(), dry_run=True
        )
        assert (again.result.unchanged, again.errors) == (527, ())


async def test_hr_notes_an_absence_changes_it_and_takes_it_back(site: Site) -> None:
    hr = await site.signed_in("hr")
    address = f"/company/people/{site.world.person['employee']}"
    today = await site.world.system(datetime.now(UTC)).read(lambda ctx: ctx.today)
    typed = {"starts_on": today.isoformat(), "ends_on": ""}
    assert (await hr.post(f"{address}/absences", data=typed)).status_code == 303
    (absence,) = await absences_of(site)
    assert "until further notice" in (await hr.get(address)).text
    last = today + timedelta(days=30)
    change = {"action": "change", "ends_on": last.isoformat()}
    assert (await hr.post(f"{address}/absences/{absence.id}", data=change)).status_code == 303
    assert (await absences_of(site))[0].ends_on == last
    assert (await hr.post(f"{address}/absences/{absence.id}", data={"action": "remove"})).status_code == 303
    assert await absences_of(site) == []


async def test_a_refused_absence_keeps_what_was_typed(site: Site) -> None:
    hr = await site.signed_in("hr")
    address = f"/company/people/{site.world.person['employee']}/absences"
    wrong = await hr.post(address, data={"starts_on": "2027-03-02", "ends_on": "2027-03-01"})
    assert wrong.status_code == 422
    assert 'value="2027-03-01"' in wrong.text
    assert (await hr.post(address, data={"starts_on": ""})).status_code == 422
    assert (await hr.post(address, data={"starts_on": "2027-03-02"})).status_code == 303
    assert (await hr.post(address, data={"starts_on": "2027-03-02"})).status_code == 409
    (absence,) = await absences_of(site)
    assert (await hr.post(f"{address}/{absence.id}", data={"action": "fly"})).status_code == 422
    impossible = await hr.post(f"{address}/{absence.id}", data={"action": "change", "ends_on": "2027-03-01"})
    assert impossible.status_code == 422


async def absences_of(site: Site) -> list[Absence]:
    wanted = select(Absence).where(col(Absence.person_id) == site.world.person["employee"])
    return await site.world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))
