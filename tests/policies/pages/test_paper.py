"""Where a version hangs, and signatures on paper."""

import re

import pytest

from app.context import Ctx
from app.models import Person
from app.models.types import new_id
from app.platform.files import MAXIMUM_BYTES
from tests.policies.pages.policy_work import PNG, published, site_today, version_of
from tests.policies.pages.policy_work import text_of as words_of
from tests.site import Site
from tests.web.test_pdf import text_of


async def test_a_posting_is_recorded_ended_and_proved(site: Site) -> None:
    policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    where = f"/company/policies/versions/{shown.version_id}/posting"
    assert "Stabilimento" in (await hr.get(where)).text
    form = {"place": "Bacheca", "starts_on": site_today(), "site_id": "", "ends_on": ""}
    for files, words in (
        ({"proof": ("x.png", b"MZ\x90\x00")}, "Non è un PDF"),
        ({"proof": ("x.png", PNG + b"0" * MAXIMUM_BYTES)}, "supera i 5 MB"),
    ):
        refused = await hr.post(where, data=form, files=files)
        assert refused.status_code in {413, 422}
        assert words in refused.text
        assert 'value="Bacheca"' in refused.text
    assert (await hr.post(where, data=form | {"place": ""})).status_code == 422
    done = await hr.post(where, data=form, files={"proof": ("x.png", PNG)})
    assert done.headers["location"] == f"/company/policies/{policy_id}"
    posting_id = re.search(
        r"/company/policies/posting/([\w-]+)/proof", (await hr.get(done.headers["location"])).text
    ).group(1)
    proof = await hr.get(f"/company/policies/posting/{posting_id}/proof")
    assert (proof.content, proof.headers["x-content-type-options"]) == (PNG, "nosniff")
    assert "sandbox" in proof.headers["content-security-policy"]
    for day, words in (("2020-01-01", "prima del primo"), ("", "Manca"), (site_today(), "non è più affissa")):
        ended = await hr.post(f"/company/policies/posting/{posting_id}/end", data={"ends_on": day})
        page = await hr.get(ended.headers["location"])
        assert ended.status_code == 303
        assert words in page.text or day == ""


async def test_a_signature_on_paper_is_recorded_with_its_scan(site: Site) -> None:
    _policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    where = f"/company/policies/versions/{shown.version_id}/paper"
    assert "Colleague" in (await hr.get(f"{where}?q=cóll")).text
    assert "Nessuno da registrare" in (await hr.get(f"{where}?q=zzz")).text
    form = {
        "version_id": shown.version_id,
        "person_id": site.world.person["employee"],
        "language": "it",
        "signed_on": "2026-11-23",
    }
    for nothing in ({}, {"scan": ("", b"")}):
        without = await hr.post(where, data=form, files=nothing)
        assert without.status_code == 422
        assert "field-scan-error" in without.text
    future = await hr.post(where, data=form | {"signed_on": "2100-01-01"}, files={"scan": ("f.pdf", b"%PDF-1.7")})
    assert future.status_code == 422
    assert "field-signed_on-error" in future.text
    wrong = await hr.post(where, data=form, files={"scan": ("f.pdf", b"MZ\x90")})
    assert wrong.status_code == 422
    mixed = await hr.post(where, data=form | {"version_id": new_id()}, files={"scan": ("f.pdf", b"%PDF-1.7")})
    assert mixed.status_code == 404
    done = await hr.post(where, data=form, files={"scan": ("f.pdf", b"%PDF-1.7")})
    assert done.headers["location"] == where
    assert "Employee ha firmato su carta" in (await hr.get(where)).text


async def test_a_sheet_to_sign_is_printed_in_each_language_of_the_version(site: Site) -> None:
    _policy_id, shown = await published(site)
    hr, where = await site.signed_in("hr"), f"/company/policies/versions/{shown.version_id}/paper"
    page = (await hr.get(where)).text
    for language, asks_for in (("it", "Giorno della firma"), ("en", "Day of signing")):
        assert f'href="{where}.pdf?language={language}"' in page
        printed = text_of((await hr.get(f"{where}.pdf?language={language}")).content)
        for words in ((await words_of(site, shown.version_id, language)).statement, asks_for, shown.content_sha256):
            assert words in printed
    assert (await (await site.signed_in("marketing_lead")).get(f"{where}.pdf?language=it")).status_code == 403


