"""Companies and engagements over the API."""

from typing import Any

import httpx
import pytest

from app.authz import EngagementScope
from app.models import Engagement
from tests.site import Site


@pytest.fixture
async def api(site: Site) -> httpx.AsyncClient:
    """Give a client of the company with all scopes."""
    return await site.machine()


async def test_an_agency_takes_on_a_client_and_finds_it_in_its_list(site: Site) -> None:
    agency = await site.machine(agency_id=site.world.agency_id)
    body = {
        "name": "Cantina Sant’Elmo",
        "owner": {"name": "Elmo", "email": "elmo@santelmo.example"},
        "engagement": {"scopes": ["plan"], "starts_on": "2026-01-01", "agreement": {"signed_on": "2026-01-01"}},
    }
    made = await agency.post("/api/v1/companies", json=body)
    assert made.status_code == 201, made.text
    read = await agency.get(made.headers["location"])
    assert read.json() == made.json()
    first = await agency.get("/api/v1/companies", params={"limit": 1})
    rest = await agency.get("/api/v1/companies", params={"cursor": first.json()["next_cursor"]})
    names = [company["name"] for company in (*first.json()["items"], *rest.json()["items"])]
    assert names == ["Cantina Sant’Elmo", "Pastificio Aurora"]


async def test_a_client_of_a_company_takes_on_no_clients(site: Site, api: httpx.AsyncClient) -> None:
    assert (await api.get("/api/v1/companies")).status_code == 404


async def test_an_ended_engagement_or_one_without_agreement_is_a_404_at_once(
    site: Site, api: httpx.AsyncClient
) -> None:
    agency = await site.machine(agency_id=site.world.agency_id)
    listed = (await api.get(f"{site.company}/engagements")).json()["items"]
    address = f"{site.company}/engagements/{listed[0]['id']}"
    assert listed[0]["agency"] == "Terza Riga"
    for version, change in ((1, {"agreement": None}), (2, {"agreement": {"signed_on": "2026-01-01"}})):
        changed = await api.patch(address, json=change, headers={"if-match": f'"{version}"'})
        assert changed.status_code == 200, changed.text
        assert changed.headers["etag"] == f'"{version + 1}"'
        answer = await agency.get(site.company)
        assert answer.status_code == (200 if change["agreement"] else 404)
    await api.patch(address, json={"ends_on": "2026-02-01"}, headers={"if-match": '"3"'})
    assert (await agency.get(site.company)).status_code == 404
    assert (await agency.get("/api/v1/companies")).json()["items"] == []


async def test_an_agency_cannot_widen_its_own_engagement(site: Site) -> None:
    agency = await site.machine(agency_id=site.world.agency_id)

    def own(ctx: Any) -> str:
        return ctx.session.query(Engagement).one().id  # type: ignore[no-any-return]

    address = f"{site.company}/engagements/{await site.world.system().read(own)}"
    change = {"scopes": [scope.value for scope in EngagementScope]}
    assert (await agency.patch(address, json=change, headers={"if-match": '"1"'})).status_code == 403


async def test_the_company_is_changed_with_what_was_read(site: Site, api: httpx.AsyncClient) -> None:
    assert (await api.patch(site.company, json={"contact": "Ada"})).status_code == 428
    changed = await api.patch(site.company, json={"contact": "Ada"}, headers={"if-match": '"1"'})
    assert (changed.json()["contact"], changed.headers["etag"]) == ("Ada", '"2"')
    assert (await api.patch(site.company, json={"name": "X"}, headers={"if-match": '"1"'})).status_code == 412
    refused = await api.patch(site.company, json={"time_zone": "Mars"}, headers={"if-match": '"2"'})
    assert refused.json()["errors"][0]["code"] == "time_zone_unknown"


async def test_closing_days_are_noted_listed_in_pages_and_removed(site: Site) -> None:
    api = await site.machine()
    address = f"/api/v1/companies/{site.world.company_id}/closing_days"
    for name, first in (("Ponte", "2027-12-07"), ("Ferragosto", "2027-08-16")):
        made = await api.post(address, json={"name": name, "starts_on": first})
        assert made.status_code == 201, made.text
    first = (await api.get(address, params={"limit": 1})).json()
    rest = (await api.get(address, params={"cursor": first["next_cursor"]})).json()
    assert [row["name"] for row in first["items"] + rest["items"]] == ["Ferragosto", "Ponte"]
    assert (await api.delete(f"{address}/{rest['items'][0]['id']}")).status_code == 204
    assert len((await api.get(address)).json()["items"]) == 1
