"""Who is enrolled in which course, by name: only for whoever sees names."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.authz import Permission
from app.errors import DomainError
from app.schemas.base import Id
from app.schemas.bulk import BulkOut, RowAnswer
from app.training.queries import enrolments
from app.training.queries.enrolments import EnrolmentFilter
from app.training.rules.enrolment import Standing
from app.training.schemas.enrolment import EnrolIn, EnrolmentOut, ExemptIn
from app.training.services import enrolling
from app.web import row_answers
from app.web.door import CompanyWork, Operation
from app.web.i18n import language_of_program
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/enrolments", tags=["training"], route_class=Operation)
_MAY = (Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
_CHUNK = 50  # rows in one transaction: others write in between


@router.get(
    "",
    response_model=Listed[EnrolmentOut],
    **op("list_enrolments", "List who is enrolled in which course, and who passed", Permission.READ_ENROLMENTS),
)
async def list_enrolments(
    work: CompanyWork,
    paging: Paging,
    course_id: Annotated[Id | None, Query()] = None,
    person_id: Annotated[Id | None, Query()] = None,
    standing: Annotated[Standing | None, Query()] = None,
) -> Response:
    wanted = EnrolmentFilter(course_id, person_id, standing)
    found = await work.read(enrolments.part, wanted, paging.after, paging.limit)
    part, key = paging.cut(found, lambda row: (row.id, row.id))
    return paging.listed(part, key)


@router.post("", **op("create_enrolments", "Enrol up to 1,000 people in a course, each on its own", *_MAY))
async def create_enrolments(request: Request, work: CompanyWork, body: EnrolIn) -> BulkOut:
    language, done = language_of_program(request), []
    for start in range(0, len(body.person_ids), _CHUNK):
        some = body.person_ids[start : start + _CHUNK]
        done += await work.write(enrolling.enrol_people, body.course_id, some)
    return BulkOut(items=[_answer(index, outcome, language) for index, outcome in enumerate(done)])


@router.post(
    "/{enrolment_id}/exempt",
    **op("exempt_enrolment", "Stop asking a person, for a reason that is kept", *_MAY, refuses=(409,)),
)
async def exempt(work: CompanyWork, enrolment_id: PathId, body: ExemptIn) -> EnrolmentOut:
    return EnrolmentOut.of(await work.write(enrolling.exempt, enrolment_id, body.reason), Standing.EXEMPT)


@router.post(
    "/{enrolment_id}/cancel",
    **op("cancel_enrolment", "Take back that a course is asked of a person", *_MAY, refuses=(409,)),
)
async def cancel(work: CompanyWork, enrolment_id: PathId) -> EnrolmentOut:
    return EnrolmentOut.of(await work.write(enrolling.cancel, enrolment_id), Standing.NOT_ASKED)


def _answer(index: int, outcome: str | DomainError, language: str) -> RowAnswer:
    if isinstance(outcome, DomainError):
        return row_answers.refused(index, outcome, language)
    return RowAnswer(index=index, status=200, id=outcome)
