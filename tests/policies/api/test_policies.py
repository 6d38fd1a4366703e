"""Policies, versions, posting records, acknowledgements and assignments over the API."""

from typing import Any

import httpx
import pytest

from app.authz import Permission
from app.models.types import new_id
from app.platform.files import MAXIMUM_BYTES
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.schemas.policy import PolicyIn, TextIn
from app.policies.services import acknowledging, approval, drafting
from tests import world
from tests.site import Site
from tests.world import acknowledge

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
TODAY = world.TODAY.isoformat()
INTERNAL = {"name": "Social media policy", "kind": "internal", "team_ids": []}
FACTS = {"effective_on": TODAY, "material": True, "disciplinary": True, "grace_days": 14}


async def created(api: httpx.AsyncClient, site: Site, **facts: Any) -> str:
    """Create a policy with a draft and return the draft's address."""
    policy = await api.post(f"{site.company}/policies", json=INTERNAL)
    version = await api.post(f"{policy.headers['location']}/versions", json=FACTS | facts)
    assert version.status_code == 201, version.text
    return version.headers["location"]


async def approved(site: Site, api: httpx.AsyncClient) -> str:
    """Bring a draft to approval; a person approves what a program wrote."""
    address = await created(api, site)
    assert (await api.post(f"{address}/submit")).status_code == 200
    await site.world.act("owner").write(approval.approve, address.rsplit("/", 1)[1])
    return address


async def published(site: Site) -> tuple[str, AcknowledgeIn]:
    """Publish through the services; return the address of the policy and what its reader confirms."""
    shown = await site.world.published()
    policy_id = (await site.world.system().read(policies.version, shown.version_id)).policy_id
    return f"{site.company}/policies/{policy_id}", shown


async def test_a_version_goes_from_draft_to_in_force(site: Site) -> None:
    api = await site.machine()
    address = await approved(site, api)
    waiting = (await api.get(address)).json()
    assert (waiting["state"], waiting["label"]) == ("approved", "1.0")
    later = await api.post(f"{address}/reschedule", json={"effective_on": "2100-01-01"})
    assert later.json()["effective_on"] == "2100-01-01"
    done = await api.post(f"{address}/publish", json={"effective_on": TODAY})
    assert (done.status_code, done.json()["state"]) == (200, "in_force")
    again = await api.post(f"{address}/publish")
    assert (again.status_code, again.json()["code"]) == (409, "not_possible_in_state")
    assert "the state is now “In force”" in again.json()["detail"]
    gone = await api.post(f"{address}/withdraw", json={"reason": "Sbagliata."})
    assert gone.json()["state"] == "withdrawn"


async def test_lists_come_in_parts(site: Site) -> None:
    api = await site.machine()
    addresses = [await created(api, site) for _ in range(3)]
    first = await api.get(f"{site.company}/policies?limit=2")
    second = await api.get(
        first.json()["next_cursor"] and f"{site.company}/policies",
        params={"limit": 2, "cursor": first.json()["next_cursor"]},
    )
    ids = [item["id"] for page in (first, second) for item in page.json()["items"]]
    assert [address.split("/policies/")[1].split("/")[0] for address in addresses] == ids
    assert second.json()["next_cursor"] is None
    versions = await api.get(addresses[0].rsplit("/", 1)[0])
    assert [item["id"] for item in versions.json()["items"]] == [addresses[0].rsplit("/", 1)[1]]


async def test_a_policy_can_be_read(site: Site) -> None:
    api = await site.machine()
    made = await api.post(f"{site.company}/policies", json=INTERNAL)
    assert (await api.get(made.headers["location"])).json() == made.json()


