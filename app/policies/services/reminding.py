"""Writing to people about the versions they are asked to read."""

from app.authz import Permission
from app.context import Ctx
from app.duties.services import reminding
from app.duties.services.reminding import Mailing, Reminded
from app.errors import Conflict
from app.platform.outbox import JobKind
from app.policies.rows import policies, published
from app.policies.rows.notices import ASSIGNMENTS
from app.policies.rules.version import ON_SHOW
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
    published.version(ctx, version_id)
    if policies.version(ctx, version_id).state not in ON_SHOW:
        raise Conflict("not_asked", N_("Nobody is asked to read this version any more. Remind about the present one."))
    return reminding.remind_now(ctx, MAILING, version_id, team_id, following)


def remind_due(ctx: Ctx, version_id: str = "", following: str = "") -> None:
    """Decide for each pending assignment whether a reminder is due, or HR is told; asked every hour.

    Without a version: for every internal policy that people are asked to read now.
    """
    versions = [version_id] if version_id else [version.id for version in policies.current_internal(ctx)]
    for one in versions:
        reminding.remind_due(ctx, MAILING, one, following)
