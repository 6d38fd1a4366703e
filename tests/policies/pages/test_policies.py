"""The company's policy pages: list, editor, approvals, publishing, posting, paper, and the public page."""

import re

import pytest

from app.models import PolicyKind
from app.models.types import new_id
from app.platform.audit import Act
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import PolicyIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from app.policies.services import reminding
from app.policies.web import words as policy_words
from tests.policies.pages.policy_work import PNG, draft, form_of, published, site_today, text_of, version_of
from tests.site import Site


async def test_the_first_visit_leads_to_a_draft_in_one_click(site: Site) -> None:
    owner = await site.signed_in("owner")
    empty = await owner.get("/company/policies")
    assert "Parti da un testo quasi pronto" in empty.text
    made = await owner.post("/company/policies", data={"name": "Social media policy", "kind": "internal"})
    assert made.status_code == 303
    editor = await owner.get(made.headers["location"])
    assert editor.status_code == 200
    assert "Ecco la tua bozza" in editor.text


async def test_a_policy_without_a_name_is_asked_for_it_again(site: Site) -> None:
    await draft(site)
    hr = await site.signed_in("hr")
    refused = await hr.post("/company/policies", data={"name": " ", "kind": "external"})
    assert refused.status_code == 422
    assert "field-name-error" in refused.text


async def test_the_list_says_what_to_do_next_at_every_step(site: Site) -> None:
    hr, owner, lead = [await site.signed_in(name) for name in ("hr", "owner", "marketing_lead")]
    act = site.world.act
    version = await draft(site)
    assert f"/company/policies/versions/{version.id}/edit" in (await hr.get("/company/policies")).text
    await act("hr").write(policy_approval.submit, version.id)
    assert f"/company/policies/versions/{version.id}/review" in (await owner.get("/company/policies")).text
    assert "aspetta l’approvazione di un’altra persona" in (await lead.get("/company/policies")).text
    await act("owner").write(policy_approval.approve, version.id)
    assert f"/company/policies/versions/{version.id}/publish" in (await hr.get("/company/policies")).text
    assert f"/company/policies/versions/{version.id}/publish" not in (await lead.get("/company/policies")).text
    await act("owner").write(policy_publishing.publish, version.id)
    assert f"/company/policies/versions/{version.id}/posting" in (await hr.get("/company/policies")).text
    assert (await lead.get("/company/policies")).status_code == 200


async def test_the_next_version_can_be_started_while_the_posting_of_this_one_is_still_urged(site: Site) -> None:
    policy_id, shown = await published(site)
    page = (await (await site.signed_in("hr")).get(f"/company/policies/{policy_id}")).text
    assert f'class="btn btn-primary" href="/company/policies/versions/{shown.version_id}/posting"' in page
    assert f'action="/company/policies/{policy_id}/versions"' in page
    assert "Inizia la prossima versione" in page


async def test_a_policy_without_versions_can_be_given_one(site: Site) -> None:
    policy = await site.world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Vuota"))
    hr = await site.signed_in("hr")
    assert "Inizia una versione" in (await hr.get("/company/policies")).text
    page = await hr.get(f"/company/policies/{policy.id}")
    assert "Non c’è ancora una versione" in page.text
    started = await hr.post(f"/company/policies/{policy.id}/versions")
    assert started.headers["location"].endswith("/edit")


async def test_what_is_done_about_its_readers_is_no_step_of_a_versions_life(site: Site, shown: AcknowledgeIn) -> None:
    version = await version_of(site, shown.version_id)
    await site.world.act("hr").write(reminding.remind_now, version.id)
    page = await (await site.signed_in("hr")).get(f"/company/policies/{version.policy_id}")
    assert page.status_code == 200
    steps = re.findall(r"<strong>(.*?)</strong><br>", page.text)
    assert steps == ["Iniziata", "Mandata in approvazione", "Approvata: da qui in poi il testo è fisso", "Pubblicata"]


def test_every_step_of_a_versions_life_has_words() -> None:
    steps = {act.value for act in Act if act.value.startswith("policy_version:")}
    no_page_any_more = {Act.VERSION_DISCARDED.value}
    assert steps - {Act.VERSION_CHANGED.value} - no_page_any_more == set(policy_words.ACTS)


async def test_the_policy_page_shows_versions_history_postings_and_posters(site: Site) -> None:
    policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    form = {"place": "Bacheca all’ingresso", "starts_on": site_today()}
    await hr.post(f"/company/policies/versions/{shown.version_id}/posting", data=form, files={"proof": ("f.png", PNG)})
    html = (await hr.get(f"/company/policies/{policy_id}")).text
    for words in (
        "1.0",
        "In vigore",
        "Bacheca all’ingresso",
        "legge 300/1970",
        "Pubblicata",
        "paper=a3",
        "Registrata da Hr",
    ):
        assert words in html, words


