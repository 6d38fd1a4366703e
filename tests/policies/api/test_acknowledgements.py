"""POST …/policies/{id}/acknowledgements."""

from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from tests.site import Site


async def test_another_system_records_what_a_person_confirmed(site: Site, shown: AcknowledgeIn) -> None:
    policy_id = (await site.world.system().read(policies.version, shown.version_id)).policy_id
    api = await site.machine()
    body = {**shown.model_dump(), "person_id": site.world.person["employee"]}
    answer = await api.post(f"{site.company}/policies/{policy_id}/acknowledgements", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["method"] == "api"


async def test_a_token_without_the_scope_is_told_which_one_is_missing(site: Site) -> None:
    api = await site.machine(frozenset({"people:read"}))
    answer = await api.post(f"{site.company}/policies", json={"name": "Social media policy"})
    assert answer.status_code == 403
    assert "policies:write" in answer.json()["detail"]


async def test_a_token_of_another_company_finds_nothing(site: Site) -> None:
    api = await site.machine(company_id=site.world.other_company_id)
    answer = await api.post(f"{site.company}/policies", json={"name": "Social media policy"})
    assert answer.status_code == 404
