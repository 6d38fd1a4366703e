"""The receipt of a certificate: a file that anybody can check, for its person alone."""

from app.evidence.receipts import verify
from app.evidence.verdicts import verdict
from app.receipts.rules.kinds import KINDS
from tests.site import Site
from tests.training.pages.test_certificates import certified


async def test_a_certificate_is_proved_by_a_file_that_anybody_can_check(site: Site) -> None:
    browser, certificate = await certified(site, valid_months=12)
    receipt = (await browser.get(f"{certificate}/receipt.json")).json()
    assert verdict(verify(receipt, KINDS)) == "consistent"
    assert receipt["evidence"]["expires_on"] == "2027-11-23"
    receipt["evidence"]["expires_on"] = "2037-11-23"
    assert verdict(verify(receipt, KINDS)) != "consistent"


async def test_nobody_else_has_the_receipt_not_even_hr(site: Site) -> None:
    _, certificate = await certified(site)
    for name in ("hr", "owner", "colleague"):
        answer = await (await site.signed_in(name)).get(f"{certificate}/receipt.json")
        assert answer.status_code == 404, name