async def test_the_agency_sees_the_policy_but_no_names(site: Site) -> None:
    policy_id, _shown = await published(site)
    agency = await site.signed_in("account_manager", site.world.company_id)
    page = await agency.get(f"/company/policies/{policy_id}")
    assert page.status_code == 200
    assert "Owner" not in page.text


@pytest.mark.parametrize("name", ["employee", "outsider"])
async def test_whoever_has_no_business_there_does_not_get_in(site: Site, name: str) -> None:
    policy_id, shown = await published(site)
    browser = await site.signed_in(name)
    version = f"/company/policies/versions/{shown.version_id}"
    for path in (
        f"/company/policies/{policy_id}",
        f"{version}/edit",
        f"{version}/review",
        f"{version}/publish",
        f"{version}/withdraw",
        f"{version}/poster",
        f"{version}/posting",
        f"{version}/paper",
    ):
        answer = await browser.get(path)
        assert answer.status_code == (403 if name == "employee" else 404), path


async def test_foreign_and_missing_ids_are_not_found(site: Site) -> None:
    hr = await site.signed_in("hr")
    for strange in (new_id(), "x"):
        for path in (
            f"/company/policies/{strange}",
            f"/company/policies/versions/{strange}/edit",
            f"/company/policies/versions/{strange}/review",
            f"/company/policies/posting/{strange}/proof",
            f"/company/policies/acknowledgements/{strange}/scan",
            f"/p/{strange}/{new_id()}",
            f"/p/{site.world.company_id}/{strange}",
        ):
            assert (await hr.get(path)).status_code == 404, path


async def test_a_poster_is_printed_in_two_languages_and_sizes(site: Site) -> None:
    _policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    for language, paper in (("it", "a4"), ("en", "a3")):
        poster = await hr.get(f"/company/policies/versions/{shown.version_id}/poster?language={language}&paper={paper}")
        assert poster.headers["content-type"] == "application/pdf"
        assert poster.headers["content-disposition"].startswith("attachment;")
    assert (await hr.get(f"/company/policies/versions/{shown.version_id}/poster?paper=a0")).status_code == 422
    version = await draft(site, PolicyKind.EXTERNAL)
    assert (await hr.get(f"/company/policies/versions/{version.id}/poster")).status_code == 404


async def test_what_comes_back_shows_the_wish(site: Site) -> None:
    version = await draft(site)
    hr, owner = await site.signed_in("hr"), await site.signed_in("owner")
    await site.world.act("hr").write(policy_approval.submit, version.id)
    assert version.id in (await owner.get("/company/policies/approvals")).text
    base = f"/company/policies/versions/{version.id}"
    empty = await owner.post(f"{base}/return", data={"reason": " ", "language": "en"})
    assert empty.status_code == 422
    assert "field-reason-error" in empty.text
    await owner.post(f"{base}/return", data={"reason": "Più <b>breve</b>.", "language": "it"})
    assert "Più &lt;b&gt;breve&lt;/b&gt;." in (await hr.get(f"{base}/edit")).text
    assert "Non c’è nulla in attesa" in (await owner.get("/company/policies/approvals")).text


async def test_the_approver_sees_exactly_what_goes_out_and_approves_that(site: Site) -> None:
    policy_id, _shown = await published(site)
    version = await site.world.act("hr").write(policy_drafting.start_version, policy_id)
    hr, owner = await site.signed_in("hr"), await site.signed_in("owner")
    text = await text_of(site, version.id)
    body = text.body.replace("Non ti chiede di pubblicare nulla.", "Non ti chiede mai di pubblicare qualcosa.")
    await hr.post(
        f"/company/policies/versions/{version.id}/edit?language=it",
        data=await form_of(hr, version.id) | {"body": body, "summary": "Più chiara.", "then": "save"},
    )
    await hr.post(
        f"/company/policies/versions/{version.id}/edit?language=en",
        data=await form_of(hr, version.id, "en") | {"summary": "Clearer.", "then": "submit"},
    )
    base = f"/company/policies/versions/{version.id}"
    review = await owner.get(f"{base}/review?language=it")
    assert "<ins>" in review.text
    assert "Esattamente ciò che esce" in review.text
    assert re.search(r'<aside class="stack">\s*<section class="sign no-print" id="decide">', review.text)
    assert "<ins>" not in (await owner.get(f"{base}/review?language=it&marks=off")).text
    row_version = re.search(r'name="row_version" value="(\d+)"', review.text).group(1)
    for form, status in ({"row_version": "1"}, 412), ({}, 422):
        refused = await owner.post(f"{base}/approve", data=form)
        assert (refused.status_code, "Esattamente ciò che esce" in refused.text) == (status, True)
        assert '<p class="error" role="alert">' in refused.text
    approved = await owner.post(f"{base}/approve", data={"row_version": row_version})
    assert approved.headers["location"] == f"{base}/publish"
    assert (await version_of(site, version.id)).label == "2.0"


