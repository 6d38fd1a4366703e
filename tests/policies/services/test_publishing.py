"""Publishing: who is asked, from when a version holds, what becomes of the one before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.errors import Conflict, Forbidden, Invalid
from app.models import Acknowledgement, Assignment, Employment, Job, PolicyVersion, Team
from app.policies.queries import coverage_people
from app.policies.rows import audience as policy_audience
from app.policies.rows import policies
from app.policies.rules.assignment import AssignmentState
from app.policies.rules.version import VersionState
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn, ReplyIn
from app.policies.schemas.policy import PolicyIn, PublishIn, RescheduleIn, WithdrawIn
from app.policies.services import acknowledging, asking
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from tests.world import NOW, TODAY, World, acknowledge, employ

CAST = {"owner", "hr", "marketing_lead", "employee", "colleague"}
A_DAY = timedelta(days=1)
MISTAKE = WithdrawIn(reason="Un errore.")


async def policy_of(world: World, shown: AcknowledgeIn) -> str:
    return (await world.system().read(policies.version, shown.version_id)).policy_id


async def approved(world: World, policy_id: str | None = None, **facts: Any) -> PolicyVersion:
    """Return a version approved but not published."""
    if policy_id is None:
        policy_id = (await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="P"))).id
    return await world.approved(policy_id, **facts)


async def state(world: World, version_id: str) -> VersionState:
    return (await world.system().read(policies.version, version_id)).state


async def asked(world: World, version_id: str) -> dict[str, AssignmentState]:
    """Return who of the cast was asked for this version, and where they stand."""
    wanted = select(Assignment.person_id, Assignment.state).where(Assignment.version_id == version_id)
    rows = await world.system().read(lambda ctx: ctx.session.execute(wanted).all())
    names = {person_id: name for name, person_id in world.person.items()}
    return {names.get(row.person_id, row.person_id): row.state for row in rows}


async def asked_of(world: World, version_id: str, name: str) -> Assignment:
    wanted = select(Assignment).where(Assignment.version_id == version_id, Assignment.person_id == world.person[name])
    return await world.system().read(lambda ctx: ctx.session.scalars(wanted).one())


async def due(world: World, version_id: str, name: str) -> date:
    return (await asked_of(world, version_id, name)).due_on


async def jobs(world: World, kind: str) -> list[Job]:
    wanted = select(Job).where(Job.kind == kind).order_by(col(Job.id))
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


def employment_of(ctx: Ctx, person_id: str) -> Employment:
    return ctx.session.scalars(select(Employment).where(Employment.person_id == person_id)).one()


def join(ctx: Ctx, world: World, name: str, starts_on: date = TODAY) -> None:
    world.person[name] = employ(ctx.session, world, name, [], team_id=world.team_id)
    employment = employment_of(ctx, world.person[name])
    employment.starts_on = starts_on
    ctx.session.flush()
    asking.ask_joiners(ctx, [employment])


def ask_again(ctx: Ctx, person_id: str) -> None:
    employment = employment_of(ctx, person_id)
    employment.ends_on = None
    asking.ask_joiners(ctx, [employment])


def leave(ctx: Ctx, world: World, name: str) -> None:
    employment_of(ctx, world.person[name]).ends_on = ctx.today - A_DAY
    asking.release_leavers(ctx, [world.person[name]])


async def test_publishing_asks_everybody_and_tells_them_once(world: World, shown: AcknowledgeIn) -> None:
    assert await asked(world, shown.version_id) == dict.fromkeys(CAST, AssignmentState.OPEN)
    (told,) = await jobs(world, "policy:announce")
    people = [world.person[name] for name in CAST]
    assert told.payload == {"version_id": shown.version_id, "first": min(people), "last": max(people)}


async def test_a_policy_for_a_team_asks_that_team_alone(world: World) -> None:
    await world.system().write(lambda ctx: employ(ctx.session, world, "in_no_team", []))
    made = PolicyIn(name="Produzione", team_ids=[world.team_id])
    policy = await world.act("hr").write(policy_drafting.create_policy, made)
    shown = await world.next_version(policy.id)
    assert set(await asked(world, shown.version_id)) == CAST


async def test_a_public_policy_asks_nobody(world: World) -> None:
    policy = await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="N", kind="external"))
    shown = await world.next_version(policy.id)
    assert await asked(world, shown.version_id) == {}
    assert await state(world, shown.version_id) is VersionState.IN_FORCE
    await world.act("owner").write(policy_publishing.withdraw, shown.version_id, MISTAKE)
    assert await asked(world, shown.version_id) == {}


async def test_the_first_version_asks_everybody_even_if_it_is_called_minor(world: World) -> None:
    shown = await world.published(material=False)
    assert set(await asked(world, shown.version_id)) == CAST


async def test_a_minor_version_moves_who_is_pending_and_asks_nobody_again(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    question = AnswerIn(version_id=first.version_id, kind="question", note="Anche di notte?")
    await world.act("colleague").write(acknowledging.answer, question)
    before = await due(world, first.version_id, "hr")
    minor = await world.next_version(await policy_of(world, first), material=False, grace_days=90)
    now = await asked(world, minor.version_id)
    assert set(now) == CAST - {"employee"}
    assert now["colleague"] is AssignmentState.QUESTION
    assert await asked(world, first.version_id) == {"employee": AssignmentState.ACKNOWLEDGED}
    assert await due(world, minor.version_id, "hr") == before


async def test_a_material_version_supersedes_and_asks_everybody_again(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    second = await world.next_version(await policy_of(world, first))
    assert await asked(world, second.version_id) == dict.fromkeys(CAST, AssignmentState.OPEN)
    before = await asked(world, first.version_id)
    assert before.pop("employee") is AssignmentState.ACKNOWLEDGED
    assert set(before.values()) == {AssignmentState.SUPERSEDED}
    assert await state(world, first.version_id) is VersionState.SUPERSEDED
    kept = select(func.count(Acknowledgement.id))
    assert await world.system().read(lambda ctx: ctx.session.execute(kept).scalar_one()) == 1


async def test_a_question_goes_along_with_its_answer_to_a_material_version(world: World) -> None:
    first = await world.published()
    for name in ("employee", "colleague"):
        question = AnswerIn(version_id=first.version_id, kind="question", note="Anche di notte?")
        await world.act(name).write(acknowledging.answer, question)
    waiting, answered = [await asked_of(world, first.version_id, name) for name in ("employee", "colleague")]
    await world.act("hr").write(acknowledging.reply, answered.id, ReplyIn(reply="No, mai."))
    refusal = AnswerIn(version_id=first.version_id, kind="declined", note="Non lo firmo.")
    await world.act("marketing_lead").write(acknowledging.answer, refusal)
    second = await world.next_version(await policy_of(world, first), grace_days=30)
    (open_question,) = await world.act("hr").read(coverage_people.questions, 10)
    assert (open_question.id, open_question.note) == (waiting.id, "Anche di notte?")
    kept = await asked_of(world, second.version_id, "colleague")
    assert (kept.state, kept.reply) == (AssignmentState.OPEN, "No, mai.")
    assert await due(world, second.version_id, "employee") == await due(world, second.version_id, "hr")
    now = await asked(world, second.version_id)
    assert (now["marketing_lead"], set(now)) == (AssignmentState.OPEN, CAST)
    assert set((await asked(world, first.version_id)).values()) == {AssignmentState.SUPERSEDED}


async def test_a_question_comes_back_when_the_version_it_went_along_to_is_withdrawn(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    question = AnswerIn(version_id=first.version_id, kind="question", note="Anche di notte?")
    await world.act("colleague").write(acknowledging.answer, question)
    second = await world.next_version(await policy_of(world, first), effective_on=TODAY + A_DAY)
    for name in ("employee", "hr"):
        question = AnswerIn(version_id=second.version_id, kind="question", note="Da quando?")
        await world.act(name).write(acknowledging.answer, question)
    await world.act("owner").write(policy_publishing.withdraw, second.version_id, MISTAKE)
    kept = await asked_of(world, first.version_id, "colleague")
    assert (kept.state, kept.note) == (AssignmentState.QUESTION, "Anche di notte?")
    now = await asked(world, first.version_id)
    assert (now["employee"], now["hr"]) == (AssignmentState.ACKNOWLEDGED, AssignmentState.OPEN)


async def test_a_question_of_somebody_it_is_no_longer_for_does_not_go_along(world: World) -> None:
    made = PolicyIn(name="Produzione", team_ids=[world.team_id])
    policy = await world.act("hr").write(policy_drafting.create_policy, made)
    first = await world.next_version(policy.id)
    question = AnswerIn(version_id=first.version_id, kind="question", note="Anche di notte?")
    await world.act("colleague").write(acknowledging.answer, question)

    def move(ctx: Ctx) -> None:
        employment_of(ctx, world.person["colleague"]).team_id = None

    await world.system().write(move)
    second = await world.next_version(policy.id)
    assert "colleague" not in await asked(world, second.version_id)


async def test_a_joiner_is_asked_with_grace_from_their_first_day(world: World) -> None:
    shown = await world.published(grace_days=10)
    first_day = TODAY + timedelta(days=7)
    await world.system().write(join, world, "joiner", first_day)
    assert (await asked(world, shown.version_id))["joiner"] is AssignmentState.OPEN
    assert await due(world, shown.version_id, "joiner") == first_day + timedelta(days=10)


async def test_whoever_starts_after_the_publication_is_asked_by_it(world: World) -> None:
    first = await world.published()
    first_day = TODAY + timedelta(days=7)
    await world.system().write(join, world, "joiner", first_day)
    second = await world.next_version(await policy_of(world, first), grace_days=5)
    assert await due(world, second.version_id, "joiner") == first_day + timedelta(days=5)


async def test_a_joiner_of_another_team_is_not_asked(world: World) -> None:
    made = PolicyIn(name="Altri", team_ids=[await world.system().write(other_team)])
    policy = await world.act("hr").write(policy_drafting.create_policy, made)
    shown = await world.next_version(policy.id)
    await world.system().write(join, world, "joiner")
    assert await asked(world, shown.version_id) == {}


def other_team(ctx: Ctx) -> str:
    team = Team(name="Vendite")
    ctx.session.add(team)
    ctx.session.flush()
    return team.id


async def test_a_leaver_is_not_asked_any_more_and_what_they_answered_stays(world: World, shown: AcknowledgeIn) -> None:
    await world.act("colleague").write(acknowledge, shown)
    for name in ("employee", "colleague"):
        await world.system().write(leave, world, name)
    now = await asked(world, shown.version_id)
    assert (now["employee"], now["colleague"]) == (AssignmentState.CANCELLED, AssignmentState.ACKNOWLEDGED)


async def test_whoever_comes_back_is_asked_again_with_new_grace(world: World) -> None:
    shown = await world.published(grace_days=3)
    await world.system().write(leave, world, "employee")
    later = world.system(NOW + timedelta(days=30))
    await later.write(ask_again, world.person["employee"])
    assert (await asked(world, shown.version_id))["employee"] is AssignmentState.OPEN
    assert await due(world, shown.version_id, "employee") == TODAY + timedelta(days=33)


async def test_changing_team_asks_nobody_again_who_answered_this_line(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    minor = await world.next_version(await policy_of(world, first), material=False)
    await world.system().write(ask_again, world.person["employee"])
    assert "employee" not in await asked(world, minor.version_id)


async def test_nobody_is_late_from_the_start(world: World) -> None:
    shown = await world.published(effective_on=TODAY - timedelta(days=100), grace_days=7)
    version = await world.system().read(policies.version, shown.version_id)
    assert version.effective_on == TODAY
    assert await due(world, shown.version_id, "employee") == TODAY + timedelta(days=7)


async def test_a_later_day_holds_from_that_day_on(world: World) -> None:
    first = await world.published()
    day = TODAY + timedelta(days=10)
    second = await world.next_version(await policy_of(world, first), effective_on=day)
    assert await state(world, first.version_id) is VersionState.IN_FORCE
    assert await state(world, second.version_id) is VersionState.PUBLISHED
    (job,) = await jobs(world, "policy:take_effect")
    assert job.run_at == datetime(2026, 12, 2, 23, 0, tzinfo=UTC)  # midnight in Rome
    early = world.system(NOW + 9 * A_DAY)
    await early.write(policy_publishing.take_effect, **job.payload)
    assert await state(world, second.version_id) is VersionState.PUBLISHED
    on_its_day = world.system(job.run_at)
    for _ in range(2):
        await on_its_day.write(policy_publishing.take_effect, **job.payload)
    assert await state(world, second.version_id) is VersionState.IN_FORCE
    assert await state(world, first.version_id) is VersionState.SUPERSEDED


async def test_a_newer_version_in_force_first_takes_the_place_of_one_that_waits(world: World) -> None:
    first = await world.published()
    policy_id = await policy_of(world, first)
    waiting = await world.next_version(policy_id, effective_on=TODAY + 10 * A_DAY)
    newest = await world.next_version(policy_id, material=False)
    assert await state(world, waiting.version_id) is VersionState.SUPERSEDED
    on_its_day = world.system(NOW + 10 * A_DAY)
    await on_its_day.write(policy_publishing.take_effect, waiting.version_id)
    assert await state(world, newest.version_id) is VersionState.IN_FORCE


async def test_an_older_version_is_not_published_over_a_newer_one(world: World) -> None:
    older = await approved(world)
    await world.next_version(older.policy_id, effective_on=TODAY + 3 * A_DAY)
    with pytest.raises(Conflict) as refused:
        await world.act("owner").write(policy_publishing.publish, older.id)
    assert refused.value.code == "newer_published"


async def test_publishing_twice_is_refused(world: World) -> None:
    shown = await world.published(effective_on=TODAY + A_DAY)
    with pytest.raises(Conflict) as refused:
        await world.act("owner").write(policy_publishing.publish, shown.version_id)
    assert refused.value.code == "not_possible_in_state"
    assert refused.value.params["state"] is VersionState.PUBLISHED


async def test_the_day_can_be_put_off_until_publication(world: World) -> None:
    version = await approved(world)
    later = TODAY + 5 * A_DAY
    moved = await world.act("owner").write(policy_publishing.reschedule, version.id, RescheduleIn(effective_on=later))
    assert moved.effective_on == later
    latest = PublishIn(effective_on=TODAY + 6 * A_DAY)
    published = await world.act("owner").write(policy_publishing.publish, version.id, latest)
    assert (published.effective_on, published.state) == (latest.effective_on, VersionState.PUBLISHED)
    with pytest.raises(Conflict):
        await world.act("owner").write(policy_publishing.reschedule, version.id, RescheduleIn(effective_on=later))


async def test_no_day_before_today_can_be_chosen(world: World) -> None:
    version = await approved(world)
    yesterday = PublishIn(effective_on=TODAY - A_DAY)
    with pytest.raises(Invalid) as refused:
        await world.act("owner").write(policy_publishing.publish, version.id, yesterday)
    assert refused.value.errors[0].code == "in_the_past"
    assert await asked(world, version.id) == {}


async def test_only_who_may_publish_does(world: World) -> None:
    version = await approved(world)
    for verb, arguments in (
        (policy_publishing.publish, ()),
        (policy_publishing.withdraw, (MISTAKE,)),
        (policy_publishing.reschedule, (RescheduleIn(effective_on=TODAY),)),
    ):
        with pytest.raises(Forbidden):
            await world.act("marketing_lead").write(verb, version.id, *arguments)


async def test_what_is_taken_back_is_asked_of_nobody(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    await world.act("owner").write(policy_publishing.withdraw, shown.version_id, MISTAKE)
    now = await asked(world, shown.version_id)
    assert now.pop("employee") is AssignmentState.ACKNOWLEDGED
    assert set(now.values()) == {AssignmentState.CANCELLED}
    with pytest.raises(Conflict):
        await world.act("colleague").write(acknowledge, shown)


@pytest.mark.parametrize("published", [True, False])
async def test_a_version_can_be_taken_back_before_its_day(world: World, *, published: bool) -> None:
    version = await approved(world, effective_on=TODAY + 5 * A_DAY)
    if published:
        await world.act("owner").write(policy_publishing.publish, version.id)
    await world.act("owner").write(policy_publishing.withdraw, version.id, MISTAKE)
    await world.system(NOW + 6 * A_DAY).write(policy_publishing.take_effect, version.id)
    assert await state(world, version.id) is VersionState.WITHDRAWN


async def test_taking_back_the_next_version_asks_for_the_one_in_force_again(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    second = await world.next_version(await policy_of(world, first), effective_on=TODAY + 5 * A_DAY)
    await world.act("owner").write(policy_publishing.withdraw, second.version_id, MISTAKE)
    now = await asked(world, first.version_id)
    assert now.pop("employee") is AssignmentState.ACKNOWLEDGED
    assert now == dict.fromkeys(CAST - {"employee"}, AssignmentState.OPEN)


async def test_taking_back_a_minor_version_asks_those_it_had_moved(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    minor = await world.next_version(await policy_of(world, first), material=False, effective_on=TODAY + 5 * A_DAY)
    await world.act("colleague").write(acknowledge, minor)
    await world.act("owner").write(policy_publishing.withdraw, minor.version_id, MISTAKE)
    now = await asked(world, first.version_id)
    assert now.pop("employee") is AssignmentState.ACKNOWLEDGED
    assert now == dict.fromkeys(CAST - {"employee", "colleague"}, AssignmentState.OPEN)


async def test_a_minor_version_after_one_that_was_taken_back_asks_who_had_not_answered(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    await world.act("owner").write(policy_publishing.withdraw, first.version_id, MISTAKE)
    minor = await world.next_version(await policy_of(world, first), material=False)
    assert await asked(world, minor.version_id) == dict.fromkeys(CAST - {"employee"}, AssignmentState.OPEN)


async def test_the_first_version_finds_nobody_who_has_not_answered(world: World) -> None:
    follows = await world.act("owner").read(policy_audience.consequences, await approved(world))
    assert (follows.audience, follows.asked, follows.still_open, follows.declined) == (5, 5, 0, 0)


async def test_the_consequences_are_counted_before_publishing(world: World) -> None:
    first = await world.published()
    await world.act("employee").write(acknowledge, first)
    policy_id = await policy_of(world, first)
    minor = await approved(world, policy_id, material=False)
    follows = await world.act("owner").read(policy_audience.consequences, minor)
    assert (follows.audience, follows.asked, follows.still_open, follows.declined) == (5, 4, 4, 0)
    assert follows.superseded is not None
    await world.act("owner").write(policy_publishing.publish, minor.id)
    major = await approved(world, policy_id)
    refusal = AnswerIn(version_id=minor.id, kind="declined", note="Non lo firmo.")
    await world.act("colleague").write(acknowledging.answer, refusal)
    follows = await world.act("owner").read(policy_audience.consequences, major)
    assert (follows.audience, follows.asked, follows.still_open, follows.declined) == (5, 5, 4, 1)
    assert follows.takes_effect_on == TODAY
