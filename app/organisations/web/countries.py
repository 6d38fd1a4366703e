"""The countries whose holidays are known, as people read them."""

from functools import lru_cache

from babel import Locale

from app.rules.work_calendar import countries


@lru_cache(maxsize=4)
def countries_by_name(language: str) -> list[tuple[str, str]]:
    """Return code and name of each country, by name in this language."""
    names = Locale(language).territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1])