async def test_facts_change_with_if_match_only(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    tag = (await api.get(address)).headers["etag"]
    change = {"grace_days": 30}
    assert (await api.patch(address, json=change)).status_code == 428
    changed = await api.patch(address, json=change, headers={"if-match": tag})
    assert (changed.status_code, changed.json()["grace_days"]) == (200, 30)
    stale = await api.patch(address, json=change, headers={"if-match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")


async def test_texts_are_read_and_written_with_if_match(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    read = await api.get(f"{address}/texts/it")
    words = {name: read.json()[name] for name in ("title", "body", "statement", "summary")}
    written = await api.put(
        f"{address}/texts/it", json=words | {"title": "Nuovo"}, headers={"if-match": read.headers["etag"]}
    )
    assert written.status_code == 200, written.text
    assert (await api.get(f"{address}/texts/it")).json()["title"] == "Nuovo"
    removed = await api.delete(f"{address}/texts/en", headers={"if-match": written.headers["etag"]})
    assert removed.status_code == 200
    assert (await api.get(f"{address}/texts/en")).status_code == 404
    assert (await api.get(f"{address}/texts/de")).status_code == 404


async def test_a_checklist_says_what_is_missing_and_where(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    assert (await api.get(f"{address}/checklist")).json() == {"ready": True, "missing": []}
    words = {"title": "T", "body": "Solo parole.", "statement": "Ho letto."}
    await api.put(f"{address}/texts/it", json=words, headers={"if-match": '"1"'})
    missing = (await api.get(f"{address}/checklist", headers={"accept-language": "it"})).json()
    assert not missing["ready"]
    assert {one["pointer"] for one in missing["missing"]} == {"/texts/it/body"}
    assert "Rimetti questa garanzia" in missing["missing"][0]["detail"]
    refused = await api.post(f"{address}/submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "incomplete_policy")
    assert len(refused.json()["errors"]) == 5


async def test_what_comes_back_can_be_sent_again_but_not_approved_unseen(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    seen = (await api.post(f"{address}/submit")).json()["row_version"]
    returned = await api.post(f"{address}/request_changes", json={"reason": "Più breve."})
    assert returned.json()["state"] == "draft"
    assert (await api.delete(address)).status_code == 409
    await api.post(f"{address}/submit")
    unseen = await (await site.machine()).post(f"{address}/approve", json={"row_version": seen})
    assert unseen.status_code == 412


async def test_a_program_is_not_the_second_pair_of_eyes(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    seen = (await api.post(f"{address}/submit")).json()["row_version"]
    for program in (api, await site.machine()):
        refused = await program.post(f"{address}/approve", json={"row_version": seen})
        assert (refused.status_code, refused.json()["code"]) == (403, "sole_author")


async def test_a_program_approves_what_two_people_have_worked_on(site: Site) -> None:
    draft = await site.world.act("hr").write(drafting.start_policy, PolicyIn(name="Social media policy"))
    words = (await site.world.act("owner").read(policies.texts, draft.id))["it"]
    text = TextIn(title=words.title, body=words.body + "\n\nAltro.", statement=words.statement)
    await site.world.act("owner").write(drafting.write_text, draft.id, "it", draft.row_version, text)
    submitted = await site.world.act("hr").write(approval.submit, draft.id)
    address = f"{site.company}/policies/{draft.policy_id}/versions/{draft.id}/approve"
    seen = {"row_version": submitted.row_version}
    assert (await (await site.machine()).post(address, json=seen)).status_code == 200


async def test_a_draft_is_thrown_away(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    assert (await api.delete(address)).status_code == 204
    assert (await api.get(address)).status_code == 404


async def test_an_address_that_mixes_two_policies_finds_nothing(site: Site) -> None:
    api = await site.machine()
    one, other = [await created(api, site) for _ in range(2)]
    mixed = f"{one.rsplit('/', 1)[0]}/{other.rsplit('/', 1)[1]}"
    assert (await api.get(mixed)).status_code == 404
    assert (await api.post(f"{mixed}/submit")).status_code == 404
    assert (await api.get(f"{mixed}/posting_records")).status_code == 404


async def test_a_client_without_permission_is_not_told_which_versions_there_are(site: Site) -> None:
    there = await created(await site.machine(), site)
    missing = f"{there.rsplit('/', 1)[0]}/{new_id()}"
    api = await site.machine(frozenset({Permission.READ_COMPANY}))
    for address in (there, f"{there}/summary", missing, f"{missing}/summary"):
        assert (await api.get(address)).status_code == 403
    assert (await api.post(f"{missing}/submit")).status_code == 403


@pytest.mark.parametrize("strange", ["x", "%00", "00000000-0000-0000-0000-00000000000", "🙂"])
async def test_what_is_no_id_names_nothing(site: Site, strange: str) -> None:
    api = await site.machine()
    assert (await api.get(f"{site.company}/policies/{strange}")).status_code == 404
    assert (await api.get(f"{site.company}/policies/{new_id()}/versions/{strange}")).status_code == 404


async def test_foreign_ids_find_nothing_with_any_method(site: Site) -> None:
    api = await site.machine()
    address = await created(api, site)
    stranger = await site.machine(company_id=site.world.other_company_id)
    theirs = address.replace(site.world.company_id, site.world.other_company_id)
    for where in (address, theirs):
        for method, path, body in (
            ("GET", "", None),
            ("PATCH", "", {"grace_days": 1}),
            ("DELETE", "", None),
            ("GET", "/texts/it", None),
            ("GET", "/checklist", None),
            ("POST", "/submit", None),
            ("POST", "/publish", None),
            ("POST", "/withdraw", {"reason": "X"}),
            ("GET", "/posting_records", None),
        ):
            answer = await stranger.request(method, where + path, json=body, headers={"if-match": '"1"'})
            assert answer.status_code == 404, (method, path, answer.text)


async def test_each_scope_opens_its_own_door(site: Site) -> None:
    everything = await site.machine()
    address = await created(everything, site)
    reader = await site.machine(frozenset({"policies:read"}))
    assert (await reader.get(address)).status_code == 200
    for path, body, missing in (
        ("/submit", None, "policies:write"),
        ("/approve", {"row_version": 1}, "policies:approve"),
        ("/publish", None, "policies:publish"),
    ):
        refused = await reader.post(f"{address}{path}", json=body)
        assert refused.status_code == 403
        assert f"The access token lacks the scope {missing}" in refused.json()["detail"]
    writer = await site.machine(frozenset({"policies:write"}))
    assert "policies:read" in (await writer.get(address)).json()["detail"]


async def test_a_posting_with_its_proof(site: Site) -> None:
    api = await site.machine()
    address = await approved(site, api)
    form = {"place": "Bacheca", "starts_on": TODAY, "site_id": site.world.site_id}
    made = await api.post(f"{address}/posting_records", data=form, files={"proof": ("à la porta.png", PNG)})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{address}/posting_records/{made.json()['id']}"
    listed = (await api.get(f"{address}/posting_records")).json()["items"]
    assert [item["place"] for item in listed] == ["Bacheca"]
    one = f"{address}/posting_records/{made.json()['id']}"
    assert (await api.get(one)).json() == made.json()
    proof = await api.get(f"{one}/proof")
    assert (proof.content, proof.headers["content-type"]) == (PNG, "image/png")
    assert proof.headers["content-disposition"].startswith("attachment;")
    assert proof.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in proof.headers["content-security-policy"]
    ended = await api.post(f"{one}/end", json={"ends_on": TODAY})
    assert ended.json()["ends_on"] == TODAY
    assert (await api.post(f"{one}/end", json={"ends_on": TODAY})).status_code == 409


async def test_a_posting_needs_no_proof_but_then_has_none(site: Site) -> None:
    api = await site.machine()
    address = await approved(site, api)
    made = await api.post(f"{address}/posting_records", data={"place": "Bacheca", "starts_on": TODAY})
    assert made.json()["proof_sha256"] is None
    assert (await api.get(f"{address}/posting_records/{made.json()['id']}/proof")).status_code == 404
    second = await api.post(f"{address}/posting_records", data={"place": "Mensa", "starts_on": TODAY})
    first_part = (await api.get(f"{address}/posting_records?limit=1")).json()
    after = await api.get(f"{address}/posting_records", params={"cursor": first_part["next_cursor"]})
    assert [item["id"] for item in after.json()["items"]] == [second.json()["id"]]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"MZ\x90\x00", 422, "invalid"), (PNG + b"0" * MAXIMUM_BYTES, 413, "file_too_large"), (b"<svg/>", 422, "invalid")],
)
async def test_a_proof_of_the_wrong_kind_or_size_is_refused(site: Site, content: bytes, status: int, code: str) -> None:
    api = await site.machine()
    address = await approved(site, api)
    form = {"place": "Bacheca", "starts_on": TODAY}
    refused = await api.post(f"{address}/posting_records", data=form, files={"proof": ("photo.png", content)})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await api.get(f"{address}/posting_records")).json()["items"] == []


async def test_acknowledgements_are_listed_by_name(site: Site) -> None:
    policy, shown = await published(site)
    for name in ("employee", "colleague"):
        await site.world.act(name).write(acknowledge, shown)
    api = await site.machine()
    first = (await api.get(f"{policy}/acknowledgements?limit=1")).json()
    rest = (await api.get(f"{policy}/acknowledgements", params={"cursor": first["next_cursor"]})).json()
    people = [item["person_id"] for item in first["items"] + rest["items"]]
    assert people == [site.world.person["employee"], site.world.person["colleague"]]
    one = await api.get(f"{policy}/acknowledgements", params={"person_id": people[0], "version_id": shown.version_id})
    assert [item["at"] for item in one.json()["items"]] == ["2026-11-23T09:00:00.000000Z"]
    none = await api.get(f"{policy}/acknowledgements", params={"version_id": new_id()})
    assert none.json()["items"] == []


async def test_the_agency_gets_no_names(site: Site) -> None:
    policy, _shown = await published(site)
    agency = await site.machine(agency_id=site.world.agency_id)
    for address in (f"{policy}/acknowledgements", f"{site.company}/assignments"):
        refused = await agency.get(address)
        assert refused.status_code == 403
        assert "acknowledgements:read" in refused.json()["detail"]


async def test_a_signed_sheet_with_its_scan(site: Site) -> None:
    policy, shown = await published(site)
    api = await site.machine()
    form = {
        "version_id": shown.version_id,
        "person_id": site.world.person["employee"],
        "language": "it",
        "signed_on": "2026-11-23",
    }
    made = await api.post(f"{policy}/acknowledgements/on_paper", data=form, files={"scan": ("f.pdf", b"%PDF-1.7")})
    assert made.status_code == 201, made.text
    assert made.json()["method"] == "paper"
    scan = await api.get(f"{policy}/acknowledgements/{made.json()['id']}/scan")
    assert (scan.content, scan.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    elsewhere = f"{site.company}/policies/{new_id()}/acknowledgements/{made.json()['id']}/scan"
    assert (await api.get(elsewhere)).status_code == 404


async def test_a_signed_sheet_without_scan_is_refused(site: Site) -> None:
    policy, shown = await published(site)
    api = await site.machine()
    form = {
        "version_id": shown.version_id,
        "person_id": site.world.person["employee"],
        "language": "it",
        "signed_on": "2026-11-23",
    }
    for files in ({}, {"scan": ("", b"")}, {"scan": ("f.pdf", b"")}):
        refused = await api.post(f"{policy}/acknowledgements/on_paper", data=form, files=files)
        assert refused.status_code == 422, refused.text


async def test_assignments_are_found_by_version_state_team_and_person(site: Site) -> None:
    _policy, shown = await published(site)
    await site.world.act("employee").write(acknowledge, shown)
    api = await site.machine()
    address = f"{site.company}/assignments"
    everybody = (await api.get(address, params={"version_id": shown.version_id})).json()["items"]
    assert len(everybody) == 5
    for filters, how_many in (
        ({"state": "acknowledged"}, 1),
        ({"team_id": site.world.team_id}, 5),
        ({"team_id": new_id()}, 0),
        ({"person_id": site.world.person["hr"]}, 1),
        ({"version_id": new_id()}, 0),
    ):
        assert len((await api.get(address, params=filters)).json()["items"]) == how_many, filters
    part = (await api.get(f"{address}?limit=3")).json()
    rest = (await api.get(address, params={"limit": 3, "cursor": part["next_cursor"]})).json()
    assert len({item["id"] for item in part["items"] + rest["items"]}) == 5


async def test_a_question_is_answered_and_a_person_excused(site: Site) -> None:
    _, shown = await published(site)
    question = AnswerIn(version_id=shown.version_id, kind="question", note="Anche di notte?")
    asked = await site.world.act("employee").write(acknowledging.answer, question)
    api = await site.machine()
    address = f"{site.company}/assignments/{asked.id}"
    answered = await api.post(f"{address}/reply", json={"reply": "No, mai."})
    assert (answered.json()["state"], answered.json()["note"], answered.json()["reply"]) == (
        "open",
        "Anche di notte?",
        "No, mai.",
    )
    assert (await api.post(f"{address}/reply", json={"reply": "Ancora."})).status_code == 409
    excused = await api.post(f"{address}/excuse", json={"reason": "In aspettativa."})
    assert excused.json()["state"] == "excused"
    listed = await api.get(f"{site.company}/assignments", params={"person_id": excused.json()["person_id"]})
    assert listed.json()["items"] == [excused.json()]
    assert (await api.post(f"{site.company}/assignments/{new_id()}/excuse", json={"reason": "X"})).status_code == 404
