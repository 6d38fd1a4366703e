"""Taking a course: lessons, quiz, passing once, and what new versions leave of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.authz import Role
from app.context import Ctx
from app.errors import Conflict, Invalid, NotFound
from app.models import CoursePrerequisite, CourseVersion, Enrolment, QuizAttempt, TrainingEvent
from app.training.rows import enrolments, lessons
from app.training.rules import attempt as rules
from app.training.rules.course import Asks, CourseState
from app.training.rules.enrolment import EnrolmentState
from app.training.rules.progress import Progress
from app.training.services import attempting, enrolling, taking
from tests.training.courses import ALL_KINDS, lessons_of, next_version, published
from tests.training.services.test_enrolling import enrolled, happened, set_state
from tests.world import NOW, TODAY, World

A_DAY = timedelta(days=1)


async def keys(world: World, version: CourseVersion) -> list[str]:
    return [lesson.key for lesson in await world.system().read(lessons_of, version.id)]


async def do_lessons(world: World, version: CourseVersion, *positions: int, who: str = "employee") -> Progress:
    known = await keys(world, version)
    for position in positions or range(len(known)):
        done = await world.act(who).write(taking.finish_lesson, version.course_id, known[position], "it")
    return done


async def progress(world: World, course_id: str, who: str = "employee") -> Progress:
    row = (await enrolled(world, course_id))[who]
    return await world.system().read(lessons.how_far, row)


def right(question: Any) -> list[str]:
    return ["portavoce!"] if question["kind"] == "short_text" else question["right"]


def wrong(question: Any) -> list[str]:
    given = {"short_text": ["Altro"], "ordering": ["a", "b", "c"], "true_false": ["false"]}
    return given.get(question["kind"], ["c"])


async def answer_all(world: World, attempt: QuizAttempt, give: Any = right, who: str = "employee") -> QuizAttempt:
    for question in attempt.questions:
        act = world.act(who)
        attempt = await act.write(attempting.answer, attempt.id, question["id"], give(question), "it")
    return attempt


async def try_quiz(world: World, version: CourseVersion, give: Any = right, who: str = "employee") -> QuizAttempt:
    attempt = await world.act(who).write(attempting.begin, version.course_id)
    return await answer_all(world, attempt, give, who)


async def state_of(world: World, course_id: str, who: str = "employee") -> EnrolmentState:
    return (await enrolled(world, course_id))[who].state


async def test_a_course_is_taken_lesson_by_lesson_and_passed_with_its_quiz(world: World) -> None:
    version = await published(world, questions=ALL_KINDS)
    done = await do_lessons(world, version, 0)
    assert (done.lessons_done, done.lessons, done.percent) == (1, 3, 33)
    assert await state_of(world, version.course_id) is EnrolmentState.IN_PROGRESS
    with pytest.raises(Conflict, match="lessons_first"):
        await world.act("employee").write(attempting.begin, version.course_id)
    await do_lessons(world, version)
    attempt = await try_quiz(world, version)
    assert attempt.passed is True
    row = (await enrolled(world, version.course_id))["employee"]
    assert (row.state, row.answered_at) == (EnrolmentState.PASSED, NOW)
    assert (await happened(world, row.id)).count("passed") == 1
    with pytest.raises(Conflict, match="already_passed"):
        await world.act("employee").write(attempting.begin, version.course_id)


async def test_a_lesson_done_twice_is_done_once_and_the_language_may_change(world: World) -> None:
    version = await published(world)
    (first, *_rest) = await keys(world, version)
    act = world.act("employee")
    for language in ("it", "en", "en"):
        done = await act.write(taking.finish_lesson, version.course_id, first, language)
    assert done.lessons_done == 1
    row = (await enrolled(world, version.course_id))["employee"]
    assert (await happened(world, row.id)).count("lesson_done") == 1


async def test_a_lesson_finished_in_two_windows_at_once_is_done_once(world: World) -> None:
    version = await published(world)
    (first, *_rest) = await keys(world, version)
    acts = [
        world.act("employee").write(taking.finish_lesson, version.course_id, first, language)
        for language in ("it", "en", "it", "en")
    ]
    assert {done.lessons_done for done in await asyncio.gather(*acts)} == {1}


async def test_the_last_answer_sent_twice_at_once_passes_once(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)
    last = attempt.questions[-1]
    for question in attempt.questions[:-1]:
        await world.act("employee").write(attempting.answer, attempt.id, question["id"], right(question), "it")
    given = [right(last), wrong(last), right(last)]
    acts = [world.act("employee").write(attempting.answer, attempt.id, last["id"], one, "it") for one in given]
    answers = {str(done.answers[last["id"]]) for done in await asyncio.gather(*acts)}
    assert len(answers) == 1
    row = (await enrolled(world, version.course_id))["employee"]
    assert (await happened(world, row.id)).count("passed") == (row.state is EnrolmentState.PASSED)


async def test_a_failed_quiz_raises_nothing_and_may_be_tried_again(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version, 0)
    before = await progress(world, version.course_id)
    await do_lessons(world, version)
    attempt = await try_quiz(world, version, wrong)
    assert attempt.passed is False
    assert rules.to_read_again(attempt.questions, attempt.answers) == {(await keys(world, version))[0]}
    assert await state_of(world, version.course_id) is EnrolmentState.IN_PROGRESS
    assert before.percent <= (await progress(world, version.course_id)).percent <= 100
    again = await try_quiz(world, version)
    assert (again.number, again.passed) == (2, True)


async def test_a_failed_quiz_of_a_lesson_does_not_raise_the_percentage_and_a_passed_one_does(world: World) -> None:
    version = await published(world, own_quiz=True)
    (first, *_rest) = await keys(world, version)
    with pytest.raises(Conflict, match="own_quiz"):
        await world.act("employee").write(taking.finish_lesson, version.course_id, first, "it")
    attempt = await world.act("employee").write(attempting.begin, version.course_id, first)
    await answer_all(world, attempt, wrong)
    assert (await progress(world, version.course_id)).percent == 0
    attempt = await world.act("employee").write(attempting.begin, version.course_id, first)
    await answer_all(world, attempt)
    assert (await progress(world, version.course_id)).lessons_done == 1
    await do_lessons(world, version, 1, 2)  # without a final quiz the last lesson passes the course
    assert await state_of(world, version.course_id) is EnrolmentState.PASSED
    with pytest.raises(NotFound):
        await world.act("colleague").write(attempting.begin, version.course_id, _rest[0])
    with pytest.raises(NotFound):
        await world.act("colleague").write(attempting.begin, version.course_id)


async def test_the_attempts_of_a_course_can_be_limited(world: World) -> None:
    version = await published(world, max_attempts=1)
    await do_lessons(world, version)
    begun = await world.act("employee").write(attempting.begin, version.course_id)
    resumed = await world.act("employee").write(attempting.begin, version.course_id)
    assert begun.id == resumed.id
    await answer_all(world, begun, wrong)
    with pytest.raises(Conflict, match="no_attempts_left"):
        await world.act("employee").write(attempting.begin, version.course_id)


async def test_an_attempt_is_scored_by_the_questions_and_the_score_of_its_beginning(world: World) -> None:
    version = await published(world, passing_score=50)
    await do_lessons(world, version)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)

    def stricter(ctx: Ctx) -> None:
        ctx.session.get_one(CourseVersion, (ctx.company_id, version.id)).passing_score = 100

    await world.system().write(stricter)
    half = {question["id"] for question in attempt.questions[:2]}
    done = await answer_all(world, attempt, lambda question: (right if question["id"] in half else wrong)(question))
    assert done.passed is True


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("single", [], "nothing_answered"),
        ("short_text", ["  "], "nothing_answered"),
        ("single", ["z"], "unknown_option"),
        ("multiple", ["a", "a"], "unknown_option"),
        ("ordering", ["a", "b"], "order_incomplete"),
    ],
)
async def test_what_is_no_answer_is_refused_with_what_to_do(
    world: World, kind: str, given: list[str], code: str
) -> None:
    version = await published(world, questions=ALL_KINDS)
    await do_lessons(world, version)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)
    question = next(one for one in attempt.questions if one["kind"] == kind)
    with pytest.raises(Invalid) as refused:
        await world.act("employee").write(attempting.answer, attempt.id, question["id"], given, "it")
    assert refused.value.errors[0].code == code


async def test_nobody_answers_for_another_or_what_was_not_asked(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)
    question = attempt.questions[0]
    with pytest.raises(NotFound):
        await world.act("hr").write(attempting.answer, attempt.id, question["id"], ["a"], "it")
    with pytest.raises(NotFound):
        await world.act("employee").write(attempting.answer, attempt.id, attempt.id, ["a"], "it")
    with pytest.raises(NotFound):
        await do_lessons(world, await published(world, audience=[{"role": Role.OWNER}]))
    with pytest.raises(NotFound):
        await world.act("employee").write(taking.finish_lesson, version.course_id, attempt.id, "it")


async def test_an_answer_after_the_withdrawal_is_refused_with_what_to_do(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)

    def withdraw(ctx: Ctx) -> None:
        ctx.session.get_one(CourseVersion, (ctx.company_id, version.id)).state = CourseState.WITHDRAWN

    await world.system().write(withdraw)
    with pytest.raises(Conflict, match="course_withdrawn"):
        await answer_all(world, attempt)


async def test_a_new_version_takes_people_along_and_keeps_the_lessons_that_count(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version, 0, 1)
    second = await next_version(world, version.course_id, asks=Asks.REFRESHER, changed=(1,), lessons=4)
    far = await progress(world, version.course_id)
    assert (far.lessons_done, far.lessons) == (1, 4)
    await do_lessons(world, second)
    attempt = await world.act("employee").write(attempting.begin, version.course_id)
    await next_version(world, version.course_id)
    with pytest.raises(Conflict, match="course_changed"):
        await answer_all(world, attempt)


async def test_a_lesson_that_is_added_never_makes_more_than_a_hundred_per_cent(world: World) -> None:
    version = await published(world, questions=())
    await do_lessons(world, version)
    assert await state_of(world, version.course_id) is EnrolmentState.PASSED
    assert (await progress(world, version.course_id)).percent == 100
    second = await next_version(world, version.course_id, asks=Asks.REFRESHER, lessons=5, questions=())
    assert (await progress(world, version.course_id)).percent == 60
    await do_lessons(world, second, 3, 4)
    assert (await progress(world, version.course_id)).percent == 100
    third = await next_version(world, version.course_id, lessons=2, questions=())
    await do_lessons(world, third)
    assert (await progress(world, version.course_id)).percent == 100


async def test_the_time_of_a_completion_never_moves(world: World) -> None:
    version = await published(world, questions=())
    await do_lessons(world, version)
    known = await keys(world, version)
    tomorrow = world.act("employee", NOW + A_DAY)
    await tomorrow.write(taking.finish_lesson, version.course_id, known[0], "it")
    await next_version(world, version.course_id, questions=())
    row = (await enrolled(world, version.course_id))["employee"]
    assert row.answered_at == NOW
    assert await world.system().write(lambda ctx: taking.complete(ctx, enrolments.held(ctx, row.id))) is False
    wanted = select(TrainingEvent.at).where(TrainingEvent.enrolment_id == row.id, TrainingEvent.kind == "passed")
    assert await world.system().read(lambda ctx: ctx.session.scalars(wanted).all()) == [NOW]


async def test_a_course_can_be_renewed_though_it_was_passed_and_is_then_taken_from_the_start(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version)
    await try_quiz(world, version)
    row = (await enrolled(world, version.course_id))["employee"]
    await world.system().write(enrolling.renew, row.id, TODAY + 30 * A_DAY)
    assert (await progress(world, version.course_id)).percent == 0
    await do_lessons(world, version)
    again = await try_quiz(world, version)
    assert (again.number, again.cycle, again.passed) == (2, 2, True)
    assert (await happened(world, row.id)).count("passed") == 2


async def test_another_course_that_comes_first_is_named(world: World) -> None:
    first = await published(world, name="Sicurezza", questions=())
    version = await published(world, questions=())

    def require(ctx: Ctx) -> None:
        ctx.session.add(CoursePrerequisite(course_id=version.course_id, required_id=first.course_id))

    await world.system().write(require)
    with pytest.raises(Conflict, match="prerequisite_missing") as refused:
        await do_lessons(world, version, 0)
    assert refused.value.params == {"name": "Sicurezza"}
    await do_lessons(world, first)
    await do_lessons(world, version)
    assert await state_of(world, version.course_id) is EnrolmentState.PASSED


async def test_whoever_is_exempt_or_cancelled_has_nothing_to_record(world: World) -> None:
    version = await published(world)
    rows = await enrolled(world, version.course_id)
    await set_state(world, rows["employee"].id, EnrolmentState.EXEMPTED)
    await set_state(world, rows["colleague"].id, EnrolmentState.CANCELLED)
    await do_lessons(world, version, 0)
    assert await happened(world, rows["employee"].id) == ["enrolled"]
    with pytest.raises(NotFound):
        await do_lessons(world, version, 0, who="colleague")


async def test_only_one_enrolment_whatever_language_and_version(world: World) -> None:
    version = await published(world)
    await do_lessons(world, version, 0)
    await next_version(world, version.course_id, languages=("en",))
    wanted = select(Enrolment).where(Enrolment.person_id == world.person["employee"])
    assert len(await world.system().read(lambda ctx: ctx.session.scalars(wanted).all())) == 1
