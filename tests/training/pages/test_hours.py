"""/company/hours and a person's own hours: the same numbers for both, names only for HR."""

import re
from typing import Any

import pytest

from app.training.rules.hours import written_month
from app.training.services import crediting, payroll
from tests.site import Site
from tests.training.api.test_hours import LAST, credited, with_numbers
from tests.training.courses import published
from tests.training.pages.test_courses import said, words
from tests.training.services.test_certifying import passes
from tests.training.services.test_crediting import MONTH
from tests.training.services.test_payroll import LAST_DAY, LAST_MONTH, MAPPING, correction

HOURS = "/company/hours"
MONTH_PAGE = f"{HOURS}/months/{LAST}"


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


async def test_a_person_and_hr_see_the_same_numbers(site: Site) -> None:
    await passes(site.world, await published(site.world))
    await site.world.act("hr").write(crediting.correct, correction(site.world, 30))
    own = await words(await site.signed_in("employee"), "/me")
    theirs = await words(await site.signed_in("hr"), f"{HOURS}/people/{site.world.person['employee']}")
    for shown in (own, theirs):
        assert "Speaking about the company 0 h 15" in shown
        assert "Correction Rimasta fino alla fine. 0 h 30" in shown
        assert "In all 0 h 45" in shown


async def test_whoever_has_no_hours_reads_nothing_of_them(site: Site) -> None:
    assert "My hours" not in await words(await site.signed_in("employee"), "/me")
    hr = await site.signed_in("hr")
    assert "No hours yet" in await words(hr, HOURS)
    assert "No hours yet." in await words(hr, f"{HOURS}/people/{site.world.person['employee']}")
    assert "No employee number yet" in await words(hr, f"{HOURS}/people/{site.world.person['colleague']}")


async def test_what_was_booked_late_says_the_day_it_is_about(site: Site) -> None:
    await site.world.act("hr").write(payroll.close, LAST_MONTH)
    await credited(site.world, ("employee", 60))
    own = await words(await site.signed_in("employee"), "/me")
    assert "November 2026 Session attended About 31 October 2026: that month was closed already 1 h 00" in own


async def test_a_month_is_closed_and_then_stays(site: Site) -> None:
    await credited(site.world, ("employee", 60), ("colleague", 51))
    hr = await site.signed_in("hr")
    assert "October 2026 can be closed" in await words(hr, HOURS)
    shown = await words(hr, MONTH_PAGE)
    assert "1 h 51 of training for 2 people" in shown
    assert "Close October 2026" in shown
    assert "Provisional file for payroll" in shown
    done = await hr.post(f"{MONTH_PAGE}/close")
    assert (done.status_code, done.headers["location"]) == (303, MONTH_PAGE)
    shown = await words(hr, MONTH_PAGE)
    assert "Closed on 23 November 2026" in shown
    assert "Close October 2026" not in shown
    assert "closed" in await words(hr, HOURS)


async def test_the_month_that_runs_cannot_be_closed(site: Site) -> None:
    await credited(site.world, ("employee", 60), on=MONTH)
    hr = await site.signed_in("hr")
    page = f"{HOURS}/months/{written_month(MONTH)}"
    assert "Close November 2026" not in await words(hr, page)
    await hr.post(f"{page}/close")
    assert "This month is not over yet." in await words(hr, page)
    assert "can be closed" not in await words(hr, HOURS)


@pytest.mark.parametrize("month", ["2019-01", "2019-13", "x"])
async def test_a_month_without_anything_is_not_there(site: Site, month: str) -> None:
    assert (await (await site.signed_in("hr")).get(f"{HOURS}/months/{month}")).status_code == 404


async def test_people_are_found_by_name_and_team_and_everybody_can_be_shown(site: Site) -> None:
    await credited(site.world, ("employee", 60), ("colleague", 51))
    hr = await site.signed_in("hr")
    found = await words(hr, f"{MONTH_PAGE}?q=colleague&team={site.world.team_id}")
    assert "Colleague" in found
    assert "Employee Person" not in found
    assert "Nobody fits." in await words(hr, f"{MONTH_PAGE}?q=marketing&who=odd")
    everybody = await words(hr, f"{MONTH_PAGE}?q=marketing&who=everybody")
    assert re.search(r"Marketing Lead .* 0 h 00", everybody)


