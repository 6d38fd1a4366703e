"""Many people at once: rows of JSON, or a file."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.authz import Permission
from app.errors import DomainError, FieldError
from app.people.schemas.people import BulkIn, ImportOut, PersonIn
from app.people.services import people
from app.people.services.people import Written
from app.people.web import importing
from app.schemas.bulk import BulkOut, RowAnswer
from app.web import row_answers
from app.web.door import CompanyWork, Operation
from app.web.i18n import language_of_program, translations
from app.web.openapi import op

router = APIRouter(prefix="/api/v1/companies/{company_id}/people", tags=["people"], route_class=Operation)
_CHUNK = 10  # rows in one transaction: others write in between
_CSV: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A header row and one row for each person; column names in English or Italian, in any order.",
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "name;email;team\nAda Rossi;;Sales\n"}},
    }
}


@router.post(
    "/bulk", **op("bulk_write_people", "Take on or change up to 1,000 people, each on its own", Permission.WRITE_PEOPLE)
)
async def bulk_write_people(request: Request, work: CompanyWork, body: BulkIn) -> BulkOut:
    language = language_of_program(request)
    answers = await row_answers.each(work, PersonIn, body.people, people.write_rows, _CHUNK)
    return BulkOut(items=[_answer(index, answer, language) for index, answer in enumerate(answers)])


@router.post(
    "/import",
    **op(
        "import_people",
        "Take on and change people from a CSV file",
        Permission.WRITE_PEOPLE,
        refuses=(409,),
        extra=_CSV,
    ),
)
async def import_people(
    request: Request,
    work: CompanyWork,
    dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,  # noqa: FBT002 - a parameter of the address
) -> ImportOut:
    imported = await importing.run(work, await request.body(), dry_run=dry_run)
    return importing.report(imported, translations(language_of_program(request)).gettext, dry_run=dry_run)


def _answer(index: int, answer: Written | DomainError | Sequence[FieldError], language: str) -> RowAnswer:
    if isinstance(answer, Written):
        return RowAnswer(index=index, status=201 if answer.is_new else 200, id=answer.person.id)
    return row_answers.refused(index, answer, language)
