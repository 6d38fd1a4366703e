"""What the people of the demo answer, each in their own working hours."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from app.cli.demo.policies import Published
from app.cli.demo.story import ROME, Someone, Staff, Story
from app.context import Ctx
from app.models import Assignment
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.services import acknowledging


async def acknowledge(
    story: Story, staff: Staff, version: Published, *, share: float, days: float, never: Collection[str] = ()
) -> None:
    """Let a share of the people acknowledge, each some days later (``days`` on average), if that is past by now."""
    await story.operator(staff.company_id, version.at).write(_announced, staff, version)
    asked = {number: one for number, one in staff.people.items() if one.starts_on <= version.at.date()}
    planned = sorted(
        (_moment(story, one, version, days), number)
        for number, one in asked.items()
        if number not in never and story.dice.random() < share
    )
    confirmed = await story.operator(staff.company_id, story.now).read(_confirmed, version.version_id)
    for at, number in planned:
        if at < story.now:
            shown = confirmed[staff.people[number].language]
            await story.person(staff, number, at).write(acknowledging.acknowledge, version.policy_id, shown)


async def answer(story: Story, staff: Staff, number: str, at: datetime, data: AnswerIn) -> None:
    """Let somebody ask, or refuse."""
    await story.person(staff, number, at).write(acknowledging.answer, data)


def _moment(story: Story, someone: Someone, version: Published, days: float) -> datetime:
    wish = version.at + timedelta(days=story.dice.expovariate(1 / days))
    return story.at_work(wish.astimezone(ROME), someone.window)


def _confirmed(ctx: Ctx, version_id: str) -> dict[str, AcknowledgeIn]:
    return {
        language: AcknowledgeIn(
            version_id=version_id,
            content_sha256=shown.content_sha256,
            statement_sha256=shown.statement_sha256,
            language=language,
        )
        for language in policies.texts(ctx, version_id)
        for shown in [policies.shown(ctx, version_id, language)]
    }


def _announced(ctx: Ctx, staff: Staff, version: Published) -> None:
    """Note that whoever has an e-mail was written to when the version was published."""
    reachable = [one.person_id for one in staff.people.values() if one.has_email]
    ctx.session.execute(
        update(Assignment)
        .where(
            col(Assignment.company_id) == ctx.company_id,
            col(Assignment.version_id) == version.version_id,
            col(Assignment.person_id).in_(reachable),
        )
        .values(last_reminded_at=version.at)
    )
