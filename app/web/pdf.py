"""Print what a company hands out on paper: invitations, the noticeboard poster, the sheet to sign.

Texts reach the page as JSON data and are never joined into Typst source, so any name prints as it is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

import segno
from babel.dates import format_date

from app.wording import N_

Translate = Callable[[str], str]

_APP = Path(__file__).parent.parent
_TEMPLATES = _APP / "templates" / "print"
_FONTS = _APP / "static" / "fonts-print"
_DATE_LOCALES = {"en": "en_GB"}  # day before month, as everywhere in Europe
_INVITATION_QR_ERROR = "m"  # 15 % of the square may be lost
_POSTER_QR_ERROR = "q"  # 25 %: a poster hangs for months
_NO_CONSENT = N_("Confirming that you have read it is not consent, and does not enrol you in anything.")


@dataclass(frozen=True)
class Invitation:
    """Hold one person's invitation as it is printed.

    `name` is short, little to read over a shoulder; `code` is what is typed by hand; `url` is what the QR opens,
    the code included, and its host is printed as the address.
    """

    name: str
    team: str
    code: str
    url: str


@dataclass(frozen=True)
class Poster:
    """Hold what the noticeboard poster of one policy version says.

    `disciplinary` adds the note on posting, for a text with disciplinary rules.
    """

    title: str
    company: str
    version: str
    effective_on: date
    url: str
    disciplinary: bool


@dataclass(frozen=True)
class SignatureSheet:
    """Hold what is signed by whoever has no screen: the sentence, and what it is about."""

    title: str
    company: str
    version: str
    effective_on: date
    statement: str
    content_sha256: str


def invitation_sheet(
    invitations: Sequence[Invitation],
    company: str,
    language: str,
    valid_until: date,
    minutes: int,
    translate: Translate,
) -> bytes:
    """Return a PDF of A4 pages with six invitations each, to be cut along the dashed lines.

    `language` is a code such as "it", for dates and screen readers; `minutes` is the reading time;
    `translate` turns an English message into that language. Raises ValueError if there is no invitation.
    """
    if not invitations:
        raise ValueError("a sheet needs at least one invitation")
    labels = {
        "title": translate("Our social media policy"),
        "scan": translate("Point your phone’s camera at the square. Or open this address:"),
        "type_code": translate("and type the code"),
        "valid": translate("Valid until %(date)s.") % {"date": _long_date(valid_until, language)},
        "time": translate("Reading time: about %(minutes)s min, in working time.") % {"minutes": minutes},
        "personal": translate("The code is yours alone: do not give it to others."),
        "qr": translate("QR code that opens the invitation"),
    }
    cards = [_card(invitation) for invitation in invitations]
    return compiled("invitations", {"language": language, "company": company, "labels": labels, "cards": cards})


def policy_poster(poster: Poster, language: str, translate: Translate, paper: Literal["a4", "a3"] = "a4") -> bytes:
    """Return a one-page PDF for the noticeboard, to hang beside the printed text of the policy.

    With `disciplinary` it says that posting the text is what makes disciplinary rules effective (Statuto dei
    lavoratori, L. 300/1970, art. 7 c. 1; Cass. 33811/2021) and leaves lines to note place, dates and person.
    """
    data = {
        "language": language,
        "paper": paper,
        "title": poster.title,
        "company": poster.company,
        "address": _address(poster.url),
        "qr": svg(segno.make_qr(poster.url, error=_POSTER_QR_ERROR)),
        "disciplinary": poster.disciplinary,
        "labels": _poster_labels(poster, language, translate),
    }
    return compiled("poster", data)


def signature_sheet(sheet: SignatureSheet, language: str, translate: Translate) -> bytes:
    """Return a one-page PDF to be signed with the text beside it, and scanned."""
    data = {
        "language": language,
        "title": sheet.title,
        "company": sheet.company,
        "statement": sheet.statement,
        "content": sheet.content_sha256,
        "labels": {
            "version": _version(sheet, language, translate),
            "handed-out": translate("The whole text of this version is handed out with this sheet."),
            "confirmed": translate("What you confirm with your signature"),
            "no-consent": translate(_NO_CONSENT),
            "lines": [translate("First and last name"), translate("Day of signing"), translate("Signature")],
            "fingerprint": translate("Fingerprint of the text (SHA-256)"),
        },
    }
    return compiled("signature", data)


def _version(of: Poster | SignatureSheet, language: str, translate: Translate) -> str:
    values = {"version": of.version, "date": _long_date(of.effective_on, language)}
    return translate("Version %(version)s, in force from %(date)s") % values


def _poster_labels(poster: Poster, language: str, translate: Translate) -> dict[str, str | list[str]]:
    return {
        "version": _version(poster, language, translate),
        "scan": translate("Read it on your phone"),
        "or_open": translate("Point the camera at the square, or open"),
        "qr": translate("QR code that opens the policy"),
        "facts": [
            translate("You can read it in working time."),
            translate("You can ask a question: it is a valid answer."),
            translate(_NO_CONSENT),
        ],
        "posting": translate("Why it hangs here"),
        "posting_note": translate(
            "Disciplinary rules hold only while their text is posted where everybody can reach it "
            "(Italian law 300/1970, article 7). That is why the full text hangs beside this sheet. "
            "Confirming with a click does not replace the posting."
        ),
        "register": [
            translate("Posted on"),
            translate("Place"),
            translate("Posted by"),
            translate("Taken down on"),
        ],
    }


def _card(invitation: Invitation) -> dict[str, str]:
    return {
        "name": invitation.name,
        "team": invitation.team,
        "code": invitation.code,
        "address": urlsplit(invitation.url).netloc,
        "qr": svg(segno.make_qr(invitation.url, error=_INVITATION_QR_ERROR)),
    }


def _address(url: str) -> str:
    """Return the address as a person types it, without scheme."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")


def _long_date(day: date, language: str) -> str:
    """Return the date with its weekday, which also spares Italian the elision in "fino all’8"."""
    return format_date(day, "full", locale=_DATE_LOCALES.get(language, language))


def svg(code: segno.QRCode) -> str:
    """Return the QR as SVG without quiet zone: the page around it is white."""
    drawn: str = code.svg_inline(border=0, omitsize=True)
    return drawn


def compiled(template: str, data: Mapping[str, object]) -> bytes:
    """Return the tagged PDF of a template.

    PDF/UA is not asked for: under it one emoji in one name would refuse the whole sheet.
    """
    return _press()(_TEMPLATES / f"{template}.typ", root=_TEMPLATES, sys_inputs={"data": json.dumps(data)})


@cache
def _press() -> Callable[..., bytes]:
    """Return the compiler with our fonts; it is made for the first page, as it takes time and memory."""
    import typst  # noqa: PLC0415

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
    return cast("Callable[..., bytes]", partial(typst.compile, font_paths=fonts))
