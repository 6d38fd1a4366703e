"""Erasing and correcting over HTTP: the page of a person, and the API."""

from datetime import timedelta

from app.people.services import leaving
from tests.merkle_log.services.test_evidence import on_paper, policy_of
from tests.site import Site
from tests.world import TODAY, acknowledge


async def left(site: Site) -> str:
    world = site.world
    await world.act("employee").write(acknowledge, await world.published())
    person_id = world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, TODAY - timedelta(days=1))
    return person_id


async def test_hr_erases_somebody_who_left_by_typing_their_name(site: Site) -> None:
    address = f"/company/people/{await left(site)}"
    hr = await site.signed_in("hr")
    assert "Cancella per sempre" in (await hr.get(address)).text
    for typed in ("", "Somebody else"):
        refused = await hr.post(f"{address}/erase", data={"confirmed_name": typed})
        assert refused.status_code == 422
        assert "Cancella per sempre" in refused.text
    done = await hr.post(f"{address}/erase", data={"confirmed_name": "Employee"})
    assert (done.status_code, done.headers["location"]) == (303, "/company/people")
    assert (await hr.get(address)).status_code == 404


async def test_the_page_offers_no_erasure_of_who_works_here(site: Site) -> None:
    hr = await site.signed_in("hr")
    shown = await hr.get(f"/company/people/{site.world.person['employee']}")
    assert "/erase" not in shown.text


async def test_a_machine_erases_and_learns_which_leaves_are_empty_now(site: Site) -> None:
    address = f"{site.company}/people/{await left(site)}/erase"
    api = await site.machine()
    working = await api.post(f"{site.company}/people/{site.world.person['colleague']}/erase")
    assert (working.status_code, working.json()["code"]) == (409, "not_left")
    assert (await api.post(address)).json() == {"leaves": [1]}
    assert (await api.post(address)).status_code == 404


async def test_no_repeated_request_brings_an_erased_person_back(site: Site) -> None:
    api, other = await site.machine(), await site.machine(company_id=site.world.other_company_id)
    elsewhere = f"/api/v1/companies/{site.world.other_company_id}"
    body = {"name": "Ada Rossi", "email": "ada@aurora.example", "starts_on": "2020-01-01"}
    key = {"idempotency-key": "import-1"}
    made = await api.post(f"{site.company}/people", json=body, headers=key)
    await other.post(f"{elsewhere}/people", json=body, headers=key)
    await site.world.act("owner").write(leaving.leave, made.json()["id"], TODAY - timedelta(days=1))
    await api.post(f"{site.company}/people/{made.json()['id']}/erase")
    repeated = await api.post(f"{site.company}/people", json=body, headers=key)
    assert (repeated.status_code, repeated.json()["code"]) == (409, "idempotency_key_in_use")
    assert "Ada Rossi" not in (await api.get(f"{site.company}/people")).text
    of_another_company = await other.post(f"{elsewhere}/people", json=body, headers=key)
    assert of_another_company.headers["idempotency-replayed"] == "true"


async def test_a_machine_corrects_what_was_recorded_from_paper(site: Site) -> None:
    world = site.world
    shown = await world.published()
    done = await on_paper(world, shown)
    policy_id = await world.system().read(policy_of, shown)
    address = f"{site.company}/policies/{policy_id}/acknowledgements/{done.id}/corrections"
    api = await site.machine()
    corrected = await api.post(address, json={"reason": "The sheet is of somebody else."})
    assert (corrected.status_code, corrected.json()) == (201, {"leaf": 2})
