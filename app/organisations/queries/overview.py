"""A company at a glance, composed from what each pillar says in one line: what waits, and the one next thing."""

from dataclasses import dataclass

from app.authz import Permission
from app.context import Ctx
from app.policies.queries import coverage
from app.policies.queries import home as policies_home
from app.policies.queries import waiting as policies_waiting
from app.policies.rows.policies import has_policies
from app.roster.next_thing import NextThing
from app.roster.people import has_colleagues
from app.roster.waiting import Waiting
from app.training.queries import coverage as training_coverage
from app.training.queries import home as training_home
from app.training.queries import waiting as training_waiting
from app.training.queries.coverage import CourseLine


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """How far the version that people are asked to read has come; ``done`` is None for a group too small to tell."""

    name: str
    label: str
    done: int | None
    asked: int
    version_id: str


def waiting(ctx: Ctx) -> list[Waiting]:
    """Return what waits for the actor in every pillar."""
    ctx.require(Permission.READ_COMPANY)
    return [*policies_waiting.waiting(ctx), *training_waiting.waiting(ctx)]


def missing(ctx: Ctx) -> str:
    """Return what comes next on the way to a first published policy: ``people``, ``policy`` or its ``version``."""
    ctx.require(Permission.READ_COMPANY)
    if not has_colleagues(ctx):
        return "people"
    return "version" if has_policies(ctx) else "policy"


def policies(ctx: Ctx) -> list[PolicyStanding]:
    """Return where each policy stands that people are asked to read; nothing for actors who may not see counts."""
    ctx.require(Permission.READ_COMPANY)
    if not ctx.actor.may(Permission.SUMMARISE_ACKNOWLEDGEMENTS):
        return []
    found = []
    for version in coverage.published(ctx):
        if version.asked:
            counts = coverage.counts(ctx, version)
            done, asked = (counts.acknowledged, counts.asked) if counts else (None, 0)
            found.append(PolicyStanding(version.policy, version.label, done, asked, version.id))
    return found


def courses(ctx: Ctx) -> list[CourseLine]:
    """Return how far each mandatory course has come; nothing for actors who may not see counts."""
    ctx.require(Permission.READ_COMPANY)
    if not ctx.actor.may(Permission.READ_TRAINING):
        return []
    return [line for line in training_coverage.overview(ctx) if line.course.mandatory]


def next_things(ctx: Ctx, language: str) -> list[NextThing]:
    """Return what each pillar has for the actor as one of the company's people, in the order of the chain.

    NotFound if they are none of them.
    """
    ctx.require_person()
    return [policies_home.next_thing(ctx), training_home.next_thing(ctx, language)]
