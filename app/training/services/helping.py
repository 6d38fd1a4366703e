"""Asking for help with a course. That somebody asks is all that others learn: neither why, nor how far they are."""

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import Enrolment
from app.platform import audit
from app.platform.audit import Act
from app.training.rows import enrolments
from app.training.rules.enrolment import UNFINISHED
from app.training.services import taking
from app.wording import N_


def ask(ctx: Ctx, course_id: str) -> Enrolment:
    """Ask the people who look after training to talk a course over. Twice is once.

    Conflict ``course_finished`` for a course that the actor has passed, or is exempt from.
    """
    ctx.require(Permission.TAKE_COURSES)
    enrolment = taking.own(ctx, course_id)
    if enrolment.state not in UNFINISHED:
        raise Conflict("course_finished", N_("You have finished this course: there is nothing left to ask about."))
    if enrolment.help_asked_at is None:
        enrolment.help_asked_at = ctx.now
        audit.record(ctx, Act.HELP_ASKED, enrolment.id)
    return enrolment


def take_back(ctx: Ctx, course_id: str) -> None:
    """Take back that help is wanted; nobody is told."""
    ctx.require(Permission.TAKE_COURSES)
    taking.own(ctx, course_id).help_asked_at = None


def settle(ctx: Ctx, enrolment_id: str) -> None:
    """Note that somebody spoke with the person who asked. Twice is once."""
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    enrolment = enrolments.held(ctx, enrolment_id)
    if enrolment.help_asked_at is not None:
        enrolment.help_asked_at = None
        audit.record(ctx, Act.HELP_GIVEN, enrolment.id)
