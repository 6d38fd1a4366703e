"""A file of people on its way through the seam: read aside, then chunk after chunk, each its own transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.access.work import Work
from app.authz import Permission
from app.errors import FieldError, Invalid
from app.people.rules import people_csv
from app.people.rules.people_csv import PersonRow, RowError, Sheet
from app.people.schemas.people import FileFault, ImportOut
from app.people.services import importing
from app.people.services.importing import CHUNK, Result
from app.people.services.matching import faults_of_file
from app.people.web.csv_words import WORDS
from app.web.bounded_pool import FILES
from app.wording import N_

_MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did or would do, its errors in the order of the file."""

    result: Result
    errors: tuple[RowError, ...]
    ignored_columns: tuple[str, ...]


async def run(work: Work, data: bytes, *, dry_run: bool) -> Imported:
    """Import people from a CSV file, or only say what that would do. Invalid if the file as a whole is unusable.

    Who may not import is told so before the file is read.
    """
    work.require(Permission.WRITE_PEOPLE)
    sheet = await FILES.run(work.company_id, people_csv.read, data)
    if sheet.file_error is not None:
        raise unusable(sheet.file_error)
    faults = faults_of_file(sheet.rows)
    result = await _through(work, _without(sheet, faults), dry_run=dry_run)
    errors = sorted((*sheet.errors, *faults, *result.errors), key=lambda error: error.line)
    return Imported(result, tuple(errors), sheet.ignored_columns)


def unusable(error: RowError) -> Invalid:
    """Return the refusal of a file that nothing can be read from."""
    detail = N_("Nothing was imported: the file cannot be used as it is. Correct it and choose it again.")
    return Invalid([FieldError("", error.code, WORDS[error.code])], "file_unusable", detail)


def report(imported: Imported, say: Callable[[str], str], *, dry_run: bool) -> ImportOut:
    """Return the answer to an import, its errors in words."""
    result = imported.result
    return ImportOut(
        dry_run=dry_run,
        created=result.created,
        changed=result.changed,
        unchanged=result.unchanged,
        left=result.left,
        new_teams=sorted(result.new_teams)[:_MOST_SHOWN],
        new_sites=sorted(result.new_sites)[:_MOST_SHOWN],
        ignored_columns=list(imported.ignored_columns),
        error_count=len(imported.errors),
        errors=[_worded(error, say) for error in imported.errors[:_MOST_SHOWN]],
    )


async def _through(work: Work, rows: Sequence[PersonRow], *, dry_run: bool) -> Result:
    """Import chunk by chunk."""
    result = Result()
    for chunk in _chunks(rows, CHUNK):
        if dry_run:
            done = await work.read_slow(importing.preview, chunk, result.taken)
        else:
            done = await work.write(importing.import_rows, chunk, result.taken)
        result += done
    return result


def _chunks(rows: Sequence[PersonRow], size: int) -> Iterator[Sequence[PersonRow]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _without(sheet: Sheet, faults: Sequence[RowError]) -> list[PersonRow]:
    lines = {fault.line for fault in faults}
    return [row for row in sheet.rows if row.line not in lines]


def _worded(error: RowError, say: Callable[[str], str]) -> FileFault:
    return FileFault(
        line=error.line,
        column=error.column[:500],
        code=error.code,
        value=error.value[:300],
        detail=say(WORDS[error.code]),
    )
