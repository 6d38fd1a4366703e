"""Italian and English. Catalogues are read from .po files at start: nothing is compiled, nothing to forget."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

from app.wording import InContext

_LOCALES = Path(__file__).resolve().parents[1] / "locales"
LANGUAGES = {"it": "Italiano", "en": "English"}
DEFAULT_LANGUAGE = "it"
COOKIE = "language"


class Catalogue(GNUTranslations):
    """The texts of one language. One that was marked in a context is looked up in it, also by ``gettext``."""

    def gettext(self, message: str) -> str:
        if isinstance(message, InContext):
            return self.pgettext(message.context, message)
        return super().gettext(message)


@cache
def translations(language: str) -> NullTranslations:
    """Return gettext translations; the message ids are the English texts themselves."""
    files = sorted((_LOCALES / language).glob("*.po"))
    if not files:
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Catalogue(compiled)


def preferred_language(connection: HTTPConnection) -> str:
    """Return the language of somebody not signed in: their choice, else their browser's first known, else Italian."""
    chosen = connection.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return accepted_language(connection.headers.get("accept-language", "")) or DEFAULT_LANGUAGE


def language_of_program(connection: HTTPConnection) -> str:
    """Return the language in which to answer a program: as its ``Accept-Language`` asks, else English."""
    return accepted_language(connection.headers.get("accept-language", "")) or "en"


def accepted_language(header: str) -> str | None:
    """Return the best known language of an ``Accept-Language`` header (RFC 9110, 12.5.4), or None."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and weight > 0:
            weighted.append((-weight, language))
    return min(weighted, key=lambda pair: pair[0])[1] if weighted else None
