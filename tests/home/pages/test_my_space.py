"""/me: what I confirmed, how I sign in, what the company sees."""

from app.platform.files import Upload
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, PaperIn
from app.policies.services import acknowledging
from tests.site import Site
from tests.world import TODAY, acknowledge, record_on_paper


async def test_nothing_confirmed_yet_says_what_will_stand_here(site: Site) -> None:
    page = (await (await site.signed_in("employee")).get("/me")).text
    assert "Ancora nulla" in page


async def test_what_was_confirmed_leads_to_that_exact_text_in_that_language(site: Site) -> None:
    world = site.world
    shown = await world.published()
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    await world.act("employee").write(acknowledge, shown)
    await world.next_version(policy_id)
    browser = await site.signed_in("employee")
    page = (await browser.get("/me")).text
    link = f"/policies/{policy_id}/versions/{shown.version_id}?language=it"
    assert f'href="{link}"' in page
    assert "23 novembre 2026, 10:00" in page
    assert (await browser.get(link)).status_code == 200


async def test_what_was_signed_on_paper_says_so(site: Site) -> None:
    world = site.world
    shown = await world.published()
    who = world.person["employee"]
    paper = PaperIn(version_id=shown.version_id, person_id=who, language="it", signed_on=TODAY)
    await world.act("hr").write(record_on_paper, paper, Upload("scan.pdf", b"%PDF-1.7\n%%EOF\n"))
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    browser = await site.signed_in("employee")
    assert "su carta" in (await browser.get("/me")).text
    assert "firmata su carta" in (await browser.get(f"/policies/{policy_id}")).text


async def test_what_was_confirmed_in_another_system_says_so(site: Site) -> None:
    world = site.world
    shown = await world.published()
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    data = AcknowledgeForIn(**shown.model_dump(), person_id=world.person["employee"])
    await world.system().write(acknowledging.acknowledge_for, policy_id, data)
    page = (await (await site.signed_in("employee")).get(f"/policies/{policy_id}")).text
    assert "confermata in un altro sistema" in page


async def test_only_my_own_confirmations_stand_here(site: Site, shown: AcknowledgeIn) -> None:
    await site.world.act("colleague").write(acknowledge, shown)
    assert shown.version_id not in (await (await site.signed_in("employee")).get("/me")).text


async def test_my_space_leads_to_my_settings_and_says_what_the_company_sees(site: Site) -> None:
    page = (await (await site.signed_in("employee")).get("/me")).text
    for path in ("/me/sessions", "/me/passkeys", "/organisations"):
        assert f'href="{path}"' in page
    assert 'action="/language"' in page
    assert "Che cosa vede di me l’azienda" in page


async def test_an_agency_has_no_space_of_an_employee(site: Site) -> None:
    browser = await site.signed_in("account_manager", site.world.agency_id)
    assert (await browser.get("/me")).status_code == 404