async def test_a_correction_is_made_on_the_page_of_the_person(site: Site) -> None:
    hr = await site.signed_in("hr")
    page = f"{HOURS}/people/{site.world.person['employee']}"
    done = await hr.post(page, data={"minutes": "-0:45", "reason": "Uscito prima.", "on": str(LAST_DAY)})
    assert done.headers["location"] == page
    assert "October 2026 Correction Uscito prima. −0 h 45" in await words(hr, page)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"minutes": "8,30", "reason": "x"}, "with a colon, like 8:30"),
        ({"minutes": "0:00", "reason": "x"}, "This changes nothing."),
        ({"minutes": "1:00"}, "This is missing. Fill it in."),
        ({"minutes": "1:00", "reason": "x", "on": "2026-02-31"}, "This is not a date."),
        ({"minutes": "1:00", "reason": "x", "on": "2027-01-01"}, "This day has not come yet."),
    ],
)
async def test_a_bad_correction_comes_back_with_what_was_typed(site: Site, form: dict[str, str], word: str) -> None:
    hr = await site.signed_in("hr")
    refused = await hr.post(f"{HOURS}/people/{site.world.person['employee']}", data=form)
    assert refused.status_code == 422
    assert word in said(refused)
    assert f'value="{form["minutes"]}"' in refused.text


async def test_the_codes_are_saved_once_and_the_file_follows_them(site: Site) -> None:
    await with_numbers(site.world)
    await credited(site.world, ("employee", 60))
    hr = await site.signed_in("hr")
    first = await hr.get(f"{MONTH_PAGE}/payroll.csv")
    assert first.headers["location"] == f"{HOURS}/payroll"
    assert "Save its codes first." in await words(hr, f"{HOURS}/payroll")
    saved = await hr.post(f"{HOURS}/payroll", data={name: str(value) for name, value in MAPPING.items()})
    assert saved.headers["location"] == HOURS
    assert 'value="000042"' in (await hr.get(f"{HOURS}/payroll")).text
    file = await hr.get(f"{MONTH_PAGE}/payroll.csv")
    assert file.content.splitlines()[1] == b"000042;0000123;FORM;31/10/2026;1,00"


async def test_a_mapping_without_a_code_is_refused_beside_its_field(site: Site) -> None:
    hr = await site.signed_in("hr")
    form: dict[str, Any] = {**{name: str(value) for name, value in MAPPING.items()}, "company_code": "", "step": "30"}
    refused = await hr.post(f"{HOURS}/payroll", data=form)
    assert refused.status_code == 422
    assert 'id="field-company_code-error"' in refused.text
    assert '<option value="30" selected>' in refused.text


async def test_the_file_says_whose_number_is_missing(site: Site) -> None:
    await credited(site.world, ("marketing_lead", 60))
    hr = await site.signed_in("hr")
    await hr.post(f"{HOURS}/payroll", data={name: str(value) for name, value in MAPPING.items()})
    refused = await hr.get(f"{MONTH_PAGE}/payroll.csv")
    assert refused.headers["location"] == HOURS
    assert "no employee number (1)" in await words(hr, HOURS)


@pytest.mark.parametrize("who", ["marketing_lead", "trainer"])
async def test_who_sees_no_hours_of_people_sees_sums_of_groups_that_are_large_enough(site: Site, who: str) -> None:
    await credited(site.world, ("employee", 60), ("colleague", 51))
    browser = await site.signed_in(who, site.world.company_id)
    assert "not shown, to protect people" in await words(browser, HOURS)
    few = await words(browser, MONTH_PAGE)
    assert "Fewer than five people have hours" in few
    assert "not shown, to protect people" in few
    assert "1 h" not in few
    for path in (f"{HOURS}/payroll", f"{HOURS}/people/{site.world.person['employee']}", f"{MONTH_PAGE}/payroll.csv"):
        assert (await browser.get(path)).status_code == 403
    assert (await browser.post(f"{MONTH_PAGE}/close")).status_code == 403


async def test_a_sum_of_five_people_is_shown_without_names(site: Site) -> None:
    cast = ("employee", "colleague", "owner", "hr", "marketing_lead")
    await credited(site.world, *((who, 60) for who in cast))
    browser = await site.signed_in("marketing_lead")
    shown = await words(browser, MONTH_PAGE)
    assert "5 h 00 of training for 5 people" in shown
    assert "Colleague" not in shown
    assert "5 h 00" in await words(browser, HOURS)


async def test_employees_do_not_come_in(site: Site) -> None:
    assert (await (await site.signed_in("employee")).get(HOURS)).status_code == 403
