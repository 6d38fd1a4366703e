"""The receipt's page and files, the list of who has read it, the page of the log, and the API's ways to them."""

import io
import json
import re
from hashlib import sha256
from html import unescape
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.evidence.receipts import verify
from app.evidence.verdicts import verdict
from app.merkle_log.services.witnesses import Failure
from app.models import LogCheckpoint, LogEvidence, LogTimestamp, LogWitnessState
from app.platform.files import Upload
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, PaperIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import acknowledging, posting
from app.receipts.rules.kinds import KINDS
from app.routers.pages.merkle_log import evidence
from tests.site import Site
from tests.web.test_pdf import text_of
from tests.world import NOW, TODAY, acknowledge, record_on_paper


async def confirmed(site: Site, name: str = "employee", shown: AcknowledgeIn | None = None) -> str:
    shown = shown or await site.world.published()
    return (await site.world.act(name).write(acknowledge, shown)).id


async def test_the_person_comes_from_the_confirmation_to_the_receipt_and_its_files(
    site: Site, shown: AcknowledgeIn
) -> None:
    recorded = await confirmed(site, shown=shown)
    policy = (await site.world.system().read(policies.version, shown.version_id)).policy_id
    browser, address = await site.signed_in("employee"), f"/me/acknowledgements/{recorded}/receipt"
    for page in ("/me", f"/policies/{policy}"):
        assert f'href="{address}"' in (await browser.get(page)).text
    text = (await browser.get(address)).text
    for words in (
        "Ricevuta di presa visione",
        "23 novembre 2026, 10:00:00 (Europe/Rome)",
        "/verify#",
        "firma digitale",
    ):
        assert words in text
    file = await browser.get(f"{address}.json")
    assert file.headers["content-disposition"].startswith("attachment")
    assert verdict(verify(file.json(), KINDS)) == "consistent"
    page = await browser.get(f"{address}.pdf")
    assert page.content.startswith(b"%PDF")


async def test_hr_finds_the_receipts_of_a_version_by_name(site: Site, shown: AcknowledgeIn) -> None:
    first, second = await confirmed(site, "colleague", shown), await confirmed(site, "employee", shown)
    browser = await site.signed_in("hr")
    assert "/company/policies/acknowledged?version=" in (await browser.get("/company/policies/coverage")).text
    listed = await browser.get("/company/policies/acknowledged?limit=1")
    assert f"/company/policies/acknowledgements/{first}/receipt" in listed.text
    assert second not in listed.text
    following = re.search('href="([^"]+)" rel="next"', listed.text)
    assert following
    assert f"/company/policies/acknowledgements/{second}/receipt" in (await browser.get(unescape(following[1]))).text
    receipt = await browser.get(f"/company/policies/acknowledgements/{first}/receipt")
    assert "Colleague" in receipt.text
    assert (await browser.get(f"/company/policies/acknowledgements/{first}/receipt.json")).status_code == 200


async def test_nobody_yet_says_who_will_stand_there(site: Site) -> None:
    await site.world.published()
    assert "Ancora nessuno" in (await (await site.signed_in("hr")).get("/company/policies/acknowledged")).text


async def signed_on_paper(site: Site, shown: AcknowledgeIn) -> str:
    paper = PaperIn(
        version_id=shown.version_id, person_id=site.world.person["employee"], language="it", signed_on=TODAY
    )
    scan = Upload("scan.pdf", b"%PDF-1.7\n%%EOF\n")
    return (await site.world.act("hr").write(record_on_paper, paper, scan)).id


async def reported(site: Site, shown: AcknowledgeIn) -> str:
    policy_id = (await site.world.system().read(policies.version, shown.version_id)).policy_id
    said = AcknowledgeForIn(**shown.model_dump(), person_id=site.world.person["employee"])
    return (await site.world.act("hr").write(acknowledging.acknowledge_for, policy_id, said)).id


@pytest.mark.parametrize(
    ("recorded_for", "says"),
    [
        (signed_on_paper, "Su carta: chi l’ha registrata ha dichiarato"),
        (reported, "Con un altro programma: ha comunicato"),
    ],
)
async def test_the_receipt_of_what_somebody_else_recorded_says_whose_session_it_was(
    site: Site, shown: AcknowledgeIn, recorded_for: Any, says: str
) -> None:
    address = f"/company/policies/acknowledgements/{await recorded_for(site, shown)}/receipt"
    hr = await site.signed_in("hr")
    shown_page, printed = await hr.get(address), await hr.get(f"{address}.pdf")
    for text in (shown_page.text, text_of(printed.content)):
        assert says in text
        assert "Come è entrato chi l’ha registrata" in text
        for untrue in ("Questo accesso ha confermato", "chi usasse l’accesso", "Come è entrata la persona"):
            assert untrue not in text
    assert "<dt>Registrata da</dt><dd>Hr</dd>" in shown_page.text
    assert site.world.person["hr"][:20] in text_of(printed.content).replace("\N{ZERO WIDTH SPACE}", "")