async def test_the_language_of_the_sheet_is_that_of_who_signed_not_of_hr(site: Site) -> None:
    _policy_id, shown = await published(site)
    await site.world.system().write(reads_english, site.world.person["colleague"])
    hr, where = await site.signed_in("hr"), f"/company/policies/versions/{shown.version_id}/paper"
    chosen = re.compile(r'<option value="(\w*)" selected>([^<]+)')
    assert chosen.findall((await hr.get(f"{where}?person_id={site.world.person['colleague']}")).text) == [
        ("en", "English")
    ]
    assert chosen.findall((await hr.get(f"{where}?q=employee")).text) == [("it", "Italiano")]
    everybody = await hr.get(where)
    assert chosen.findall(everybody.text) == [("", "Scegli la lingua")]
    assert re.search(r'Colleague</label>\s*<p class="hint"[^>]*>English<', everybody.text)
    form = {"version_id": shown.version_id, "person_id": site.world.person["colleague"], "signed_on": "2026-11-23"}
    refused = await hr.post(where, data=form | {"language": ""}, files={"scan": ("f.pdf", b"%PDF-1.7")})
    assert (refused.status_code, "field-language-error" in refused.text) == (422, True)


def reads_english(ctx: Ctx, person_id: str) -> None:
    ctx.session.get_one(Person, (ctx.company_id, person_id)).language = "en"


@pytest.mark.parametrize(
    ("language", "published_on"),
    [
        ("it", "La versione è stata pubblicata il 23 novembre 2026: non può"),
        ("en", "The version was published on 23 November 2026: it cannot"),
    ],
)
async def test_a_refusal_says_days_as_people_do(site: Site, language: str, published_on: str) -> None:
    policy_id, shown = await published(site)
    person_id = site.world.person["employee"]
    form = {"version_id": shown.version_id, "person_id": person_id, "language": "it", "signed_on": "2026-11-01"}
    file = {"scan": ("f.pdf", b"%PDF-1.7")}
    hr = await site.signed_in("hr")
    await hr.post("/language", data={"language": language, "next": "/"})
    page = await hr.post(f"/company/policies/versions/{shown.version_id}/paper", data=form, files=file)
    assert published_on in page.text
    address, heard = f"{site.company}/policies/{policy_id}/acknowledgements/on_paper", {"accept-language": language}
    told = await (await site.machine()).post(address, data=form, files=file, headers=heard)
    assert published_on in told.json()["errors"][0]["detail"]


async def test_a_scan_is_given_to_save(site: Site) -> None:
    _policy_id, shown = await published(site)
    hr = await site.signed_in("hr")
    form = {
        "version_id": shown.version_id,
        "person_id": site.world.person["employee"],
        "language": "it",
        "signed_on": "2026-11-23",
    }
    await hr.post(
        f"/company/policies/versions/{shown.version_id}/paper", data=form, files={"scan": ("firma è.pdf", b"%PDF-1.7")}
    )
    api = await site.machine()
    version = await version_of(site, shown.version_id)
    listed = await api.get(f"{site.company}/policies/{version.policy_id}/acknowledgements")
    scan = await hr.get(f"/company/policies/acknowledgements/{listed.json()['items'][0]['id']}/scan")
    assert scan.headers["content-disposition"] == "attachment; filename*=UTF-8''firma%20%C3%A8.pdf"


async def test_a_browser_that_chose_no_file_sends_an_empty_one_and_that_counts_as_none(site: Site) -> None:
    _, shown = await published(site)
    hr = await site.signed_in("hr")
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    empty = 'Content-Disposition: form-data; name="proof"; filename=""\r\nContent-Type: application/octet-stream'
    fields = part.format("place", "Bacheca") + part.format("starts_on", site_today())
    body = f"{fields}--x\r\n{empty}\r\n\r\n\r\n--x--\r\n".encode()
    headers = {"content-type": "multipart/form-data; boundary=x"}
    done = await hr.post(f"/company/policies/versions/{shown.version_id}/posting", content=body, headers=headers)
    assert done.status_code == 303
