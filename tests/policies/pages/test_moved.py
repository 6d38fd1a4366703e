"""Old addresses of the policy pages lead to the present ones."""

import pytest

from app.policies.schemas.acknowledgement import AcknowledgeIn
from tests.site import Site

ID = "01a20a0a-c400-713f-b220-9608f1f118a3"


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("/company/pending?version=x", "/company/policies/pending?version=x"),
        ("/company/approvals", "/company/policies/approvals"),
        ("/company/versions/1/review?language=it", "/company/policies/versions/1/review?language=it"),
        (
            "/company?version=" + ID,
            "/company/policies/coverage?version=" + ID,
        ),
    ],
)
async def test_a_bookmark_leads_to_the_page_where_it_is_now(site: Site, old: str, present: str) -> None:
    answer = await (await site.signed_in("hr")).get(old)
    assert (answer.status_code, answer.headers["location"]) == (308, present)


async def test_a_form_that_was_open_during_the_move_is_sent_on(site: Site, shown: AcknowledgeIn) -> None:
    hr = await site.signed_in("hr")
    moved = await hr.post("/company/remind", data={"version_id": shown.version_id, "team_id": ""})
    assert (moved.status_code, moved.headers["location"]) == (308, "/company/policies/remind")


async def test_a_version_that_is_no_id_names_nothing(site: Site) -> None:
    assert (await (await site.signed_in("hr")).get("/company?version=x")).status_code == 404
