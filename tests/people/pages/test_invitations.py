"""The page that prints invitations."""

from datetime import timedelta

from tests.accounts.pages.signing_in import without_email
from tests.site import Site
from tests.world import TODAY

PATH = "/company/invitations"


async def test_the_sheet_comes_as_a_pdf_to_keep(site: Site) -> None:
    await without_email(site)
    browser = await site.signed_in("hr")
    day = (TODAY + timedelta(days=10)).isoformat()
    answer = await browser.post(PATH, data={"team_id": site.world.team_id, "valid_until": day, "only_new": "yes"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="invitations.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


async def test_the_page_offers_the_teams_and_a_month(site: Site) -> None:
    shown = await (await site.signed_in("hr")).get(PATH)
    assert "Produzione" in shown.text
    assert "facoltativo" not in shown.text
    assert (TODAY + timedelta(days=30)).isoformat() in shown.text


async def test_a_link_from_the_coverage_page_chooses_its_team(site: Site) -> None:
    hr = await site.signed_in("hr")
    shown = (await hr.get("/company/invitations", params={"team": site.world.team_id})).text
    assert f'<option value="{site.world.team_id}" selected' in shown


async def test_a_link_from_the_coverage_page_chooses_those_who_still_have_to_read_though_they_came_in(
    site: Site,
) -> None:
    version_id = (await site.world.published()).version_id
    hr = await site.signed_in("hr")
    shown = (await hr.get(PATH, params={"version": version_id})).text
    assert f'<option value="{version_id}" selected>Solo chi deve ancora leggere Social media policy 1.0<' in shown
    assert 'name="only_new" value="yes" checked' not in shown
    plain = (await hr.get(PATH)).text
    assert f'<option value="{version_id}" >' in plain
    assert 'name="only_new" value="yes" checked' in plain


async def test_listed_people_are_kept_through_a_mistake(site: Site) -> None:
    browser = await site.signed_in("hr")
    person = site.world.person["employee"]
    assert f'name="person_ids" value="{person}"' in (await browser.get(PATH, params={"person": person})).text
    answer = await browser.post(PATH, data={"person_ids": person, "valid_until": "2020-01-01"})
    assert answer.status_code == 422
    assert f'name="person_ids" value="{person}"' in answer.text
    assert 'value="2020-01-01"' in answer.text
    assert "Scegli un giorno da oggi in poi" in answer.text


async def test_a_missing_day_and_an_empty_choice_are_explained(site: Site) -> None:
    browser = await site.signed_in("hr")
    assert (await browser.post(PATH, data={"valid_until": ""})).status_code == 422
    empty = await browser.post(PATH, data={"valid_until": TODAY.isoformat()})
    assert empty.status_code == 409
    assert "Nessuno corrisponde" in empty.text


async def test_whoever_does_not_keep_the_people_cannot_open_the_page(site: Site) -> None:
    assert (await (await site.signed_in("employee")).get(PATH)).status_code == 403
    assert (await (await site.signed_in("account_manager")).get(PATH)).status_code == 403
    assert (await site.visitor().get(PATH)).status_code == 303
