"""Courses: what each asks of whom."""

from fastapi import APIRouter, Response

from app.authz import Permission
from app.duties.schemas.audience import AudienceIn
from app.models import Course
from app.training.queries import catalogue
from app.training.schemas.course import CourseChange, CourseIn, CourseOut, PrerequisitesIn
from app.training.services import catalogue as services
from app.web.door import CompanyWork, Operation
from app.web.etags import IfMatch, tagged
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/courses", tags=["training"], route_class=Operation)
_READ, _WRITE = Permission.READ_TRAINING, Permission.WRITE_TRAINING


@router.get("", response_model=Listed[CourseOut], **op("list_courses", "List courses, the oldest first", _READ))
async def list_courses(work: CompanyWork, paging: Paging) -> Response:
    rows = await work.read(catalogue.courses_part, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda course: (course.id, course.id))
    return paging.listed([CourseOut.model_validate(course) for course in part], key)


@router.post("", status_code=201, **op("create_course", "Create a course with its first draft", _WRITE, refuses=(409,)))
async def create_course(work: CompanyWork, body: CourseIn, response: Response) -> CourseOut:
    course = await work.write(services.create, body)
    response.headers["location"] = f"/api/v1/companies/{work.company_id}/courses/{course.id}"
    return _answer(course, response)


@router.get("/{course_id}", **op("get_course", "Read a course", _READ))
async def get_course(work: CompanyWork, course_id: PathId, response: Response) -> CourseOut:
    return _answer(await work.read(catalogue.one_course, course_id), response)


@router.patch(
    "/{course_id}", **op("update_course", "Change what a course asks from now on", _WRITE, refuses=(409, 412, 428))
)
async def update_course(
    work: CompanyWork, course_id: PathId, body: CourseChange, row_version: IfMatch, response: Response
) -> CourseOut:
    return _answer(await work.write(services.change, course_id, row_version, body), response)


@router.post("/{course_id}/archive", **op("archive_course", "Put a course away; what people passed stays", _WRITE))
async def archive_course(work: CompanyWork, course_id: PathId, response: Response) -> CourseOut:
    return _answer(await work.write(services.archive, course_id), response)


@router.get("/{course_id}/audience", **op("get_course_audience", "Read whom a course is for", _READ))
async def get_audience(work: CompanyWork, course_id: PathId) -> AudienceIn:
    return AudienceIn.model_validate(await work.read(catalogue.audience, course_id))


@router.put(
    "/{course_id}/audience",
    **op("put_course_audience", "Say whom a course is for; people who come to be in it are enrolled", _WRITE),
)
async def put_audience(work: CompanyWork, course_id: PathId, body: AudienceIn, response: Response) -> CourseOut:
    return _answer(await work.write(services.assign, course_id, body), response)


@router.get("/{course_id}/prerequisites", **op("get_course_prerequisites", "Read what has to be passed first", _READ))
async def get_prerequisites(work: CompanyWork, course_id: PathId) -> PrerequisitesIn:
    return PrerequisitesIn(course_ids=await work.read(catalogue.prerequisites, course_id))


@router.put("/{course_id}/prerequisites", **op("put_course_prerequisites", "Say what has to be passed first", _WRITE))
async def put_prerequisites(
    work: CompanyWork, course_id: PathId, body: PrerequisitesIn, response: Response
) -> CourseOut:
    return _answer(await work.write(services.require_first, course_id, body), response)


def _answer(course: Course, response: Response) -> CourseOut:
    tagged(response, course.row_version)
    return CourseOut.model_validate(course)
