"""Writing to people about the versions they are asked to read."""

from collections.abc import Sequence

from app.authz import Permission
from app.context import Ctx
from app.duties.services import reminding
from app.duties.services.reminding import Mailing, Reminded
from app.errors import Conflict, DomainError
from app.platform.outbox import JobKind
from app.policies.rows import policies, published
from app.policies.rows.notices import ASSIGNMENTS
from app.wording import N_

MAILING = Mailing(
    ASSIGNMENTS,
    notice=JobKind.PUBLISHED_MAIL,
    reminder=JobKind.REMINDER_MAIL,
    escalation=JobKind.ESCALATION_MAIL,
    next_reminders=JobKind.REMIND,
    next_reminders_now=JobKind.REMIND_NOW,
)


def announce(ctx: Ctx, version_id: str, first: str, last: str) -> None:
    """Tell those newly asked, from person to person, that there is something to read. Twice is once."""
    reminding.announce(ctx, MAILING, version_id, first, last)


def remind_now(ctx: Ctx, version_id: str, team_id: str | None = None, following: str = "") -> Reminded:
    """Remind those who still have to read a version; Conflict if it is not on show any more."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    _refuse_unless_on_show(ctx, version_id)
    return reminding.remind_now(ctx, MAILING, version_id, team_id, following)


def remind_chosen(ctx: Ctx, version_id: str, assignment_ids: Sequence[str]) -> dict[str, DomainError]:
    """Remind the people of these assignments; return why no mail goes out by the id of the assignment."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    _refuse_unless_on_show(ctx, version_id)
    return reminding.remind_chosen(ctx, MAILING, version_id, assignment_ids)


def remind_due(ctx: Ctx, version_id: str = "", following: str = "") -> None:
    """Decide for each pending assignment whether a reminder is due, or HR is told; asked every hour.

    Without a version: for every internal policy that people are asked to read now.
    """
    versions = [version_id] if version_id else [version.id for version in policies.current_internal(ctx)]
    for one in versions:
        reminding.remind_due(ctx, MAILING, one, following)


def _refuse_unless_on_show(ctx: Ctx, version_id: str) -> None:
    if not published.version(ctx, version_id).current:
        raise Conflict("not_asked", N_("Nobody is asked to read this version any more. Remind about the present one."))
