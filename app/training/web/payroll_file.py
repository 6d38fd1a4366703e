"""The hours of a month as the file that the company's payroll program reads."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from starlette.responses import Response

from app.access.work import Work
from app.rules.spreadsheet import plain
from app.training.queries import hours
from app.training.rules.hours import written_month
from app.training.rules.payroll import HEADER, SEPARATORS, PayrollForm, line
from app.web.tables import csv_answer

_PART = 1000


async def payroll_file(work: Work, month: date) -> Response:
    """Answer with the file, a line for each person; its name says if the month can still change."""
    file = await work.read_slow(hours.payroll_file, month)
    first = await work.read_slow(hours.exported, month, _PART, "")
    name = f"hours-{written_month(month)}{'-provisional' if file.provisional else ''}.csv"
    return csv_answer(name, HEADER, _parts(work, file.form, month, first), plain(SEPARATORS[file.form.separator]))


async def _parts(work: Work, form: PayrollForm, month: date, rows: list[tuple[str, int]]) -> AsyncIterator[list[Any]]:
    while rows:
        lines = (line(form, number, month, minutes) for number, minutes in rows)
        yield [one for one in lines if one is not None]
        key = rows[-1][0]
        rows = await work.read_anew(hours.exported, month, _PART, key) if len(rows) == _PART else []
