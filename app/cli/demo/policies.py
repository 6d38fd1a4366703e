"""The policies of the demo: what was written, approved, published and posted, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.cli.demo import firm
from app.cli.demo.story import ROME, Staff, Story
from app.context import Ctx
from app.models import PolicyKind, Site
from app.people.services import teams
from app.policies.rows import policies
from app.policies.schemas.policy import PolicyIn, TextIn, VersionIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import posting
from app.policies.services import publishing as policy_publishing


@dataclass(frozen=True, slots=True)
class Days:
    """How many days ago a version was begun, sent for approval, approved, and published."""

    begun: int
    submitted: int
    approved: int
    published: int


@dataclass(frozen=True, slots=True)
class Published:
    policy_id: str
    version_id: str
    at: datetime


async def first_version(
    story: Story, staff: Staff, roles: firm.Roles, days: Days, kind: PolicyKind = PolicyKind.INTERNAL
) -> Published:
    """Publish a first version from the guided template."""
    name = "Social media policy" if kind is PolicyKind.INTERNAL else "Netiquette"
    begun = story.person(staff, roles.hr, story.moment(days.begun, 9, 35))
    policy = await begun.write(policy_drafting.create_policy, PolicyIn(name=name, kind=kind))
    return await _version(story, staff, roles, days, policy.id)


async def second_version(story: Story, staff: Staff, roles: firm.Roles, days: Days, before: Published) -> Published:
    """Publish the version that says some things otherwise."""
    return await _version(story, staff, roles, days, before.policy_id, changed=True)


async def begin_policy(story: Story, staff: Staff, roles: firm.Roles, days: Days) -> None:
    """Leave a first version waiting for its approval."""
    begun = story.person(staff, roles.hr, story.moment(days.begun, 10, 15))
    policy = await begun.write(policy_drafting.create_policy, PolicyIn(name="Social media policy"))
    await begin_version(story, staff, roles, days, policy.id)


async def begin_version(
    story: Story, staff: Staff, roles: firm.Roles, days: Days, policy_id: str, *, material: bool = True
) -> None:
    """Leave the next version of a policy waiting for its approval."""
    begun = story.person(staff, roles.hr, story.moment(days.begun, 10, 15))
    facts = VersionIn(effective_on=story.today + timedelta(days=7), material=material)
    version = await begun.write(policy_drafting.create_version, policy_id, facts)
    await story.person(staff, roles.hr, story.moment(days.submitted, 16, 40)).write(policy_approval.submit, version.id)


async def post(story: Story, staff: Staff, hr: str, version: Published, site: str, place: str) -> None:
    """Record where a version hangs since the day it was published."""
    await story.person(staff, hr, version.at + timedelta(hours=3)).write(_posted, version, site, place)


async def _version(
    story: Story, staff: Staff, roles: firm.Roles, days: Days, policy_id: str, *, changed: bool = False
) -> Published:
    # Days at a weekend fall on the same Friday, so the times of day keep the order of the acts.
    at = story.moment(days.published, 14, 10)
    begun = story.person(staff, roles.hr, story.moment(days.begun, 9, 40))
    facts = VersionIn(effective_on=at.astimezone(ROME).date())
    version = await begun.write(policy_drafting.create_version, policy_id, facts)
    if changed:
        await begun.write(_rewrite, version.id)
    submitted = story.person(staff, roles.hr, story.moment(days.submitted, 10, 50))
    await submitted.write(policy_approval.submit, version.id)
    approved = story.person(staff, roles.owner, story.moment(days.approved, 11, 45))
    await approved.write(policy_approval.approve, version.id)
    await story.person(staff, roles.hr, at).write(policy_publishing.publish, version.id)
    return Published(policy_id, version.id, at)


def _rewrite(ctx: Ctx, version_id: str) -> None:
    for language, text in policies.texts(ctx, version_id).items():
        change = getattr(firm.changes(), language)
        data = TextIn(
            title=text.title,
            body=change.applied_to(text.body),
            statement=text.statement,
            summary=change.summary,
        )
        row_version = policies.version(ctx, version_id).row_version
        policy_drafting.write_text(ctx, version_id, language, row_version, data)


def _posted(ctx: Ctx, version: Published, site: str, place: str) -> None:
    site_id = teams.known(ctx, Site)[site]
    data = PostingIn(place=place, starts_on=version.at.astimezone(ROME).date(), site_id=site_id)
    posting.record(ctx, version.version_id, data)
