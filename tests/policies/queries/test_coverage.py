"""How far a version has come: counts, teams, days, names, and who may see which."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.authz import ApiClient
from app.context import Ctx
from app.db import NO_COMPANY
from app.duties.rows import coverage_cache
from app.duties.rules.progress import MOST_POINTS
from app.duties.rules.team_counts import TeamCounts
from app.errors import Forbidden, NotFound
from app.models import Assignment, Company, OAuthClient, PostingRecord, Site
from app.models.types import new_id
from app.platform import audit
from app.policies.queries import coverage, coverage_page, coverage_people, coverage_progress
from app.policies.queries.coverage import Counts
from app.policies.rows import policies, published
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.schemas.policy import PolicyIn
from app.policies.services import acknowledging
from app.policies.services import drafting as policy_drafting
from app.roster import people
from tests.crowd import Crew, assignment_of, crew, join, read_by, set_assignment
from tests.statements import statements
from tests.world import NOW, TODAY, World

LATER = NOW + timedelta(days=15)  # the day after the last one in time


def by_name(teams: list[TeamCounts[Counts]]) -> dict[str, Counts | None]:
    return {team.name: team.counts for team in teams}


def of(query: Callable[..., Any]) -> Callable[..., Any]:
    """Return the query as one that is given the id of the version."""

    def ask(ctx: Ctx, version_id: str, *rest: Any) -> Any:
        return query(ctx, published.version(ctx, version_id), *rest)

    return ask


async def test_everybody_counts_once_where_they_stand(world: World) -> None:
    office = await crew(world, "Uffici", 4)
    shown = await world.published()
    await read_by(world, shown, *office.people[:2])
    await world.act("employee").write(
        acknowledging.answer, AnswerIn(version_id=shown.version_id, kind="question", note="Anche WhatsApp?")
    )
    await world.act("colleague").write(
        acknowledging.answer, AnswerIn(version_id=shown.version_id, kind="declined", note="No.")
    )
    excused = await assignment_of(world, shown.version_id, office.people[2])
    await world.act("hr").write(acknowledging.excuse, excused.id, "Congedo")
    await set_assignment(world, shown.version_id, office.people[3], due_on=TODAY - timedelta(days=1))

    counts = await world.act("hr").read(of(coverage.counts), shown.version_id)
    assert counts == Counts(asked=8, acknowledged=2, in_time=4, overdue=1, questions=1, declined=1, excused=1)
    assert counts.pending == 5


async def test_a_signature_on_paper_counts_as_read(world: World, shown: AcknowledgeIn) -> None:
    await set_assignment(world, shown.version_id, state=AssignmentState.RECORDED_ON_PAPER)
    counts = await world.act("hr").read(of(coverage.counts), shown.version_id)
    assert counts is not None
    assert (counts.acknowledged, counts.pending) == (5, 0)


async def test_teams_add_up_to_the_whole_and_those_without_one_come_last(world: World) -> None:
    await crew(world, "Uffici", 2)
    await crew(world, "Magazzino", 3, email=False)
    await world.system().write(join, "Solitario")
    shown = await world.published()
    teams = await world.act("hr").read(of(coverage.teams), shown.version_id)
    assert [team.name for team in teams] == ["Magazzino", "Produzione", "Uffici", ""]
    assert [team.counts.asked for team in teams if team.counts] == [3, 5, 2, 1]
    assert [team.without_email for team in teams] == [3, 0, 0, 0]


async def test_whoever_has_read_needs_no_invitation(world: World) -> None:
    store = await crew(world, "Magazzino", 3, email=False)
    shown = await world.published()
    await read_by(world, shown, *store.people[:2])
    teams = await world.act("hr").read(of(coverage.teams), shown.version_id)
    assert [team.without_email for team in teams if team.name == "Magazzino"] == [1]


async def test_a_team_of_which_nobody_is_asked_any_more_is_left_out(world: World) -> None:
    office = await crew(world, "Uffici", 1)
    shown = await world.published()
    await set_assignment(world, shown.version_id, office.people[0], state=AssignmentState.CANCELLED)
    teams = await world.act("hr").read(of(coverage.teams), shown.version_id)
    assert [team.name for team in teams] == ["Produzione"]


async def test_what_was_read_of_a_version_counts_for_a_minor_one_that_amends_it(
    world: World, shown: AcknowledgeIn
) -> None:
    await read_by(world, shown, world.person["employee"], world.person["hr"])
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    minor = await world.next_version(policy_id, material=False)
    counts = await world.act("hr").read(of(coverage.counts), minor.version_id)
    assert counts is not None
    assert (counts.asked, counts.acknowledged, counts.in_time) == (5, 2, 3)
    major = await world.next_version(policy_id)
    counts = await world.act("hr").read(of(coverage.counts), major.version_id)
    assert counts is not None
    assert (counts.asked, counts.acknowledged) == (5, 0)


async def test_the_agency_sees_no_team_of_fewer_than_five_nor_one_that_gives_it_away(world: World) -> None:
    await crew(world, "Uffici", 3)
    await crew(world, "Magazzino", 8)
    shown = await world.published()
    for name in ("account_manager", "marketing_lead"):
        teams = by_name(await world.act(name).read(of(coverage.teams), shown.version_id))
        assert teams["Uffici"] is None
        assert teams["Produzione"] is None  # the smallest of the others: total minus Magazzino would tell Uffici
        assert teams["Magazzino"] is not None
        counts = await world.act(name).read(of(coverage.counts), shown.version_id)
        assert counts is not None
        assert counts.asked == 16


async def test_nobody_but_those_with_the_duty_learns_who_is_without_an_address(world: World) -> None:
    await crew(world, "Magazzino", 8, email=False)
    shown = await world.published()
    teams = await world.act("account_manager").read(of(coverage.teams), shown.version_id)
    assert [team.without_email for team in teams] == [0, 0]


async def test_of_a_company_of_fewer_than_five_the_agency_sees_no_figure(world: World, shown: AcknowledgeIn) -> None:
    await set_assignment(world, shown.version_id, world.person["employee"], state=AssignmentState.CANCELLED)
    agency = world.act("account_manager")
    assert await agency.read(of(coverage.counts), shown.version_id) is None
    assert by_name(await agency.read(of(coverage.teams), shown.version_id)) == {"Produzione": None}
    assert await agency.read(of(coverage_progress.progress), shown.version_id) == [(TODAY, None)]


async def test_names_are_for_those_with_the_duty_only(world: World, shown: AcknowledgeIn) -> None:
    for name in ("account_manager", "marketing_lead", "employee"):
        for query, arguments in (
            (of(coverage_people.pending), (shown.version_id, 10)),
            (of(coverage_people.everybody), (shown.version_id, 10)),
            (coverage_people.questions, (10,)),
            (coverage_people.assignment, (new_id(),)),
        ):
            with pytest.raises(Forbidden):
                await world.act(name).read(query, *arguments)


async def test_an_employee_sees_no_counts(world: World, shown: AcknowledgeIn) -> None:
    for query in (coverage.counts, coverage.teams, coverage_progress.progress):
        with pytest.raises(Forbidden):
            await world.act("employee").read(of(query), shown.version_id)
    with pytest.raises(Forbidden):
        await world.act("employee").read(coverage.published)


async def test_the_agency_s_machine_gets_no_names_whatever_its_scopes_say(world: World, shown: AcknowledgeIn) -> None:
    scopes = ["acknowledgements:read", "acknowledgements:summary"]
    client = OAuthClient(
        id=new_id(), owner_agency=world.agency_id, name="Robot", secret_hash="0" * 64, scopes=scopes, created_at=NOW
    )
    machine = world.work(ApiClient(client.id, None, world.agency_id, frozenset(scopes)))
    await world.db.write(NO_COMPANY, lambda session: session.add(client))
    assert not (await machine.read(of(coverage_page.figures), shown.version_id)).named
    with pytest.raises(Forbidden):
        await machine.read(of(coverage_people.pending), shown.version_id, 10)


async def test_whoever_is_of_another_company_finds_nothing(world: World, shown: AcknowledgeIn) -> None:
    with pytest.raises(NotFound):
        await world.act("outsider").read(of(coverage.counts), shown.version_id)


async def test_a_draft_has_no_coverage(world: World) -> None:
    policy = await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Bozza"))
    draft = await world.act("hr").write(
        policy_drafting.create_version, policy.id, policy_drafting.VersionIn(effective_on=TODAY)
    )
    with pytest.raises(NotFound):
        await world.act("hr").read(of(coverage.counts), draft.id)
    with pytest.raises(NotFound):
        await world.act("hr").read(published.version, draft.id)
    assert await world.act("hr").read(coverage.published) == []
    assert await world.act("hr").read(policies.has_policies)


async def test_the_line_grows_by_working_day_and_a_weekend_shows_on_monday(world: World, shown: AcknowledgeIn) -> None:
    await read_by(world, shown, world.person["hr"])
    saturday = datetime(2026, 11, 28, 10, tzinfo=UTC)
    await read_by(world, shown, world.person["employee"], now=saturday)
    monday = saturday + timedelta(days=2)
    points = await world.act("hr", monday).read(of(coverage_progress.progress), shown.version_id)
    days = [date(2026, 11, day) for day in (23, 24, 25, 26, 27, 30)]
    assert points == list(zip(days, [1, 1, 1, 1, 1, 2], strict=True))


async def test_at_a_weekend_the_line_ends_today(world: World, shown: AcknowledgeIn) -> None:
    saturday = datetime(2026, 11, 28, 10, tzinfo=UTC)
    await read_by(world, shown, world.person["employee"], now=saturday)
    points = await world.act("hr", saturday).read(of(coverage_progress.progress), shown.version_id)
    assert points[-1] == (date(2026, 11, 28), 1)


async def test_a_day_is_a_day_of_the_company(world: World, shown: AcknowledgeIn) -> None:
    just_after_midnight_in_rome = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    await read_by(world, shown, world.person["employee"], now=just_after_midnight_in_rome)
    points = await world.act("hr", just_after_midnight_in_rome).read(of(coverage_progress.progress), shown.version_id)
    assert [number for _, number in points] == [0, 0, 1]


async def test_a_long_time_is_thinned_out_and_ends_today(world: World, shown: AcknowledgeIn) -> None:
    points = await world.act("hr", NOW + timedelta(days=365)).read(of(coverage_progress.progress), shown.version_id)
    assert len(points) <= MOST_POINTS
    assert points[-1][0] == TODAY + timedelta(days=365)


async def test_a_reading_before_the_clock_was_set_back_makes_no_line(world: World, shown: AcknowledgeIn) -> None:
    earlier = world.act("hr", NOW - timedelta(days=3))
    assert await earlier.read(of(coverage_progress.progress), shown.version_id) == []


async def test_the_pending_come_by_name_page_by_page_without_gap_or_double(world: World) -> None:
    office = await crew(world, "Uffici", 7)
    shown = await world.published()
    await read_by(world, shown, office.people[0], world.person["owner"])
    everybody: list[str] = []
    after = None
    while rows := await world.act("hr").read(of(coverage_people.pending), shown.version_id, 3, after):
        everybody += [row.name for row in rows]
        after = (rows[-1].name, rows[-1].person_id)
    assert everybody == ["Colleague", "Employee", "Hr", "Marketing Lead", *(f"Uffici {n:02}" for n in range(2, 8))]


async def test_the_pending_of_one_team(world: World) -> None:
    office = await crew(world, "Uffici", 2, email=False)
    shown = await world.published()
    rows = await world.act("hr", LATER).read(of(coverage_people.pending), shown.version_id, 10, None, office.team_id)
    assert [(row.name, row.team, row.has_email, row.overdue) for row in rows] == [
        ("Uffici 01", "Uffici", False, True),
        ("Uffici 02", "Uffici", False, True),
    ]


async def test_everybody_holds_those_who_answered_and_not_those_no_longer_asked(
    world: World, shown: AcknowledgeIn
) -> None:
    await read_by(world, shown, world.person["employee"])
    await set_assignment(world, shown.version_id, world.person["colleague"], state=AssignmentState.CANCELLED)
    rows = await world.act("hr").read(of(coverage_people.everybody), shown.version_id, 10)
    states = {row.name: row.state for row in rows}
    assert states["Employee"] is AssignmentState.ACKNOWLEDGED
    assert set(states) == {"Employee", "Hr", "Marketing Lead", "Owner"}


async def test_questions_and_refusals_come_oldest_first_page_by_page(world: World, shown: AcknowledgeIn) -> None:
    for minute, (name, kind) in enumerate((("employee", "question"), ("colleague", "declined"), ("hr", "question"))):
        data = AnswerIn(version_id=shown.version_id, kind=kind, note=f"Nota di {name}")
        await world.act(name, NOW + timedelta(minutes=minute)).write(acknowledging.answer, data)
    first = await world.act("hr").read(coverage_people.questions, 2)
    key = (first[-1].answered_at.isoformat(), first[-1].id)
    rest = await world.act("hr").read(coverage_people.questions, 2, key)
    assert [(row.person, row.note) for row in [*first, *rest]] == [
        ("Employee", "Nota di employee"),
        ("Colleague", "Nota di colleague"),
        ("Hr", "Nota di hr"),
    ]


async def test_one_assignment_with_its_person(world: World, shown: AcknowledgeIn) -> None:
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    row = await world.act("hr").read(coverage_people.assignment, asked.id)
    assert (row.person, row.team, row.policy) == ("Employee", "Produzione", "Social media policy")
    with pytest.raises(NotFound):
        await world.act("hr").read(coverage_people.assignment, new_id())


async def test_a_site_where_nothing_hangs_is_named(world: World, shown: AcknowledgeIn) -> None:
    def post(ctx: Ctx) -> None:
        ctx.session.add(Site(name="Potenza"))
        ctx.session.add(
            PostingRecord(
                version_id=shown.version_id,
                site_id=world.site_id,
                place="Bacheca",
                starts_on=TODAY,
                recorded_by=world.person["hr"],
                recorded_at=NOW,
            )
        )

    await world.system().write(post)
    assert await world.act("hr").read(coverage.unposted_sites, shown.version_id) == ["Potenza"]


async def test_whether_anybody_is_here_beside_the_founder(world: World) -> None:
    assert await world.act("hr").read(people.has_colleagues)
    assert not await world.act("hr").read(policies.has_policies)


async def test_more_people_need_no_more_statements(world: World) -> None:
    await crew(world, "Uffici", 3)
    shown = await world.published()
    numbers = []
    for size in (1, 20):
        more = await crew(world, f"Reparto {size}", size)
        await world.system().write(_ask, shown.version_id, more)
        with statements(world.db) as seen:
            for query in (coverage.teams, coverage.counts, coverage_progress.progress):
                await world.act("hr").read(of(query), shown.version_id)
            await world.act("hr").read(of(coverage_people.pending), shown.version_id, 50)
            await world.act("hr").read(of(coverage_people.everybody), shown.version_id, 50)
            await world.act("hr").read(coverage_people.questions, 50)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def _ask(ctx: Ctx, version_id: str, more: Crew) -> None:
    rows = [Assignment(version_id=version_id, person_id=one, due_on=TODAY, opened_at=NOW) for one in more.people]
    ctx.session.add_all(rows)
    audit.record(ctx, audit.Act.PEOPLE_IMPORTED, ctx.company_id)


async def test_who_read_and_is_asked_again_for_an_amendment_counts_once(world: World, shown: AcknowledgeIn) -> None:
    await read_by(world, shown, world.person["employee"])
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    minor = await world.next_version(policy_id, material=False)
    await world.system().write(_ask, minor.version_id, Crew("", [world.person["employee"]]))
    hr = world.act("hr")
    teams = await hr.read(of(coverage.teams), minor.version_id)
    assert sum(team.counts.asked for team in teams) == 5
    pending = await hr.read(of(coverage_people.pending), minor.version_id, 50)
    everybody = await hr.read(of(coverage_people.everybody), minor.version_id, 50)
    for now in (NOW, NOW + coverage.COUNTS_KEPT):  # with the teams, and by themselves
        counts = await world.act("hr", now).read(of(coverage.counts), minor.version_id)
        assert (counts.asked, counts.acknowledged, counts.pending) == (5, 0, len(pending))
    assert len(everybody) == 5


async def test_who_read_a_version_and_its_amendment_is_one_reader(world: World, shown: AcknowledgeIn) -> None:
    await read_by(world, shown, world.person["employee"])
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    minor = await world.next_version(policy_id, material=False)
    await world.system().write(_ask, minor.version_id, Crew("", [world.person["employee"]]))
    await read_by(world, minor, world.person["employee"])
    assert await world.act("hr").read(of(coverage_progress.progress), minor.version_id) == [(TODAY, 1)]


async def test_who_acts_and_looks_at_once_sees_their_act(world: World, shown: AcknowledgeIn) -> None:
    async def figures() -> tuple[Any, ...]:
        hr = world.act("hr")
        teams = await hr.read(of(coverage.teams), shown.version_id)
        counts = await hr.read(of(coverage.counts), shown.version_id)
        points = await hr.read(of(coverage_progress.progress), shown.version_id)
        return counts.acknowledged, sum(team.counts.acknowledged for team in teams), points[-1][1]

    assert await figures() == (0, 0, 0)
    await read_by(world, shown, world.person["employee"])
    assert await figures() == (1, 1, 1)


async def test_where_nothing_was_done_nothing_is_counted_again(world: World, shown: AcknowledgeIn) -> None:
    first = await world.act("hr").read(of(coverage.teams), shown.version_id)
    for query in (coverage.counts, coverage_progress.progress):
        await world.act("hr").read(of(query), shown.version_id)
    with statements(world.db) as seen:
        again = await world.act("hr").read(of(coverage.teams), shown.version_id)
        for query in (coverage.counts, coverage_progress.progress):
            await world.act("hr").read(of(query), shown.version_id)
    assert again == first
    assert not [statement for statement in seen if "FROM assignment" in statement]


def test_what_is_large_is_kept_for_a_moment() -> None:
    made = iter(range(coverage_cache.LARGE, coverage_cache.LARGE + 10))
    key = (new_id(), "counts")

    def asked_at(seconds: float) -> int:
        now = NOW + timedelta(seconds=seconds)
        return coverage_cache.kept(
            key, str(seconds), now, timedelta(seconds=2), lambda: next(made), lambda number: number
        )

    first = asked_at(0)
    assert asked_at(1.9) == first
    assert asked_at(2) == first + 1
    assert asked_at(-5) == first + 2  # the clock was set back


def test_what_is_small_is_kept_until_something_is_done() -> None:
    made = iter(range(10))
    key = (new_id(), "counts")

    def asked_at(mark: str) -> int:
        return coverage_cache.kept(key, mark, NOW, timedelta(seconds=2), lambda: next(made), lambda _: 1)

    assert [asked_at(mark) for mark in ("a", "a", "b", "b")] == [0, 0, 1, 1]


def test_the_oldest_makes_room() -> None:
    first = new_id()

    def make(key: str, value: int) -> int:
        return coverage_cache.kept(key, "", NOW, timedelta(hours=1), lambda: value, lambda _: coverage_cache.LARGE)

    make(first, 1)
    for _ in range(coverage_cache.MOST):
        make(new_id(), 0)
    assert make(first, 2) == 2


async def test_a_company_in_another_zone_counts_late_by_its_own_day(world: World, shown: AcknowledgeIn) -> None:
    def move(ctx: Ctx) -> None:
        company = ctx.session.get(Company, ctx.company_id)
        assert company is not None
        company.time_zone = "Pacific/Auckland"

    await world.system().write(move)
    evening_before = datetime(2026, 12, 7, 12, tzinfo=UTC)  # already the 8th in Auckland, due on the 7th
    counts = await world.act("hr", evening_before).read(of(coverage.counts), shown.version_id)
    assert counts is not None
    assert counts.overdue == 5