async def test_the_sole_author_is_told_why_not(site: Site) -> None:
    version = await draft(site)
    await site.world.act("hr").write(policy_approval.submit, version.id)
    hr, lead = await site.signed_in("hr"), await site.signed_in("marketing_lead")
    review = await hr.get(f"/company/policies/versions/{version.id}/review")
    assert "quattro occhi" in review.text
    assert f"/company/policies/versions/{version.id}/approve" not in review.text
    refused = await hr.post(f"/company/policies/versions/{version.id}/approve", data={"row_version": "2"})
    assert refused.status_code == 403
    page = await hr.get(f"/company/policies/{version.policy_id}")
    assert "aspetta l’approvazione di un’altra persona" in page.text
    assert "btn-primary" not in page.text
    assert "aspetta la tua approvazione" not in (await hr.get("/company/policies")).text
    owner = await site.signed_in("owner")
    assert "aspetta la tua approvazione" in (await owner.get(f"/company/policies/{version.policy_id}")).text
    assert "Approvare spetta al titolare" in (await lead.get(f"/company/policies/versions/{version.id}/review")).text


async def test_publishing_shows_its_consequences_in_numbers_first(site: Site) -> None:
    version = await draft(site)
    await site.world.act("hr").write(policy_approval.submit, version.id)
    await site.world.act("owner").write(policy_approval.approve, version.id)
    hr = await site.signed_in("hr")
    base = f"/company/policies/versions/{version.id}"
    page = await hr.get(f"{base}/publish")
    assert re.search(r"<b>5</b>\s*persone dovranno leggerla", page.text)
    assert not re.search(r"</b>\s*persone a cui è rivolta", page.text)
    for day in ("2020-01-01", "domani"):
        refused = await hr.post(f"{base}/publish", data={"effective_on": day})
        assert refused.status_code == 422
        assert "field-effective_on-error" in refused.text
    done = await hr.post(f"{base}/publish", data={"effective_on": "2100-01-01"})
    assert done.headers["location"] == f"/company/policies/{version.policy_id}"
    assert "non ancora in vigore" in (await hr.get(done.headers["location"])).text
    assert (await hr.get(f"{base}/publish")).status_code == 409
    posters = (await hr.get(f"/company/policies/{version.policy_id}")).text
    assert "paper=a4" in posters


@pytest.mark.parametrize("material", [True, False])
async def test_the_next_version_says_whom_it_asks(site: Site, *, material: bool) -> None:
    policy_id, _shown = await published(site)
    hr = await site.signed_in("hr")
    started = await hr.post(f"/company/policies/{policy_id}/versions")
    version_id = started.headers["location"].split("/")[4]
    for language in ("it", "en"):
        form = await form_of(hr, version_id, language) | {"summary": "Cambiata.", "then": "save"}
        if not material:
            form.pop("material", None)
        await hr.post(f"/company/policies/versions/{version_id}/edit?language={language}", data=form)
    await site.world.act("hr").write(policy_approval.submit, version_id)
    await site.world.act("owner").write(policy_approval.approve, version_id)
    page = (await hr.get(f"/company/policies/versions/{version_id}/publish")).text
    assert ("non si chiede nulla" in page) is not material
    assert ("si chiede invece questa" in page) is material


async def test_taking_back_asks_why(site: Site) -> None:
    _policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    base = f"/company/policies/versions/{shown.version_id}"
    assert (await hr.get(f"{base}/withdraw")).status_code == 200
    refused = await hr.post(f"{base}/withdraw", data={"reason": ""})
    assert refused.status_code == 422
    done = await hr.post(f"{base}/withdraw", data={"reason": "Nomina un canale chiuso."})
    page = await hr.get(done.headers["location"])
    assert "Nomina un canale chiuso." in page.text
    assert (await hr.get(f"{base}/withdraw")).status_code == 409
    assert (await hr.get(f"{base}/paper")).status_code == 409


async def test_the_public_page_shows_external_policies_in_force_and_nothing_else(site: Site) -> None:
    visitor = site.visitor()
    internal, _shown = await published(site)
    assert (await visitor.get(f"/p/{site.world.company_id}/{internal}")).status_code == 404
    version = await draft(site, PolicyKind.EXTERNAL)
    address = f"/p/{site.world.company_id}/{version.policy_id}"
    assert (await visitor.get(address)).status_code == 404
    await site.world.act("hr").write(policy_approval.submit, version.id)
    await site.world.act("owner").write(policy_approval.approve, version.id)
    assert (await visitor.get(address)).status_code == 404
    await site.world.act("owner").write(policy_publishing.publish, version.id)
    page = await visitor.get(address)
    assert page.status_code == 200
    assert "The rules of our pages" in page.text
    assert "Le regole delle nostre pagine" in (await visitor.get(f"{address}?language=it")).text
    assert "/company" not in page.text
    elsewhere = f"/p/{site.world.other_company_id}/{version.policy_id}"
    assert (await visitor.get(elsewhere)).status_code == 404
