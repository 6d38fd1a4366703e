"""The list of those who still have to answer as HR works with it: found, sorted, counted, and chosen from."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.keyset import Asked, Found
from app.duties.rows import owing
from app.duties.rows.owing import Owed
from app.models import Assignment, Person
from app.policies.queries import coverage_people
from app.policies.rows import published
from app.policies.rows.asked import owed
from app.policies.rows.notices import ASSIGNMENTS
from app.policies.rules.assignment import PENDING, AssignmentState
from app.policies.rules.published import PublishedVersion, pick
from app.policies.schemas.coverage import ChosenPending, PendingFilter
from app.roster.lists import teams


@dataclass(frozen=True, slots=True)
class PendingList:
    """One part of the list, about ``version``, with the teams and versions that its page offers."""

    version: PublishedVersion
    versions: list[PublishedVersion]
    found: Found
    people: list[Any]
    teams: list[tuple[str, str]]


def part(ctx: Ctx, wanted: PendingFilter, asked: Asked) -> PendingList:
    """Return a part of those who still have to answer; NotFound where nothing is published."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    versions = published.published(ctx)
    version = pick(versions, wanted.version)
    has_question = col(Assignment.state) == AssignmentState.QUESTION
    found = owing.find(ctx, ASSIGNMENTS, wanted, _owed(ctx, version, wanted), has_question, asked)
    return PendingList(
        version=version,
        versions=versions,
        found=found,
        people=found.in_order(coverage_people.pending_among(ctx, version, found.ids), "person_id"),
        teams=teams(ctx),
    )


def chosen(ctx: Ctx, choice: ChosenPending) -> dict[str, str]:
    """Return the names of those chosen by the id of what is asked of them (duties/rows/owing.py)."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return owing.chosen(ctx, ASSIGNMENTS, choice, _owed_by_choice(ctx, choice))


def chosen_people(ctx: Ctx, choice: ChosenPending) -> dict[str, str]:
    """Do the same by the id of the person."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return owing.chosen(ctx, ASSIGNMENTS, choice, _owed_by_choice(ctx, choice), col(Person.id))


def version(ctx: Ctx, version_id: str | None) -> PublishedVersion:
    """Return the version that a list or a choice is about: this one, else the present one."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return pick(published.published(ctx), version_id)


def _owed_by_choice(ctx: Ctx, choice: ChosenPending) -> Owed:
    return _owed(ctx, version(ctx, choice.version), choice) if choice.everything else []


def _owed(ctx: Ctx, version: PublishedVersion, wanted: PendingFilter) -> Owed:
    return owed(ctx, version.id, [AssignmentState.QUESTION] if wanted.standing == "question" else PENDING)
