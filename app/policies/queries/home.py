"""What an employee's first page says: what was asked of them, and the one next thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import Assignment, Person, Policy, PolicyVersion
from app.policies.rows import asked
from app.policies.rules.assignment import READ, AssignmentState
from app.policies.rules.version import VersionState
from app.roster.next_thing import NextThing
from app.rules.versions import Label


class Step(StrEnum):
    """What a person still has to do with each policy, the most pressing first."""

    ANSWERED = "answered"
    READ = "read"
    WAITING = "waiting"
    DECLINED = "declined"
    DONE = "done"
    NOTHING = "nothing"


_URGENCY = {step: position * 10 for position, step in enumerate(Step)}  # what other parts have stands in between
_STEPS = {
    AssignmentState.OPEN: Step.READ,
    AssignmentState.QUESTION: Step.WAITING,
    AssignmentState.DECLINED: Step.DECLINED,
    AssignmentState.ACKNOWLEDGED: Step.DONE,
    AssignmentState.RECORDED_ON_PAPER: Step.DONE,
    AssignmentState.EXCUSED: Step.DONE,
}

_ASKED = Prepared(
    select(
        col(PolicyVersion.policy_id),
        col(PolicyVersion.major),
        col(PolicyVersion.minor),
        col(PolicyVersion.effective_on),
        col(Assignment.state),
        col(Assignment.due_on),
        col(Assignment.answered_at),
        (col(Assignment.reply) != "").label("has_reply"),
        col(Person.email).is_not(None).label("has_email"),
        col(Policy.name),
    )
    .where(
        in_company(Assignment),
        in_company(Person),
        in_company(PolicyVersion),
        in_company(Policy),
        col(Assignment.person_id) == bindparam("person_id"),
        col(Person.id) == bindparam("person_id"),
        col(Assignment.state) != AssignmentState.CANCELLED,
        asked.standing() != AssignmentState.SUPERSEDED,
        col(PolicyVersion.id) == col(Assignment.version_id),
        col(PolicyVersion.state) != VersionState.WITHDRAWN,
        col(Policy.id) == col(PolicyVersion.policy_id),
    )
    .order_by(col(Assignment.due_on), col(Assignment.id))
)


@dataclass(frozen=True, slots=True)
class Home:
    """The step to take next, the policy it is about (none if nothing was asked), and what waits after it.

    ``known`` is the label of the last version of that policy that the person has read, or None.
    """

    step: Step
    duty: Any | None
    later: list[Any]
    known: Label | None
    today: date

    @property
    def href(self) -> str:
        """Return where the policy is read; empty if nothing was asked."""
        if self.duty is None:
            return ""
        return f"/policies/{self.duty.policy_id}{'#answer' if self.step is Step.ANSWERED else ''}"


def next_thing(ctx: Ctx) -> NextThing:
    """Return what the policies have for the actor; NotFound for actors who are none of the company's people."""
    ctx.require_person()
    found = home(ctx)
    pending = found.step not in {Step.DONE, Step.NOTHING}
    return NextThing(
        rank=_URGENCY[found.step],
        pending=pending,
        done=found.step is Step.DONE,
        template="policies/home/next.html",
        bead="policies/home/bead.html",
        href=found.href,
        facts=found,
    )


def home(ctx: Ctx) -> Home:
    """Return the employee's home of the actor; NotFound for anyone who is not one of the company's people."""
    person_id = ctx.require_person()
    rows = _ASKED(ctx.session, person_id=person_id)
    if not rows:
        return Home(Step.NOTHING, None, [], None, ctx.today)
    duty = min(rows, key=_rank)
    later = [row for row in rows if row is not duty and row.state is AssignmentState.OPEN]
    return Home(_step(duty), duty, later, _known(rows, duty), ctx.today)


def _rank(row: Any) -> tuple[int, int]:
    """Rank what is unsettled by its last day, what is done by how recent it is."""
    step = _step(row)
    days = row.due_on.toordinal()
    return _URGENCY[step], -days if step is Step.DONE else days


def _step(row: Any) -> Step:
    step = _STEPS[row.state]
    return Step.ANSWERED if step is Step.READ and row.has_reply else step


def _known(rows: Sequence[Any], duty: Any) -> Label | None:
    read = (Label(row.major, row.minor) for row in rows if row.policy_id == duty.policy_id and row.state in READ)
    return max(read, default=None)
