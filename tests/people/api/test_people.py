"""People, teams and companies over the API."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from app.models.types import new_id
from tests.site import Site
from tests.world import TODAY


@pytest.fixture
async def api(site: Site) -> httpx.AsyncClient:
    """Give a client of the company with all scopes."""
    return await site.machine()


async def ada(api: httpx.AsyncClient, site: Site, **facts: Any) -> Mapping[str, Any]:
    answer = await api.post(f"{site.company}/people", json={"name": "Ada Rossi", **facts})
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_a_person_is_taken_on_and_read(site: Site, api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{site.company}/people", json={"name": "Ada Rossi", "external_id": "7"})
    assert answer.status_code == 201
    read = await api.get(answer.headers["location"])
    assert read.json() == answer.json()
    assert read.headers["etag"] == '"1"'
    assert (read.json()["status"], read.json()["created_at"][-1]) == ("active", "Z")
    by_number = await api.get(f"{site.company}/people/by_external_id/7")
    assert by_number.json() == answer.json()


async def test_who_has_read_a_person_already_gets_no_body(site: Site, api: httpx.AsyncClient) -> None:
    person = await ada(api, site)
    answer = await api.get(f"{site.company}/people/{person['id']}", headers={"if-none-match": '"1"'})
    assert answer.status_code == 304


async def test_unknown_fields_are_refused(site: Site, api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{site.company}/people", json={"name": "Ada", "salary": 1})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/salary"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), ({"if-match": '"7"'}, 412), ({"if-match": "none"}, 412), ({"if-match": '"1"'}, 200)],
)
async def test_a_change_names_what_was_read(
    site: Site, api: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    person = await ada(api, site)
    address = f"{site.company}/people/{person['id']}"
    answer = await api.patch(address, json={"team_id": site.world.team_id, "email": None}, headers=headers)
    assert answer.status_code == status, answer.text


async def test_a_name_cannot_be_cleared(site: Site, api: httpx.AsyncClient) -> None:
    person = await ada(api, site)
    address = f"{site.company}/people/{person['id']}"
    answer = await api.patch(address, json={"name": None}, headers={"if-match": '"1"'})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/name"


async def test_people_are_listed_by_name_in_parts(site: Site, api: httpx.AsyncClient) -> None:
    first = await api.get(f"{site.company}/people", params={"limit": 2, "status": "active"})
    assert [person["name"] for person in first.json()["items"]] == ["Colleague", "Employee"]
    assert 'rel="next"' in first.headers["link"]
    cursor = first.json()["next_cursor"]
    second = await api.get(f"{site.company}/people", params={"limit": 10, "status": "active", "cursor": cursor})
    assert [person["name"] for person in second.json()["items"]] == ["Hr", "Marketing Lead", "Owner"]
    assert second.json()["next_cursor"] is None


async def test_whoever_is_in_the_list_reads_the_same_alone(site: Site, api: httpx.AsyncClient) -> None:
    place = {"team_id": site.world.team_id, "site_id": site.world.site_id}
    await ada(api, site, email="ada@aurora.example", external_id="7", starts_on="2027-01-01", **place)
    listed = (await api.get(f"{site.company}/people")).json()["items"]
    assert {person["name"]: person["roles"] for person in listed}["Owner"] == ["owner"]
    assert listed[0] | {"team": "Produzione", "status": "upcoming", "ends_on": None} == listed[0]
    for person in listed:
        assert (await api.get(f"{site.company}/people/{person['id']}")).json() == person


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"updated_since": "2026-11-23T09:00:00Z"}, 5),
        ({"updated_since": "2027-01-01T00:00:00Z"}, 0),
        ({"status": "left"}, 0),
        ({"team_id": new_id()}, 0),
        ({"site_id": new_id()}, 0),
    ],
)
async def test_the_list_is_filtered(site: Site, api: httpx.AsyncClient, query: dict[str, str], found: int) -> None:
    answer = await api.get(f"{site.company}/people", params=query)

    assert len(answer.json()["items"]) == found


@pytest.mark.parametrize(
    "query",
    [
        {"status": "fired"},
        {"updated_since": "yesterday"},
        {"updated_since": "0001-01-01T00:00:00+14:00"},
        {"team_id": "x"},
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(
    site: Site, api: httpx.AsyncClient, query: dict[str, str]
) -> None:
    answer = await api.get(f"{site.company}/people", params=query)
    assert answer.status_code == 422


async def test_a_number_is_an_upsert(site: Site, api: httpx.AsyncClient) -> None:
    address = f"{site.company}/people/by_external_id/A-7"
    first = await api.put(address, json={"name": "Ada"})
    second = await api.put(address, json={"name": "Ada Rossi"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert first.headers["location"].endswith(first.json()["id"])


async def test_each_row_of_many_is_answered_and_one_bad_row_harms_no_other(site: Site, api: httpx.AsyncClient) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "Ada", "external_id": "1"},
        {"name": "", "salary": 1},
        {"name": "Bea", "email": "hr@aurora.example"},
        {"name": "Cy", "team_id": new_id()},
        {"name": "Dora"},
    ]
    answer = await api.post(f"{site.company}/people/bulk", json={"people": rows})
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [201, 422, 409, 422, 201]
    assert {error["pointer"] for error in items[1]["errors"]} == {"/name", "/salary"}
    assert items[2]["errors"][0]["code"] == "email_taken"
    assert items[3]["errors"][0]["pointer"] == "/team_id"
    again = await api.post(f"{site.company}/people/bulk", json={"people": rows[:1]})
    assert [(item["status"], item["id"]) for item in again.json()["items"]] == [(200, items[0]["id"])]


async def test_a_row_with_an_endless_field_name_is_refused_like_others(site: Site, api: httpx.AsyncClient) -> None:
    rows = [{"name": "Ada", "/" * 600: "x"}, {"name": "Bea"}]
    answer = await api.post(f"{site.company}/people/bulk", json={"people": rows})
    assert [item["status"] for item in answer.json()["items"]] == [422, 201]
    assert answer.json()["items"][0]["errors"][0]["pointer"] == "/" + "~1" * 200


@pytest.mark.parametrize("day", ["9999-12-31", "1899-12-31"])
async def test_a_day_that_cannot_be_reckoned_with_is_refused_in_words(
    site: Site, api: httpx.AsyncClient, day: str
) -> None:
    people = f"{site.company}/people"
    person = await ada(api, site)
    rows = [{"name": "Bea", "ends_on": day}, {"name": "Cy"}]
    answer = await api.post(f"{people}/bulk", json={"people": rows})
    assert [item["status"] for item in answer.json()["items"]] == [422, 201]
    for address, sent in (("", {"name": "Bea", "starts_on": day}), (f"/{person['id']}/leave", {"last_day": day})):
        refused = await api.post(f"{people}{address}", json=sent)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "day_out_of_reach"
        assert "between 1900 and 2199" in refused.json()["errors"][0]["detail"]
    file = f"name;to\nBea;{day}\nCy;\n".encode()
    done = (await api.post(f"{people}/import", content=file, headers={"content-type": "text/csv"})).json()
    assert [error["code"] for error in done["errors"]] == ["day_out_of_reach"]


@pytest.mark.parametrize("rows", [[], [{"name": "Ada"}] * 1001])
async def test_many_are_at_least_one_and_at_most_a_thousand(
    site: Site, api: httpx.AsyncClient, rows: list[dict[str, str]]
) -> None:
    answer = await api.post(f"{site.company}/people/bulk", json={"people": rows})
    assert answer.status_code == 422


async def test_somebody_leaves_and_comes_back(site: Site, api: httpx.AsyncClient) -> None:
    person = await ada(api, site, starts_on="2020-01-01")
    address = f"{site.company}/people/{person['id']}"
    left = await api.post(f"{address}/leave", json={"last_day": "2021-01-01"})
    assert (left.json()["status"], left.headers["etag"]) == ("left", '"2"')
    back = await api.post(f"{address}/rejoin", json={"starts_on": "2022-01-01"})
    assert (back.json()["status"], back.json()["starts_on"]) == ("active", "2022-01-01")


async def test_a_file_is_tried_and_then_imported(site: Site, api: httpx.AsyncClient) -> None:
    data = b"matricola;nominativo;reparto;assunto il;note\n7;Ada;Vendite;;x\n8;Bea;;domani;\n"
    address, csv = f"{site.company}/people/import", {"content-type": "text/csv"}
    tried = await api.post(address, params={"dry_run": True}, content=data, headers=csv)
    assert tried.json()["dry_run"]
    done = await api.post(address, content=data, headers=csv)
    body = done.json()
    assert (body["created"], body["error_count"], body["new_teams"], body["ignored_columns"]) == (
        1,
        1,
        ["Vendite"],
        ["note"],
    )
    assert body["errors"] == [
        {
            "line": 3,
            "column": "assunto il",
            "code": "date_invalid",
            "value": "domani",
            "detail": "This is not a date. Write it as 31/12/2026 or 2026-12-31.",
        }
    ]
    again = await api.post(address, content=data, headers=csv | {"accept-language": "it"})
    assert (again.json()["created"], again.json()["unchanged"]) == (0, 1)
    assert again.json()["errors"][0]["detail"].startswith("Questa non è una data")


async def test_a_file_that_is_none_is_refused_in_words(site: Site, api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{site.company}/people/import", content=b"PK\x03\x04")
    assert answer.status_code == 422
    assert answer.json()["code"] == "file_unusable"
    assert "Save as, then CSV" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("kind", ["teams", "sites"])
async def test_places_are_made_renamed_and_listed(site: Site, api: httpx.AsyncClient, kind: str) -> None:
    made = await api.post(f"{site.company}/{kind}", json={"name": "Acquisti"})
    assert made.status_code == 201
    assert (await api.post(f"{site.company}/{kind}", json={"name": "Acquisti"})).status_code == 409
    renamed = await api.patch(f"{site.company}/{kind}/{made.json()['id']}", json={"name": "Buying"})
    assert renamed.json()["name"] == "Buying"
    first = await api.get(f"{site.company}/{kind}", params={"limit": 1})
    rest = await api.get(f"{site.company}/{kind}", params={"cursor": first.json()["next_cursor"]})
    assert [place["name"] for place in first.json()["items"]] == ["Buying"]
    assert len(rest.json()["items"]) == 1


PERSON = "/people/{person}"
FOREIGN = [
    ("get", PERSON, None),
    ("patch", PERSON, {"name": "X"}),
    ("post", f"{PERSON}/leave", {"last_day": "2026-01-01"}),
    ("post", f"{PERSON}/rejoin", {"starts_on": "2026-01-01"}),
    ("get", "/people/by_external_id/none", None),
    ("patch", "/teams/{person}", {"name": "X"}),
    ("patch", "/sites/{person}", {"name": "X"}),
    ("get", "/engagements/{person}", None),
    ("patch", "/engagements/{person}", {"ends_on": None}),
]


@pytest.mark.parametrize(("method", "path", "body"), FOREIGN)
@pytest.mark.parametrize("which", ["foreign", "missing", "malformed"])
async def test_foreign_missing_and_malformed_ids_are_not_found(
    site: Site, api: httpx.AsyncClient, method: str, path: str, body: Any, which: str
) -> None:
    ids = {"foreign": site.world.person["outsider"], "missing": new_id(), "malformed": "7"}
    address = site.company + path.format(person=ids[which])
    answer = await api.request(method, address, json=body, headers={"if-match": '"1"'})
    assert answer.status_code == 404, answer.text


async def test_a_client_of_another_company_finds_nothing(site: Site) -> None:
    stranger = await site.machine(company_id=site.world.other_company_id)
    for path in ("", "/people", "/teams", "/engagements"):
        assert (await stranger.get(f"{site.company}{path}")).status_code == 404


async def test_an_agency_sees_teams_but_no_people(site: Site) -> None:
    agency = await site.machine(agency_id=site.world.agency_id)
    assert (await agency.get(f"{site.company}/teams")).status_code == 200
    for method, path in (("get", "/people"), ("get", f"/people/{site.world.person['hr']}"), ("get", "/engagements")):
        answer = await agency.request(method, f"{site.company}{path}")
        assert answer.status_code == 403
        assert ("engagements:manage" if path == "/engagements" else "people:read") in answer.json()["detail"]
    refused = await agency.post(f"{site.company}/people/bulk", json={"people": [{}]})
    assert "people:write" in refused.json()["detail"]


async def test_dates_of_people_are_days(site: Site, api: httpx.AsyncClient) -> None:
    assert (await ada(api, site, starts_on=str(TODAY)))["starts_on"] == "2026-11-23"


async def test_whoever_may_only_write_people_is_told_what_they_wrote(site: Site) -> None:
    writer = await site.machine(frozenset({"people:write"}))
    for method, path in (("post", ""), ("put", "/by_external_id/7")):
        answer = await writer.request(method, f"{site.company}/people{path}", json={"name": "Ada"})
        assert answer.status_code == 201, answer.text
    assert (await writer.get(f"{site.company}/people")).status_code == 403


async def test_absences_are_noted_listed_in_pages_changed_and_removed(site: Site) -> None:
    api = await site.machine()
    address = f"/api/v1/companies/{site.world.company_id}/people/{site.world.person['employee']}/absences"
    for first, last in (("2027-01-04", "2027-01-08"), ("2027-03-01", None)):
        made = await api.post(address, json={"starts_on": first, "ends_on": last})
        assert made.status_code == 201, made.text
    newest = (await api.get(address, params={"limit": 1})).json()
    rest = (await api.get(address, params={"cursor": newest["next_cursor"]})).json()
    assert [row["starts_on"] for row in newest["items"] + rest["items"]] == ["2027-03-01", "2027-01-04"]
    one = f"{address}/{newest['items'][0]['id']}"
    assert (await api.patch(one, json={"ends_on": "2027-03-31"})).json()["ends_on"] == "2027-03-31"
    assert (await api.delete(one)).status_code == 204
    assert len((await api.get(address)).json()["items"]) == 1
