"""Forms of pages: what is refused comes back on the same page, with everything that was typed."""

from typing import Any

import httpx
import pytest

from app.policies.services import approval
from app.web.errors import TITLES
from app.web.i18n import translations
from tests.policies.pages.policy_work import draft, published
from tests.site import Site
from tests.tenancy.canaries import plant
from tests.tenancy.routes import all_routes

ERROR_PAGE = translations("it").gettext(TITLES[422])
# A button whose form has no field to fill in: it is sent as it was shown, or not by a person.
ONLY_A_BUTTON = {"/organisations", "/organisations/accept", "/organisations/decline", "/language"}


async def test_a_form_with_nothing_in_it_brings_its_page_back(site: Site) -> None:
    """Every form of the application, found by itself; a row in another state may have no such form: 409."""
    ids = await plant(site.world.db, site.world.company_id, "Eigenkram")
    owner, seen = await site.signed_in("owner"), 0
    for route in all_routes(site.app):
        if route.method == "POST" and route.form is not None and route.path not in ONLY_A_BUTTON:
            answer = await owner.post(route.address(ids), data={})
            assert answer.status_code in {200, 303, 404, 409, 410, 422}, route.name
            assert ERROR_PAGE not in answer.text, route.name
            seen += answer.status_code == 422
    assert seen > 20


async def submitted_version(site: Site) -> str:
    version = await draft(site)
    await site.world.act("marketing_lead").write(approval.submit, version.id)
    return version.id


def comes_back(answer: httpx.Response, status: int, *kept: str) -> bool:
    return answer.status_code == status and all(text in answer.text for text in kept)


async def test_what_was_ticked_and_written_is_still_there(site: Site) -> None:
    owner, team = await site.signed_in("owner"), site.world.team_id
    _, shown = await published(site)
    answer = await owner.post("/company/policies", data={"name": "", "kind": "external", "team_ids": [team]})
    assert comes_back(answer, 422, f'value="{team}" checked', 'value="external" checked')
    long = "a" * 4001
    address = f"/company/policies/versions/{shown.version_id}/withdraw"
    assert comes_back(await owner.post(address, data={"reason": long}), 422, f"{long}</textarea>")


async def test_a_wish_that_is_too_long_is_still_there(site: Site) -> None:
    version_id, long = await submitted_version(site), "a" * 4001
    address = f"/company/policies/versions/{version_id}/return"
    answer = await (await site.signed_in("owner")).post(address, data={"reason": long, "language": "it"})
    assert comes_back(answer, 422, f"{long}</textarea>", " open>")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/company/settings", {"name": "Aurora", "time_zone": "Europe/Rome", "language": "it", "country": "IT"}),
        ("/company/clients", {"id": "none", "name": "Payroll", "scopes": ["people:read"]}),
    ],
)
async def test_what_is_wrong_with_a_hidden_field_is_said_of_the_whole_form(
    site: Site, path: str, form: dict[str, Any]
) -> None:
    owner = await site.signed_in("owner")
    answer = await owner.post(path, data=form)
    assert comes_back(answer, 422, '<p class="error" role="alert">', f'value="{form["name"]}"')
