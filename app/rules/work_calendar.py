"""Which days are not working days: the public holidays of a country and the company's own closing days."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True)
class WorkCalendar:
    """The days on which nobody is written to. ``closings`` are first and last days, both included."""

    country: str = "IT"
    closings: frozenset[tuple[date, date]] = frozenset()

    def is_closed(self, day: date) -> bool:
        """Tell whether this day is a public holiday or a closing day."""
        return day in _holidays(self.country, day.year) or any(first <= day <= last for first, last in self.closings)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a whole country (ISO 3166-1 alpha-2); patron saints are closing days."""
    import holidays  # noqa: PLC0415 - a tenth of a second that only jobs and settings need

    return frozenset(holidays.country_holidays(country, years=year))


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes of the countries whose holidays are known."""
    import holidays  # noqa: PLC0415 - as above

    return frozenset(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)  # noqa: PLR2004 - the length of a code
