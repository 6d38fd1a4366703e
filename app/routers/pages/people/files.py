"""People from a file and into one: choose, look what would happen, confirm; and the list as a table."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import Permission
from app.people.queries import people as people_queries
from app.people.queries.people import Wanted
from app.people.rules.people_csv import MAXIMUM_BYTES
from app.people.schemas.people import PersonFacts
from app.people.services import import_files
from app.people.web import import_words, importing
from app.people.web.words import TITLES
from app.platform.files import Upload
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork, only
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, submitted
from app.web.i18n import translations
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.web.tables import csv_answer
from app.web.uploads import upload
from app.wording import N_

router = APIRouter(prefix="/company", dependencies=COMPANY_PAGES)
_PART = 500


@router.get("/people/import")
async def choose(request: Request, work: PageWork) -> Response:
    work.require(Permission.WRITE_PEOPLE)
    return page(request, "people/import.html", work, **form_values(request, None))


@router.post("/people/import", dependencies=[only(Permission.WRITE_PEOPLE)])
async def check(
    request: Request, work: PageWork, file: Annotated[Upload | None, Depends(upload(MAXIMUM_BYTES))]
) -> Response:
    """Keep a file that can be read and show what it would do; else say what is wrong with it."""
    chosen = file or Upload("", b"")
    done = await submitted(Posted(chosen), lambda data: importing.run(work, data.content, dry_run=True))
    if isinstance(done, Refused):
        return page(request, "people/import.html", work, **form_values(request, done))
    file_id = await work.write(import_files.keep, *chosen)
    return redirect(f"/company/people/import/{file_id}")


@router.get("/people/import/{file_id}")
async def preview(request: Request, work: PageWork, file_id: PathId) -> Response:
    """Show what the import would do, with every row that it would leave out."""
    file = await work.read(import_files.read, file_id)
    tried = await importing.run(work, file.content, dry_run=True)
    say = translations(language_of(request)).gettext
    report = importing.report(tried, say, dry_run=True)
    planned = import_words.planned(tried.result.steps, language_of(request))
    return page(request, "people/preview.html", work, file=file, report=report, planned=planned)


@router.post("/people/import/{file_id}")
async def confirm(request: Request, work: PageWork, file_id: PathId) -> Response:
    """Import the file and forget it."""
    file = await work.read(import_files.read, file_id)
    done = await importing.run(work, file.content, dry_run=False)
    await work.write(import_files.forget, file_id)
    text = N_("Done. Added: %(created)s. Changed: %(changed)s. Rows left out: %(errors)s.")
    told = {"created": done.result.created, "changed": done.result.changed, "errors": len(done.errors)}
    return redirect("/company/people", Flash("success", translate(request, text, **told)))


@router.get("/people.csv")
async def export(request: Request, work: PageWork) -> Response:
    """Give everybody as a table, leavers included."""
    first = await _part(work, None)
    say = translations(language_of(request)).gettext
    return csv_answer("people.csv", [say(title) for title in TITLES.values()], _rows(work, first))


async def _rows(work: Work, part: list[PersonFacts]) -> AsyncIterator[list[list[str | None]]]:
    while part:
        yield list(_cells(part))
        part = await _part(work, (part[-1].name, part[-1].id)) if len(part) == _PART else []


async def _part(work: Work, after: tuple[str, str] | None) -> list[PersonFacts]:
    return await work.read_anew(people_queries.page, Wanted(), after, _PART)


def _cells(people: list[PersonFacts]) -> Iterator[list[str | None]]:
    for one in people:
        yield [
            one.name,
            one.email,
            one.external_id,
            one.team,
            one.site,
            one.language,
            _day(one.starts_on),
            _day(one.ends_on),
            one.working_window,
            ", ".join(one.roles),
        ]


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
