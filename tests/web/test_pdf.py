"""What is printed, read back with poppler's pdftotext and pdftoppm (Debian package poppler-utils)."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import segno
from babel.messages.pofile import read_po

from app.web.i18n import translations
from app.web.pdf import (
    Invitation,
    Poster,
    SignatureSheet,
    Translate,
    invitation_sheet,
    policy_poster,
    signature_sheet,
)

ITALIAN = Path(__file__).parents[2] / "app" / "locales" / "it" / "print.po"
GIULIA = Invitation("Giulia F.", "Produzione", "K7QF-2M9X", "https://voce.aurora.example/i/K7QF-2M9X")
POSTER = Poster(
    "Social media policy",
    "Pastificio Aurora",
    "2.0",
    date(2026, 12, 8),
    "https://voce.aurora.example/policy",
    disciplinary=True,
)


@pytest.fixture(scope="module")
def italian() -> Translate:
    with ITALIAN.open("rb") as file:
        catalog = read_po(file, locale="it")

    def translate(message: str) -> str:
        entry = catalog.get(message)
        assert entry is not None, f"no Italian for: {message}"
        return str(entry.string)

    return translate


def run(tool: str, *arguments: str, pdf: bytes) -> bytes:
    program = shutil.which(tool)
    assert program, f"{tool} is missing: install poppler-utils"
    return subprocess.run([program, *arguments], input=pdf, capture_output=True, check=True).stdout  # noqa: S603


def text_of(pdf: bytes) -> str:
    return " ".join(run("pdftotext", "-", "-", pdf=pdf).decode().split())


def page_count(pdf: bytes) -> int:
    return run("pdftotext", "-", "-", pdf=pdf).count(b"\f")


def black_pixels(pdf: bytes) -> list[list[bool]]:
    """Return the first page at 150 dpi; only a QR is black, the ink of the texts is a dark blue."""
    image = run("pdftoppm", "-r", "150", "-gray", "-singlefile", "-", pdf=pdf)
    _, width, height, _ = image.split(maxsplit=4)[:4]
    pixels = image[-int(width) * int(height) :]
    rows = (pixels[start : start + int(width)] for start in range(0, len(pixels), int(width)))
    return [[value < 12 for value in row] for row in rows]


def printed_qr(pdf: bytes, modules: int) -> Iterator[list[bool]]:
    """Yield the rows of the printed square, sampled at the middle of each of its modules."""
    page = black_pixels(pdf)
    rows = [number for number, row in enumerate(page) if any(row)]
    columns = [column for number in rows for column, black in enumerate(page[number]) if black]
    top, left = rows[0], min(columns)
    side = (rows[-1] - top + 1) / modules
    for row in range(modules):
        y = int(top + (row + 0.5) * side)
        yield [page[y][int(left + (column + 0.5) * side)] for column in range(modules)]


def assert_qr_opens(pdf: bytes, url: str, error: str) -> None:
    expected = [[bool(module) for module in row] for row in segno.make(url, error=error, micro=False).matrix]
    assert list(printed_qr(pdf, len(expected))) == expected


def sheet(invitations: list[Invitation], translate: Translate) -> bytes:
    return invitation_sheet(invitations, "Pastificio Aurora", "it", date(2026, 12, 10), 8, translate)


def test_an_invitation_names_the_person_and_team_and_shows_the_address_and_the_code(
    italian: Translate,
) -> None:
    text = text_of(sheet([GIULIA], italian))
    for words in ("Pastificio Aurora", "Giulia F.", "Produzione", "voce.aurora.example", "K7QF-2M9X"):
        assert words in text


def test_an_invitation_says_until_when_it_is_valid_and_how_long_reading_takes(italian: Translate) -> None:
    text = text_of(sheet([GIULIA], italian))
    assert "Vale fino a giovedì 10 dicembre 2026." in text
    assert "Servono circa 8 min, in orario di lavoro." in text


def test_the_square_of_an_invitation_opens_its_address(italian: Translate) -> None:
    assert_qr_opens(sheet([GIULIA], italian), GIULIA.url, "m")


def test_six_invitations_fit_on_a_page_and_none_is_lost(italian: Translate) -> None:
    invitations = [Invitation(f"Anna {number}.", "Logistica", f"A{number:03}-AAAA", GIULIA.url) for number in range(13)]
    pdf = sheet(invitations, italian)
    assert page_count(pdf) == 3
    text = text_of(pdf)
    assert all(invitation.code in text for invitation in invitations)


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "[b] *c* _d_",
        "$x$ @ref <tag>",
        '"] + read("theme.typ") + ["',
        "{{ x }} {% y %}",
        "\\u{41}",
    ],
)
def test_a_name_that_looks_like_source_prints_as_it_is(name: str, italian: Translate) -> None:
    assert name in text_of(sheet([Invitation(name, "Uffici", "AAAA-AAAA", GIULIA.url)], italian))


def test_a_name_without_printable_letters_does_not_stop_the_others(italian: Translate) -> None:
    emoji = Invitation("\N{GRINNING FACE}", "Uffici", "AAAA-AAAA", GIULIA.url)
    assert "Giulia F." in text_of(sheet([emoji, GIULIA], italian))


def test_a_sheet_without_invitations_is_refused(italian: Translate) -> None:
    with pytest.raises(ValueError, match="at least one"):
        sheet([], italian)


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_the_poster_is_one_page_with_title_version_and_day(paper: str, italian: Translate) -> None:
    pdf = policy_poster(POSTER, "it", italian, "a3" if paper == "a3" else "a4")
    assert page_count(pdf) == 1
    text = text_of(pdf)
    assert "Social media policy" in text
    assert "Versione 2.0, in vigore da martedì 8 dicembre 2026" in text
    assert "voce.aurora.example/policy" in text


def test_the_square_of_the_poster_opens_the_policy(italian: Translate) -> None:
    assert_qr_opens(policy_poster(POSTER, "it", italian), POSTER.url, "q")


def test_a_poster_of_disciplinary_rules_says_that_a_click_does_not_replace_the_posting(
    italian: Translate,
) -> None:
    assert "non sostituisce l’affissione" in text_of(policy_poster(POSTER, "it", italian))


def test_a_poster_without_disciplinary_rules_says_nothing_of_posting(italian: Translate) -> None:
    netiquette = Poster("Netiquette", "Pastificio Aurora", "1.0", date(2026, 12, 8), POSTER.url, False)
    assert "affissione" not in text_of(policy_poster(netiquette, "it", italian))


@pytest.mark.parametrize("title", ["Regole", "Come parliamo di noi, e cosa resta tuo", "Parole nostre " * 12])
def test_a_poster_keeps_to_one_page_however_long_its_title(title: str, italian: Translate) -> None:
    poster = Poster(title, "Pastificio Aurora", "2.0", date(2026, 12, 8), POSTER.url, disciplinary=True)
    assert page_count(policy_poster(poster, "it", italian)) == 1


def test_an_english_date_puts_the_day_before_the_month() -> None:
    assert "8 December 2026" in text_of(policy_poster(POSTER, "en", str))


@pytest.mark.parametrize("statement", ["Ho ricevuto e letto la versione 2.0.", "Ho ricevuto e letto. " * 190])
def test_the_sheet_to_sign_is_one_page_whatever_is_confirmed(statement: str) -> None:
    sheet = SignatureSheet("Regole", "Pastificio Aurora", "2.0", date(2026, 12, 8), statement, "0" * 64)
    pdf = signature_sheet(sheet, "it", translations("it").gettext)
    assert page_count(pdf) == 1
    text = text_of(pdf)
    for words in (statement.strip(), "Versione 2.0, in vigore da martedì 8 dicembre 2026", "Firma", "0" * 64):
        assert words in text
