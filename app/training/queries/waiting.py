"""What waits for the actor in training."""

from collections.abc import Mapping

from app.authz import Permission
from app.context import Ctx
from app.roster.waiting import Waiting
from app.training.queries import coverage, help_wanted
from app.wording import N_, NN_

_PATH = "/company/training"
_ASKS = NN_("person asks for help with a course", "people ask for help with a course")
_LATE = NN_("person is late with a course", "people are late with a course")
_UNREAD = NN_("person reads none of a course’s languages", "people read none of a course’s languages")


def waiting(ctx: Ctx) -> list[Waiting]:
    """Return who asks for help, who is late and who cannot read a course, for actors who see names and may act."""
    ctx.require(Permission.READ_COMPANY)
    sees_names = ctx.actor.may_see_names(Permission.READ_ENROLMENTS)
    if not sees_names or not ctx.actor.may(Permission.WRITE_TRAINING):
        return []
    found = coverage.to_see_to(ctx)
    asks = Waiting(help_wanted.number(ctx), _ASKS, N_("Get in touch"), f"{_PATH}/help", _PATH)
    every = [asks, _waiting(found.late, _LATE, "overdue"), _waiting(found.unread, _UNREAD, "language")]
    return [one for one in every if one.count]


def _waiting(people: Mapping[str, int], words: tuple[str, str], standing: str) -> Waiting:
    """Return them with the list of the one course that this is about, or the overview of several."""
    one = next(iter(people)) if len(people) == 1 else None
    place = f"{_PATH}/courses/{one}/pending?standing={standing}" if one else _PATH
    return Waiting(sum(people.values()), words, N_("See who"), place, _PATH)
