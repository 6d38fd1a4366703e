"""What waits for the actor in the policy pillar."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import PolicyVersion, VersionAuthor
from app.policies.queries import coverage
from app.policies.rows.authorship import is_sole_author
from app.policies.rules.version import VersionState
from app.roster.waiting import Waiting
from app.wording import N_, NN_

_POLICIES, _COVERAGE, _APPROVALS = "/company/policies", "/company/policies/coverage", "/company/policies/approvals"
_IN_THE_MAKING = (VersionState.DRAFT, VersionState.IN_APPROVAL, VersionState.APPROVED)


def waiting(ctx: Ctx) -> list[Waiting]:
    """Return what the actor can decide, finish, publish or resolve, the most pressing first."""
    ctx.require(Permission.READ_COMPANY)
    versions = _in_the_making(ctx) if ctx.actor.may(Permission.READ_POLICIES) else []
    found = [*_to_resolve(ctx), *_of_versions(ctx, versions)]
    return [one for one in found if one.count]


def _of_versions(ctx: Ctx, versions: list[PolicyVersion]) -> Iterator[Waiting]:
    if ctx.actor.may(Permission.APPROVE_POLICIES):
        to_approve = [
            one for one in versions if one.state is VersionState.IN_APPROVAL and not is_sole_author(ctx, one.id)
        ]
        words = NN_("version waits for your decision", "versions wait for your decision")
        yield Waiting(len(to_approve), words, N_("Look and decide"), _APPROVALS, _APPROVALS)
    if ctx.actor.may(Permission.WRITE_POLICIES):
        returned = _returned_to_the_actor(ctx, versions)
        words = NN_("version was returned to you for changes", "versions were returned to you for changes")
        yield Waiting(len(returned), words, N_("Read why"), _page(returned, "edit"), _POLICIES)
    if ctx.actor.may(Permission.PUBLISH_POLICIES):
        approved = [one for one in versions if one.state is VersionState.APPROVED]
        words = NN_("version is approved and not published", "versions are approved and not published")
        yield Waiting(len(approved), words, N_("Publish"), _page(approved, "publish"), _POLICIES)


def _to_resolve(ctx: Ctx) -> Iterator[Waiting]:
    """Return the questions and the overdue of what people are asked to read now, for actors who see names."""
    sees_names = ctx.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS)
    if not sees_names or not ctx.actor.may(Permission.RECORD_ACKNOWLEDGEMENTS):
        return
    counts = [coverage.counts(ctx, version) for version in coverage.published(ctx) if version.asked]
    questions = sum(one.questions + one.declined for one in counts if one)
    words = NN_("question or refusal to look at", "questions or refusals to look at")
    yield Waiting(questions, words, N_("Answer them"), f"{_POLICIES}/questions", _COVERAGE)
    overdue = sum(one.overdue for one in counts if one)
    words = NN_("person is late with a policy", "people are late with a policy")
    yield Waiting(overdue, words, N_("See who"), f"{_POLICIES}/pending", _COVERAGE)


def _in_the_making(ctx: Ctx) -> list[PolicyVersion]:
    wanted = select(PolicyVersion).where(col(PolicyVersion.state).in_(_IN_THE_MAKING))
    return list(ctx.session.scalars(wanted.order_by(col(PolicyVersion.id))))


def _returned_to_the_actor(ctx: Ctx, versions: list[PolicyVersion]) -> list[PolicyVersion]:
    returned = [one for one in versions if one.state is VersionState.DRAFT and one.submitted_at is not None]
    wanted = select(col(VersionAuthor.version_id)).where(
        col(VersionAuthor.actor_id) == ctx.actor.id, col(VersionAuthor.version_id).in_([one.id for one in returned])
    )
    own = set(ctx.session.scalars(wanted)) if returned else set()
    return [one for one in returned if one.id in own]


def _page(versions: list[PolicyVersion], name: str) -> str:
    """Return where one version is dealt with, or where all of them are listed."""
    return f"{_POLICIES}/versions/{versions[0].id}/{name}" if len(versions) == 1 else _POLICIES
