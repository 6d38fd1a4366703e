"""A certificate to keep: one page of paper, and the way to one's profile at LinkedIn."""

from urllib.parse import urlencode

import segno

from app.training.queries.certificates import OwnCertificate
from app.web.dates import day_in_words
from app.web.i18n import translations
from app.web.pdf import compiled, svg

_LINKEDIN = "https://www.linkedin.com/profile/add"


def address(public_url: str, certificate: OwnCertificate) -> str:
    """Return where the page stands, empty while it is closed."""
    return f"{public_url}/certificates/{certificate.page_token}" if certificate.page_token else ""


def certificate_pdf(certificate: OwnCertificate, company: str, page: str, language: str) -> bytes:
    """Return the tagged PDF, with the square that leads to ``page`` if that is not empty."""
    translate = translations(language).gettext

    facts = [
        (translate("Passed on"), day_in_words(certificate.issued_on, language)),
        (
            translate("Valid until"),
            day_in_words(certificate.expires_on, language) if certificate.expires_on else translate("no end"),
        ),
        (translate("Course, version"), str(certificate.number)),
        (translate("Minutes"), str(certificate.minutes)),
        *((translate("Policy known at that time"), name) for name in certificate.policies),
    ]
    data = {
        "language": language,
        "company": company,
        "name": certificate.name,
        "course": certificate.title,
        "facts": facts,
        "content": certificate.content_sha256,
        "address": page.removeprefix("https://").removeprefix("http://"),
        "qr": svg(segno.make_qr(page, error="m")) if page else None,
        "labels": {
            "title": translate("Certificate"),
            "passed": translate("has passed the course"),
            "check": translate("Whether it is valid stands at"),
            "qr": translate("QR code that opens the page"),
            "fingerprint": translate("Fingerprint of the course (SHA-256)"),
        },
    }
    return compiled("certificate", data)


def linkedin(certificate: OwnCertificate, company: str, page: str) -> str:
    """Return the address of LinkedIn's own form for a certification, filled in; nothing is sent by opening it.

    https://addtoprofile.linkedin.com
    """
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": certificate.title,
        "organizationName": company,
        "issueYear": certificate.issued_on.year,
        "issueMonth": certificate.issued_on.month,
        "certUrl": page,
        "certId": certificate.id,
    }
    if certificate.expires_on:
        facts |= {"expirationYear": certificate.expires_on.year, "expirationMonth": certificate.expires_on.month}
    return f"{_LINKEDIN}?{urlencode(facts)}"
