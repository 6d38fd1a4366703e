"""Certificates: one's own pages and file, and the public page that says whether one is valid."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine

from app.training.services import forgetting
from tests.site import ORIGIN, Site
from tests.training.courses import published
from tests.training.services.test_taking import do_lessons, try_quiz
from tests.web.test_pdf import text_of
from tests.world import NOW, TODAY


async def certified(site: Site, name: str = "employee", **facts: int) -> tuple[httpx.AsyncClient, str]:
    """Let somebody pass a course; return their browser and the address of their certificate."""
    version = await published(site.world, **facts)
    await do_lessons(site.world, version, who=name)
    await try_quiz(site.world, version, who=name)
    await site.speak("en")
    browser = await site.signed_in(name)
    found = re.search(r'href="(/me/certificates/[0-9a-f-]+)"', (await browser.get("/me")).text)
    assert found
    return browser, found[1]


async def opened(browser: httpx.AsyncClient, certificate: str) -> str:
    await browser.post(f"{certificate}/open")
    found = re.search(r'<code id="address">([^<]+)</code>', (await browser.get(certificate)).text)
    assert found
    return found[1].removeprefix(ORIGIN)


async def test_a_certificate_is_kept_as_a_page_of_paper_that_names_course_and_policy(site: Site) -> None:
    await site.world.published()
    browser, certificate = await certified(site, valid_months=12)
    shown = (await browser.get(certificate)).text
    assert "Valid until 23 November 2027" in shown
    assert "Policy in force then: Social media policy 1.0" in shown
    answer = await browser.get(f"{certificate}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    for words in ("Speaking about the company", "has passed the course", "23 November 2027", "Social media policy 1.0"):
        assert words in text
    assert "/certificates/" not in text


async def test_the_open_page_says_valid_or_expired_and_nothing_else(site: Site) -> None:
    browser, certificate = await certified(site, valid_months=12)
    where = await opened(browser, certificate)
    assert where == await opened(browser, certificate)
    shown = await site.visitor().get(where)
    assert "This certificate is valid" in shown.text
    for secret in ("Aurora", "Speaking", "2026", "2027"):
        assert secret not in shown.text
    text = text_of((await browser.get(f"{certificate}.pdf")).content)
    assert "/certificates/pvz_" in "".join(text.split())
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        assert "This certificate has expired" in (await site.visitor().get(where)).text


async def test_a_closed_page_and_a_guessed_address_answer_alike(site: Site) -> None:
    browser, certificate = await certified(site)
    where = await opened(browser, certificate)
    await browser.post(f"{certificate}/close")
    await browser.post(f"{certificate}/close")
    closed, guessed = await site.visitor().get(where), await site.visitor().get(f"{where[:-4]}AAAA")
    assert closed.status_code == guessed.status_code == 404
    assert await opened(browser, certificate) != where
    assert (await site.visitor().get(where)).status_code == 404


async def test_the_way_to_linkedin_is_filled_in_and_sends_nothing(site: Site) -> None:
    browser, certificate = await certified(site, valid_months=12)
    assert "linkedin.com" not in (await browser.get(certificate)).text
    where = await opened(browser, certificate)
    shown = (await browser.get(certificate)).text
    assert "startTask=CERTIFICATION_NAME" in shown
    assert where.rsplit("/", 1)[1] in shown
    assert f"expirationYear={TODAY.year + 1}" in shown
    assert '<script src="https' not in shown


@pytest.mark.parametrize("path", ["", ".pdf", "/open", "/close"])
async def test_somebody_elses_certificate_is_not_there(site: Site, path: str) -> None:
    _, certificate = await certified(site)
    hr = await site.signed_in("hr")
    method = "POST" if path in ("/open", "/close") else "GET"
    assert (await hr.request(method, f"{certificate}{path}")).status_code == 404


async def test_a_certificate_without_an_end_says_so(site: Site) -> None:
    browser, certificate = await certified(site)
    assert "Without an end" in (await browser.get(certificate)).text
    await opened(browser, certificate)
    assert "expirationYear" not in (await browser.get(certificate)).text


async def test_the_page_goes_with_its_person(site: Site) -> None:
    browser, certificate = await certified(site)
    where = await opened(browser, certificate)
    await site.world.system().write(forgetting.forget, site.world.person["employee"])
    assert (await site.visitor().get(where)).status_code == 404
