"""What an employee's first page says of training: the course to go on with."""

from dataclasses import dataclass

from app.context import Ctx
from app.roster.next_thing import NextThing
from app.training.queries import courses
from app.training.queries.courses import OwnCourse, TakenCourse, TakenLesson
from app.training.rules.enrolment import DONE, PENDING

# Beside what the policies have: after a text to read, before a question that waits. Where no course is left, they say
# what there is to say.
_TO_TAKE, _NOTHING = 15, 60


@dataclass(frozen=True, slots=True)
class Home:
    """The course to take next, with its next lesson (None if the quiz is next), and the courses after it.

    ``passed`` says that courses were finished and none is left.
    """

    course: TakenCourse | None
    lesson: TakenLesson | None
    later: list[OwnCourse]
    passed: bool

    @property
    def href(self) -> str:
        """Return where to go on: the next lesson, or the course that leads to its quiz."""
        if self.course is None:
            return "/courses" if self.passed else ""
        place = f"/lessons/{self.lesson.key}" if self.lesson and self.course.takes else ""
        return f"/courses/{self.course.id}{place}?language={self.course.language}"


def next_thing(ctx: Ctx, language: str) -> NextThing:
    """Return what training has for the actor; NotFound for actors who are none of the company's people."""
    ctx.require_person()
    found = home(ctx, language)
    return NextThing(
        rank=_TO_TAKE if found.course else _NOTHING,
        pending=found.course is not None,
        done=found.passed,
        template="training/home/next.html",
        bead="training/home/bead.html",
        href=found.href,
        facts=found,
    )


def home(ctx: Ctx, language: str) -> Home:
    """Return the course that is due first of those that the actor was asked to take and can take now."""
    ctx.require_person()
    own = courses.own(ctx, language)
    to_take = [one for one in own if one.state in PENDING and not one.withdrawn]
    if not to_take:
        return Home(None, None, [], passed=any(one.state in DONE for one in own))
    taken = courses.course(ctx, to_take[0].id, [language])
    lesson = next((one for one in taken.lessons if one.now), None)
    return Home(taken, lesson, to_take[1:], passed=False)