async def test_the_receipt_of_a_signature_on_paper_names_the_day_of_signing_and_the_scan(
    site: Site, shown: AcknowledgeIn
) -> None:
    recorded = await signed_on_paper(site, shown)
    page = await (await site.signed_in("hr")).get(f"/company/policies/acknowledgements/{recorded}/receipt")
    assert "<dt>Firmata su carta il</dt><dd>23 novembre 2026</dd>" in page.text
    assert sha256(b"%PDF-1.7\n%%EOF\n").hexdigest() in page.text


async def test_from_the_receipt_of_a_signature_on_paper_hr_comes_to_the_scan(site: Site, shown: AcknowledgeIn) -> None:
    acknowledgement = f"acknowledgements/{await signed_on_paper(site, shown)}"
    hr, person = await site.signed_in("hr"), await site.signed_in("employee")
    assert (
        f'href="/company/policies/{acknowledgement}/scan"'
        in (await hr.get(f"/company/policies/{acknowledgement}/receipt")).text
    )
    assert (await hr.get(f"/company/policies/{acknowledgement}/scan")).content == b"%PDF-1.7\n%%EOF\n"
    for address in (f"/me/{acknowledgement}/receipt", f"/company/policies/{acknowledgement}/receipt"):
        assert "/scan" not in (await person.get(address)).text
    on_screen = f"/company/policies/acknowledgements/{await confirmed(site, 'colleague', shown)}/receipt"
    assert "/scan" not in (await hr.get(on_screen)).text


async def test_colleagues_and_the_agency_do_not_get_it(site: Site) -> None:
    recorded = await confirmed(site)
    colleague = await site.signed_in("colleague")
    assert (await colleague.get(f"/me/acknowledgements/{recorded}/receipt")).status_code == 403
    agency = await site.signed_in("account_manager")
    policies = (f"policies/acknowledgements/{recorded}/receipt", "policies/acknowledged")
    for address in (*policies, "evidence", "evidence/bundle"):
        assert (await agency.get(f"/company/{address}")).status_code == 403, address
    assert (await agency.post("/company/evidence/check")).status_code == 403


async def test_the_api_gives_the_receipt_as_json_or_as_a_page(site: Site) -> None:
    recorded = await confirmed(site)
    api, address = await site.machine(), f"{site.company}/acknowledgements/{recorded}/receipt"
    answer = await api.get(address)
    assert verdict(verify(answer.json(), KINDS)) == "consistent"
    page = await api.get(address, headers={"accept": "application/pdf"})
    assert (page.headers["content-type"], page.content[:4]) == ("application/pdf", b"%PDF")
    other = await site.machine(frozenset({"policies:read"}))
    assert (await other.get(address)).status_code == 403


async def test_the_api_says_that_there_is_no_receipt_of_what_the_log_does_not_have(site: Site) -> None:
    recorded = await confirmed(site)

    def erase(ctx: Ctx) -> None:
        ctx.session.delete(ctx.session.get_one(LogEvidence, (ctx.company_id, 1)))

    await site.world.system().write(erase)
    answer = await (await site.machine()).get(f"{site.company}/acknowledgements/{recorded}/receipt")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_receipt")


async def test_publications_and_postings_have_receipts_too(site: Site) -> None:
    version_id = (await site.world.published()).version_id
    policy = (await site.world.system().read(policies.version, version_id)).policy_id
    hangs = await site.world.act("hr").write(posting.record, version_id, PostingIn(place="Bacheca", starts_on=TODAY))
    version = f"{site.company}/policies/{policy}/versions/{version_id}"
    api = await site.machine()
    for address, kind in (("receipt", "version_published"), (f"posting_records/{hangs.id}/receipt", "posting")):
        receipt = (await api.get(f"{version}/{address}")).json()
        assert receipt["leaf"]["type"] == kind
        assert verdict(verify(receipt, KINDS)) == "consistent"


