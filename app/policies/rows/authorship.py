"""Who wrote on a version, and who may therefore not approve it alone."""

from sqlmodel import col, select

from app.authz import ActorKind, Role
from app.context import Ctx
from app.models import RoleGrant, VersionAuthor
from app.roster import employment
from app.rules import versions


def authors(ctx: Ctx, version_id: str) -> set[str]:
    """Return the ids of everybody who wrote on a version."""
    return set(ctx.session.scalars(select(VersionAuthor.actor_id).where(VersionAuthor.version_id == version_id)))


def people_who_wrote(ctx: Ctx, version_id: str) -> set[str]:
    """Return the ids of the people who changed a version, of the company and of its agency, without API clients."""
    wanted = select(VersionAuthor.actor_id).where(
        VersionAuthor.version_id == version_id,
        col(VersionAuthor.actor_kind).in_([ActorKind.PERSON, ActorKind.AGENCY_MEMBER]),
    )
    return set(ctx.session.scalars(wanted))


def owners(ctx: Ctx) -> set[str]:
    """Return the ids of the people who own the company and work in it today."""
    here = employment.works_here(ctx.company_id, col(RoleGrant.person_id), ctx.today)
    return set(ctx.session.scalars(select(RoleGrant.person_id).where(RoleGrant.role == Role.OWNER, here)))


def is_sole_author(ctx: Ctx, version_id: str) -> bool:
    """Tell whether the actor must leave the approval of a version to another person.

    They wrote it alone, or they are an API client and fewer than two people have worked on it.
    """
    wrote, by_api_client = people_who_wrote(ctx, version_id), ctx.actor.kind is ActorKind.CLIENT
    return not versions.may_approve(ctx.actor.id, wrote, owners(ctx), by_api_client=by_api_client)
