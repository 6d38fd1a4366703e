"""Versions of a course: writing, publishing."""

from fastapi import APIRouter, Request, Response

from app.authz import Permission
from app.models import CourseVersion
from app.schemas.shortcomings import ChecklistOut
from app.training.queries import catalogue
from app.training.queries.catalogue import Written
from app.training.rules.content import WrittenLesson
from app.training.schemas.course import (
    CourseContentOut,
    CourseVersionChange,
    CourseVersionOut,
    LessonIn,
    LessonOrderIn,
    LessonOut,
    PublishCourseIn,
    WithdrawCourseIn,
)
from app.training.services import authoring, publishing
from app.training.web.one_version import OneCourseVersion
from app.web.checklist import checklist
from app.web.door import CompanyWork, Operation
from app.web.etags import IfMatch, IfMatchFingerprint, tagged
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/courses/{course_id}/versions", tags=["training"], route_class=Operation
)
_READ, _WRITE = Permission.READ_TRAINING, Permission.WRITE_TRAINING


@router.get(
    "",
    response_model=Listed[CourseVersionOut],
    **op("list_course_versions", "List the versions of a course, the newest first", _READ),
)
async def list_versions(work: CompanyWork, course_id: PathId, paging: Paging) -> Response:
    rows = await work.read(catalogue.versions_part, course_id, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda version: (version.number, version.id))
    return paging.listed([CourseVersionOut.model_validate(version) for version in part], key)


@router.post(
    "", status_code=201, **op("create_course_version", "Start a draft from the last version", _WRITE, refuses=(409,))
)
async def create_version(work: CompanyWork, course_id: PathId, response: Response) -> CourseVersionOut:
    version = await work.write(authoring.start_version, course_id)
    response.headers["location"] = f"/api/v1/companies/{work.company_id}/courses/{course_id}/versions/{version.id}"
    return _answer(version, response)


@router.get("/{course_version_id}", **op("get_course_version", "Read a version with all that it says", _READ))
async def get_version(version: OneCourseVersion, response: Response) -> CourseContentOut:
    found = await version.read_slow(catalogue.written)
    tagged(response, found.version.row_version)
    return _content(found)


@router.patch(
    "/{course_version_id}",
    **op("update_course_version", "Change what a draft asks, and its title", _WRITE, refuses=(409, 412, 428)),
)
async def update_version(
    version: OneCourseVersion, body: CourseVersionChange, row_version: IfMatch, response: Response
) -> CourseVersionOut:
    return _answer(await version.write(authoring.change_version, row_version, body), response)


@router.delete(
    "/{course_version_id}",
    status_code=204,
    **op("discard_course_version", "Throw a draft away", _WRITE, refuses=(409,)),
)
async def discard_version(version: OneCourseVersion) -> None:
    await version.write(authoring.discard)


@router.post(
    "/{course_version_id}/lessons",
    status_code=201,
    **op("create_lesson", "Add a lesson to a draft, at its end", _WRITE, refuses=(409,)),
)
async def create_lesson(version: OneCourseVersion, body: LessonIn, response: Response) -> LessonOut:
    lesson = await version.write(authoring.add_lesson, body)
    response.headers["location"] = f"{version.address}/lessons/{lesson.key}"
    return _lesson(lesson, response)


@router.get("/{course_version_id}/lessons/{lesson_key}", **op("get_lesson", "Read a lesson with its questions", _READ))
async def get_lesson(version: OneCourseVersion, lesson_key: PathId, response: Response) -> LessonOut:
    return _lesson(await version.read_slow(catalogue.lesson, lesson_key), response)


@router.put(
    "/{course_version_id}/lessons/{lesson_key}",
    **op("put_lesson", "Write a lesson of a draft with its questions", _WRITE, refuses=(409, 412, 428)),
)
async def put_lesson(
    version: OneCourseVersion, lesson_key: PathId, body: LessonIn, seen: IfMatchFingerprint, response: Response
) -> LessonOut:
    return _lesson(await version.write(authoring.write_lesson, lesson_key, seen, body), response)


@router.delete(
    "/{course_version_id}/lessons/{lesson_key}",
    status_code=204,
    **op("remove_lesson", "Take a lesson out of a draft", _WRITE, refuses=(409,)),
)
async def remove_lesson(version: OneCourseVersion, lesson_key: PathId) -> None:
    await version.write(authoring.remove_lesson, lesson_key)


@router.put(
    "/{course_version_id}/lesson_order",
    status_code=204,
    **op("put_lesson_order", "Put the lessons of a draft in another order", _WRITE, refuses=(409,)),
)
async def put_order(version: OneCourseVersion, body: LessonOrderIn) -> None:
    await version.write(authoring.order_lessons, body)


@router.get(
    "/{course_version_id}/checklist",
    **op("get_course_checklist", "See what keeps a version from publication", _READ),
)
async def get_checklist(request: Request, version: OneCourseVersion) -> ChecklistOut:
    return checklist(request, (await version.read_slow(catalogue.written)).shortcomings)


@router.post(
    "/{course_version_id}/publish",
    **op("publish_course_version", "Publish a draft and enrol whom the course is for", _WRITE, refuses=(409,)),
)
async def publish(version: OneCourseVersion, body: PublishCourseIn, response: Response) -> CourseVersionOut:
    return _answer(await version.write(publishing.publish, body), response)


@router.post(
    "/{course_version_id}/withdraw",
    **op("withdraw_course_version", "Take a published version back", _WRITE, refuses=(409,)),
)
async def withdraw(version: OneCourseVersion, body: WithdrawCourseIn, response: Response) -> CourseVersionOut:
    return _answer(await version.write(publishing.withdraw, body), response)


def _answer(version: CourseVersion, response: Response) -> CourseVersionOut:
    tagged(response, version.row_version)
    return CourseVersionOut.model_validate(version)


def _lesson(lesson: WrittenLesson, response: Response) -> LessonOut:
    answer = LessonOut.of(lesson)
    tagged(response, answer.sha256)
    return answer


def _content(found: Written) -> CourseContentOut:
    facts = CourseVersionOut.model_validate(found.version).model_dump()
    lessons = [LessonOut.of(lesson) for lesson in found.content.lessons]
    return CourseContentOut(**facts, sha256=found.sha256, texts=found.content.texts, lessons=lessons)