async def test_the_page_of_the_log_says_how_it_stands_and_gives_the_key(site: Site) -> None:
    browser = await site.signed_in("hr")
    empty = (await browser.get("/company/evidence")).text
    assert "le firma la prima ricevuta" in empty
    assert "anche ogni ricevuta che qualcuno conserva" in empty
    recorded = await confirmed(site)
    receipt = (await browser.get(f"/company/policies/acknowledgements/{recorded}/receipt.json")).json()
    await site.world.system().write(say_what_others_said)
    text = (await browser.get("/company/evidence")).text
    for words in (receipt["vkey"], "witness.example", "firmato", "non ottenuta", "Non ha risposto", "ottenuta"):
        assert words in text
    for words in ("evil.example", "la storia è stata cambiata"):
        assert words in text


def say_what_others_said(ctx: Ctx) -> None:
    ctx.session.add(LogWitnessState(witness="witness.example", size=2, at=NOW))
    ctx.session.add(LogWitnessState(witness="evil.example", size=2, at=NOW, failure=Failure.FORKED))
    failed = LogTimestamp(size=2, day=TODAY, failure=Failure.UNREACHABLE, at=NOW)
    ctx.session.add_all([failed, LogTimestamp(size=2, day=TODAY.replace(day=24), token=b"token", at=NOW)])


@pytest.mark.parametrize(
    ("companies", "said"),
    [
        (["other"], "nulla è stato cambiato"),
        (["ours"], "sta già ricalcolando"),
        (["other", "another"], "sta già ricalcolando"),
    ],
)
async def test_a_log_is_recomputed_once_at_a_time_and_beside_that_of_another_company(
    site: Site, monkeypatch: pytest.MonkeyPatch, companies: list[str], said: str
) -> None:
    ours = {"ours": site.world.company_id}
    monkeypatch.setattr(evidence, "_CHECKING", {ours.get(company, company) for company in companies})
    told = await (await site.signed_in("hr")).post("/company/evidence/check", follow_redirects=True)
    assert said in told.text


async def test_the_whole_log_can_be_checked_from_its_page(site: Site) -> None:
    await confirmed(site)
    browser = await site.signed_in("owner")
    done = await browser.post("/company/evidence/check", follow_redirects=True)
    assert "nulla è stato cambiato" in done.text

    def tamper(ctx: Ctx) -> None:
        changed = update(LogEvidence).where(col(LogEvidence.company_id) == ctx.company_id, col(LogEvidence.idx) == 1)
        ctx.session.execute(changed.values(private="{}"))

    await site.world.system().write(tamper)
    broken = await browser.post("/company/evidence/check", follow_redirects=True)
    assert "dalla voce 1 in poi" in broken.text


async def names_in(answer: httpx.Response) -> list[str]:
    return ZipFile(io.BytesIO(answer.content)).namelist()


async def test_the_bundle_of_the_page_can_be_of_one_policy(site: Site) -> None:
    one, other = await site.world.published(), await site.world.published()
    await confirmed(site, shown=one)
    await confirmed(site, shown=other)
    policy = (await site.world.system().read(policies.version, one.version_id)).policy_id
    browser = await site.signed_in("hr")
    everything = await browser.get("/company/evidence/bundle?policy=")
    assert everything.headers["content-type"] == "application/zip"
    assert f"policies/{other.version_id}/it.md" in await names_in(everything)
    some = await browser.get(f"/company/evidence/bundle?policy={policy}")
    assert f"policies/{one.version_id}/it.md" in await names_in(some)
    assert f"policies/{other.version_id}/it.md" not in await names_in(some)
    lines = ZipFile(io.BytesIO(some.content)).read("evidence/000000000.jsonl").decode().splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 2]


async def test_the_bundle_of_the_api_can_be_of_one_version_and_leaves_a_trace(site: Site, shown: AcknowledgeIn) -> None:
    await confirmed(site, shown=shown)
    api: Any = await site.machine()
    address = f"{site.company}/evidence/bundle"
    assert (await api.get(address, params={"version_id": shown.version_id})).status_code == 200
    nowhere = site.world.company_id
    assert (await api.get(address, params={"version_id": nowhere})).status_code == 404
    assert (await api.get(address, params={"policy_id": nowhere})).status_code == 404
    narrow = await site.machine(frozenset({"acknowledgements:read"}))
    assert (await narrow.get(address)).status_code == 403

    def signed(ctx: Ctx) -> int:
        return ctx.session.query(LogCheckpoint).count()

    assert await site.world.system().read(signed) == 1
