"""/recognised_minutes, /payroll_months and /payroll_mapping: what payroll is told, to the byte."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from app.context import Ctx
from app.models import Person, RecognisedMinutes
from app.models.types import new_id
from app.people.services import erasure, leaving
from app.training.queries import hours as queries
from app.training.rules.hours import MinutesKind, hours_and_minutes, written_month
from app.training.services import crediting
from tests.site import Site
from tests.training.services.test_crediting import MONTH
from tests.training.services.test_payroll import LAST_DAY, LAST_MONTH, MAPPING
from tests.world import TODAY, World

READ, WRITE = frozenset({"hours:read"}), frozenset({"hours:read", "hours:write"})
LAST = written_month(LAST_MONTH)


def numbered(ctx: Ctx, codes: dict[str, str | None]) -> None:
    for person_id, code in codes.items():
        own = (col(Person.company_id) == ctx.company_id, col(Person.id) == person_id)
        ctx.session.execute(update(Person).where(*own).values(external_id=code))


async def credited(world: World, *amounts: tuple[str, int], on: Any = LAST_DAY) -> None:
    for who, minutes in amounts:
        person_id = world.person[who]
        await world.system().write(crediting.credit, person_id, minutes, MinutesKind.SESSION, new_id(), on)


async def with_numbers(world: World) -> None:
    codes: dict[str, str | None] = {world.person["employee"]: "0000123", world.person["colleague"]: "0000045"}
    await world.system().write(numbered, codes)


async def export(machine: httpx.AsyncClient, site: Site, month: str = LAST) -> httpx.Response:
    return await machine.get(f"{site.company}/payroll_months/{month}/export")


async def test_a_closed_month_is_exported_with_its_leading_zeros_to_the_byte(site: Site) -> None:
    await with_numbers(site.world)
    await credited(site.world, ("employee", 51), ("employee", 60), ("colleague", 100), ("colleague", -147))
    machine = await site.machine(WRITE)
    assert (await machine.put(f"{site.company}/payroll_mapping", json=MAPPING)).json() == MAPPING
    assert (await machine.get(f"{site.company}/payroll_mapping")).json() == MAPPING
    closed = await machine.post(f"{site.company}/payroll_months/{LAST}/close")
    assert closed.status_code == 200
    assert (closed.json()["month"], closed.json()["people"], closed.json()["minutes"]) == (LAST, 2, 64)
    answer = await export(machine, site)
    day = LAST_DAY.strftime("%d/%m/%Y").encode()
    assert answer.content == (
        b"company_code;employee_code;cause_code;date;hours\r\n"
        b"000042;0000045;FORM;" + day + b";-0,75\r\n"
        b"000042;0000123;FORM;" + day + b";1,75\r\n"
    )
    assert answer.headers["content-disposition"] == f'attachment; filename="hours-{LAST}.csv"'


async def test_a_file_of_several_parts_names_everybody_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.training.web.payroll_file._PART", 1)
    await with_numbers(site.world)
    await credited(site.world, ("employee", 60), ("colleague", 5), ("colleague", 40), ("employee", 30))
    machine = await site.machine(WRITE)
    await machine.put(f"{site.company}/payroll_mapping", json=MAPPING)
    lines = [line.split(";") for line in (await export(machine, site)).text.splitlines()[1:]]
    assert [(cells[1], cells[4]) for cells in lines] == [("0000045", "0,75"), ("0000123", "1,50")]


async def test_an_open_month_is_exported_as_provisional(site: Site) -> None:
    await with_numbers(site.world)
    await credited(site.world, ("employee", 60))
    machine = await site.machine(WRITE)
    wanted = {**MAPPING, "separator": "comma", "hours_form": "hours_and_minutes", "date_form": "digits"}
    await machine.put(f"{site.company}/payroll_mapping", json=wanted)
    answer = await export(machine, site)
    assert f"hours-{LAST}-provisional.csv" in answer.headers["content-disposition"]
    assert answer.text.splitlines()[1] == f"000042,0000123,FORM,{LAST_DAY:%Y%m%d},1:00"


async def test_a_month_is_not_exported_before_the_codes_are_saved(site: Site) -> None:
    machine = await site.machine(WRITE)
    refused = await export(machine, site)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_payroll_mapping")
    assert (await machine.get(f"{site.company}/payroll_mapping")).status_code == 404


async def test_nobody_with_hours_is_left_out_for_want_of_a_number(site: Site) -> None:
    await site.world.system().write(numbered, {site.world.person["employee"]: None})
    await credited(site.world, ("employee", 60))
    machine = await site.machine(WRITE)
    await machine.put(f"{site.company}/payroll_mapping", json=MAPPING)
    refused = await export(machine, site)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_employee_number")
    assert "(1)" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["company_code", "cause_code", "step", "separator"])
async def test_a_mapping_without_a_code_says_which_field_is_missing(site: Site, name: str) -> None:
    machine = await site.machine(WRITE)
    body = {key: value for key, value in MAPPING.items() if key != name}
    refused = await machine.put(f"{site.company}/payroll_mapping", json=body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}"]
    assert refused.json()["errors"][0]["detail"] == "This is missing. Fill it in."


async def test_a_correction_is_listed_with_its_reason(site: Site) -> None:
    machine = await site.machine(WRITE)
    person_id = site.world.person["employee"]
    body = {"person_id": person_id, "minutes": "-0:45", "reason": "Uscito prima.", "on": str(LAST_DAY)}
    made = await machine.post(f"{site.company}/recognised_minutes", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["month"] == LAST
    await credited(site.world, ("employee", 60), ("colleague", 30))
    query = {"month": LAST, "person_id": person_id, "limit": "1"}
    first = (await machine.get(f"{site.company}/recognised_minutes", params=query)).json()
    assert first["items"] == [made.json()]
    rest = (
        await machine.get(f"{site.company}/recognised_minutes", params={**query, "cursor": first["next_cursor"]})
    ).json()
    assert [(one["minutes"], one["kind"], one["reason"]) for one in rest["items"]] == [(60, "session", None)]
    everything = (await machine.get(f"{site.company}/recognised_minutes")).json()
    assert sorted(one["minutes"] for one in everything["items"]) == [-45, 30, 60]


@pytest.mark.parametrize("minutes", ["8,30", "8.30", "90"])
async def test_hours_written_with_a_comma_are_refused_with_how_to_write_them(site: Site, minutes: str) -> None:
    machine = await site.machine(WRITE)
    body = {"person_id": site.world.person["employee"], "minutes": minutes, "reason": "x"}
    refused = await machine.post(f"{site.company}/recognised_minutes", json=body)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], error["code"]) == (422, "/minutes", "duration_parsing")
    assert "8:30" in error["detail"]


async def test_an_import_says_of_each_row_what_is_wrong_and_keeps_the_others(site: Site) -> None:
    machine = await site.machine(WRITE)
    good = {"person_id": site.world.person["employee"], "minutes": "1:30", "reason": "Aula", "external_id": "sheet-7"}
    rows = [
        {**good, "on": str(LAST_DAY)},
        {**good, "person_id": new_id()},
        {**good, "on": "31/02/2026"},
        {**good, "minutes": "8,30"},
        {**good, "minutes": "9:99", "reason": ""},
    ]

    async def send() -> list[dict[str, Any]]:
        answer = await machine.post(f"{site.company}/recognised_minutes/bulk", json={"corrections": rows})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]  # type: ignore[no-any-return]

    first = await send()
    assert [one["status"] for one in first] == [201, 422, 422, 422, 422]
    assert [[error["pointer"] for error in one["errors"]] for one in first] == [
        [],
        ["/person_id"],
        ["/on"],
        ["/minutes"],
        ["/minutes", "/reason"],
    ]
    assert "with a colon, like 8:30" in first[3]["errors"][0]["detail"]
    again = await send()
    assert (again[0]["status"], again[0]["id"]) == (200, first[0]["id"])
    listed = (await machine.get(f"{site.company}/recognised_minutes")).json()["items"]
    assert [(one["id"], one["minutes"], one["month"]) for one in listed] == [(first[0]["id"], 90, LAST)]


async def test_months_are_listed_the_newest_first(site: Site) -> None:
    machine = await site.machine(WRITE)
    await credited(site.world, ("employee", 60))
    await credited(site.world, ("employee", 15), on=TODAY)
    await machine.post(f"{site.company}/payroll_months/2020-01/close")
    first = (await machine.get(f"{site.company}/payroll_months", params={"limit": "2"})).json()
    assert [(one["month"], one["minutes"]) for one in first["items"]] == [(written_month(MONTH), 15), (LAST, 60)]
    cursor = {"limit": "2", "cursor": first["next_cursor"]}
    (last,) = (await machine.get(f"{site.company}/payroll_months", params=cursor)).json()["items"]
    assert (last["month"], last["people"], last["minutes"]) == ("2020-01", 0, 0)
    assert last["closed_at"] is not None


@pytest.mark.parametrize(("month", "status"), [("2020-13", 404), ("nonsense", 404), (written_month(MONTH), 409)])
async def test_what_is_no_month_or_not_over_is_not_closed(site: Site, month: str, status: int) -> None:
    machine = await site.machine(WRITE)
    assert (await machine.post(f"{site.company}/payroll_months/{month}/close")).status_code == status


async def test_a_month_that_nobody_knows_is_not_there(site: Site) -> None:
    await credited(site.world, ("employee", 60))
    with pytest.raises(Exception, match="not_found"):
        await site.world.act("hr").read(queries.one_month, MONTH)


async def test_a_wrong_month_in_a_filter_is_said(site: Site) -> None:
    machine = await site.machine(READ)
    refused = await machine.get(f"{site.company}/recognised_minutes", params={"month": "11/2026"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "month_parsing"


@pytest.mark.parametrize("scope", ["training:read", "training:write", "enrolments:read", "training:progress"])
async def test_hours_need_their_own_scope(site: Site, scope: str) -> None:
    machine = await site.machine(frozenset({scope}))
    for path in ("recognised_minutes", "payroll_months", "payroll_mapping", f"payroll_months/{LAST}/export"):
        assert (await machine.get(f"{site.company}/{path}")).status_code == 403


async def test_a_person_who_is_erased_is_in_the_sum_and_not_in_the_file(site: Site) -> None:
    await with_numbers(site.world)
    await credited(site.world, ("employee", 60), ("colleague", 90))
    machine = await site.machine(WRITE)
    await machine.put(f"{site.company}/payroll_mapping", json=MAPPING)
    await site.world.act("owner").write(leaving.leave, site.world.person["employee"], TODAY - timedelta(days=1))
    await site.world.act("hr").write(erasure.erase, site.world.person["employee"])
    months = (await machine.get(f"{site.company}/payroll_months")).json()["items"]
    assert [one["minutes"] for one in months] == [150]
    assert [line.split(";")[1] for line in (await export(machine, site)).text.splitlines()[1:]] == ["0000045"]


AMOUNTS = st.lists(st.tuples(st.sampled_from(["employee", "colleague"]), st.integers(-300, 300)), max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(AMOUNTS)
async def test_the_ledger_the_list_the_pages_and_the_file_agree(site: Site, amounts: list[tuple[str, int]]) -> None:
    """Entries add up: each example adds more of them to the same ledger."""
    await with_numbers(site.world)
    await credited(site.world, *amounts)
    machine = await site.machine(WRITE)
    exact = {**MAPPING, "step": 1, "hours_form": "hours_and_minutes"}
    await machine.put(f"{site.company}/payroll_mapping", json=exact)

    def ledger(ctx: Ctx) -> int:
        return sum(ctx.session.scalars(select(RecognisedMinutes.minutes)))

    total = await site.world.system().read(ledger)
    listed = (await machine.get(f"{site.company}/recognised_minutes", params={"limit": "200"})).json()["items"]
    assert sum(one["minutes"] for one in listed) == total
    months = (await machine.get(f"{site.company}/payroll_months")).json()["items"]
    assert sum(one["minutes"] for one in months) == total
    assert hours_and_minutes(total) in said(await (await site.signed_in("hr")).get("/company/hours")) or not listed
    own = [one["minutes"] for one in listed if one["person_id"] == site.world.person["employee"]]
    assert hours_and_minutes(sum(own)) in said(await (await site.signed_in("employee")).get("/me")) or not own
    lines = (await export(machine, site)).text.splitlines()[1:]
    assert sum(minutes_of(line.split(";")[-1]) for line in lines) == total


def said(page: httpx.Response) -> set[str]:
    """Return the sums that a page shows in bold."""
    return set(re.findall(r"<b>([^<]+)</b>", page.text))


def minutes_of(text: str) -> int:
    whole, _, rest = text.lstrip("-").partition(":")
    minutes = int(whole) * 60 + int(rest)
    return -minutes if text.startswith("-") else minutes
