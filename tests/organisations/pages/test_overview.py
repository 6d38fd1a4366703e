"""The company at a glance: what waits for whom, in the page, in the menu and at home."""

import re
from dataclasses import replace

import pytest

from app.authz import Permission
from app.context import Ctx
from app.models import PolicyVersion
from app.organisations.queries import overview
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.schemas.policy import PolicyIn, ReturnIn
from app.policies.services import acknowledging, approval, drafting
from tests.organisations.services.test_companies import founded
from tests.site import Site


async def submitted(site: Site) -> PolicyVersion:
    version = await site.world.act("hr").write(drafting.start_policy, PolicyIn(name="Social media policy"))
    return await site.world.act("hr").write(approval.submit, version.id)


def badges(page: str) -> dict[str, int]:
    """Return what the wide menu counts, by address."""
    menu = page.split('<nav class="side-nav"')[1].split("</nav>", maxsplit=1)[0]
    links = re.findall(r'<a href="([^"]+)".*?</a>', menu, re.DOTALL)
    counts = [re.search(r'class="count">(\d+)', one) for one in re.findall(r"<a .*?</a>", menu, re.DOTALL)]
    return {href: int(count[1]) for href, count in zip(links, counts, strict=True) if count}


async def test_a_version_waits_for_who_may_approve_it_and_not_for_its_author(site: Site) -> None:
    await submitted(site)
    owner, author = await site.signed_in("owner"), await site.signed_in("hr")
    page = (await owner.get("/company")).text
    assert "versione aspetta la tua decisione" in page
    assert badges(page) == {"/company/policies/approvals": 1}
    assert badges((await owner.get("/company/people")).text) == {"/company/policies/approvals": 1}
    assert badges((await author.get("/company")).text) == {}


async def test_a_version_that_was_returned_waits_for_its_author(site: Site) -> None:
    version = await submitted(site)
    await site.world.act("owner").write(approval.request_changes, version.id, ReturnIn(reason="Togli il link."))
    page = (await (await site.signed_in("hr")).get("/company")).text
    assert "versione è tornata con una richiesta" in page
    assert f"/company/policies/versions/{version.id}/edit" in page
    assert "tornata con una richiesta" not in (await (await site.signed_in("marketing_lead")).get("/company")).text


async def test_an_approved_version_waits_for_who_may_publish_it(site: Site) -> None:
    policy = await site.world.act("hr").write(drafting.create_policy, PolicyIn(name="Social media policy"))
    version = await site.world.approved(policy.id)
    page = (await (await site.signed_in("hr")).get("/company")).text
    assert f"/company/policies/versions/{version.id}/publish" in page


async def test_questions_and_refusals_wait_for_hr_and_never_for_the_agency(site: Site, shown: AcknowledgeIn) -> None:
    for who, kind in (("employee", "question"), ("colleague", "declined")):
        said = AnswerIn(version_id=shown.version_id, kind=kind, note="Perché?")
        await site.world.act(who).write(acknowledging.answer, said)
    page = (await (await site.signed_in("hr")).get("/company")).text
    assert badges(page) == {"/company/policies/coverage": 2}
    agency = await site.signed_in("account_manager", site.world.company_id)
    assert badges((await agency.get("/company")).text) == {}


async def test_what_waits_stands_on_the_first_page_too(site: Site) -> None:
    await submitted(site)
    assert "versione aspetta la tua decisione" in (await (await site.signed_in("owner")).get("/")).text
    assert "In azienda" not in (await (await site.signed_in("employee")).get("/")).text


@pytest.mark.parametrize("who", ["owner", "hr"])
async def test_nothing_waits_once_all_is_done(site: Site, shown: AcknowledgeIn, who: str) -> None:
    page = (await (await site.signed_in(who)).get("/company")).text
    assert "Ora non hai niente da fare" in page
    assert f"/company/policies/coverage?version={shown.version_id}" in page


async def test_a_company_without_a_policy_is_led_to_the_template(site: Site) -> None:
    page = (await (await site.signed_in("hr")).get("/company")).text
    assert "Adesso una policy" in page
    assert "Crea una policy" in page


async def test_a_new_company_needs_its_people_first(site: Site) -> None:
    site.world.company_id = (await founded(site.world)).id
    assert await site.world.system().read(overview.missing) == "people"


async def test_only_the_version_that_is_asked_now_is_shown(site: Site, shown: AcknowledgeIn) -> None:
    policy_id = (await site.world.system().read(policies.version, shown.version_id)).policy_id
    newer = await site.world.next_version(policy_id)
    page = (await (await site.signed_in("hr")).get("/company")).text
    assert f"version={newer.version_id}" in page
    assert f"version={shown.version_id}" not in page


async def test_figures_need_the_permission_to_see_counts(site: Site, shown: AcknowledgeIn) -> None:
    def without_counts(ctx: Ctx) -> list[object]:
        actor = replace(ctx.actor, permissions=frozenset({Permission.READ_COMPANY}))
        blind = replace(ctx, actor=actor)
        return [*overview.policies(blind), *overview.courses(blind)]

    assert await site.world.act("hr").read(without_counts) == []


async def test_employees_have_no_company_page(site: Site) -> None:
    assert (await (await site.signed_in("employee")).get("/company")).status_code == 403
