"""The life of a policy as a whole: whatever people do in whatever order, these things hold."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from app import db
from app.context import Ctx
from app.errors import DomainError
from app.models import Acknowledgement, Assignment, Employment, PolicyText, PolicyVersion
from app.policies.rows import acknowledgements, policies
from app.policies.rules import assignment as rules
from app.policies.rules import version as version_rules
from app.policies.rules.assignment import READ, SETTLED, UNANSWERED, AssignmentState
from app.policies.rules.version import VersionState
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AnswerIn, ReplyIn
from app.policies.schemas.policy import PolicyIn, PublishIn, ReturnIn, TextIn, VersionIn, WithdrawIn
from app.policies.services import acknowledging, asking
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from tests import world as cast
from tests.steps import follows
from tests.world import NOW, acknowledge, confirmed, employ

PEOPLE = ("hr", "employee", "colleague", "joiner")
FROZEN = set(VersionState) - {VersionState.DRAFT, VersionState.IN_APPROVAL}


class PolicyLife(RuleBasedStateMachine):
    """One policy, a few people, and a clock. A refusal is fine; what is recorded must be right."""

    fresh: Callable[[], str]

    @initialize()
    def found(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.now = NOW
        self.seen: dict[str, Any] = {}
        self.states: dict[str, Any] = {}
        self.confirmations = 0
        self.seam = db.open_database(type(self).fresh(), guard_sql=True)
        self.world = self.run(cast.build(self.seam))
        made = PolicyIn(name="Social media policy")
        self.policy_id = self.run(self.world.act("hr").write(policy_drafting.create_policy, made)).id
        self.make_and_publish()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def attempt(self, who: str, verb: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return self.run(self.world.act(who, self.now).write(verb, *arguments))
        except DomainError:
            return None
        finally:
            self.assert_steps()

    def assert_steps(self) -> None:
        """Compare with what stood before an act: an assignment takes one step, a version two if its day has come."""
        before, self.states = self.states, self.look(states)
        for id_, state in self.states.items():
            if isinstance(state, VersionState):
                assert follows(version_rules.LIFECYCLE, before.get(id_, VersionState.DRAFT), state, most=2)
            else:
                assert follows(rules.LIFECYCLE, before.get(id_, AssignmentState.OPEN), state)

    def look(self, query: Callable[[Ctx], Any]) -> Any:
        return self.run(self.world.system(self.now).read(query))

    def versions(self) -> list[PolicyVersion]:
        return list(self.look(lambda ctx: policies.versions(ctx, self.policy_id)))

    def pick(self, choice: int) -> str | None:
        known = self.versions()
        return known[choice % len(known)].id if known else None

    @rule(material=st.booleans(), wait=st.integers(0, 3))
    def start(self, *, material: bool, wait: int) -> None:
        data = VersionIn(effective_on=self.today + timedelta(days=wait), material=material, grace_days=2)
        self.attempt("hr", policy_drafting.create_version, self.policy_id, data)

    @rule(choice=st.integers(0, 3), title=st.sampled_from(["Uno", "Due"]))
    def write(self, choice: int, title: str) -> None:
        version_id = self.pick(choice)
        if version_id:
            version, text = self.look(
                lambda ctx: (policies.version(ctx, version_id), policies.text(ctx, version_id, "it"))
            )
            words = TextIn(title=title, body=text.body, statement=text.statement, summary="Cambiato.")
            self.attempt("hr", policy_drafting.write_text, version_id, "it", version.row_version, words)
            english = words.model_copy(update={"summary": "Changed."})
            self.attempt("hr", policy_drafting.write_text, version_id, "en", version.row_version + 1, english)

    @rule(
        choice=st.integers(0, 3),
        verb=st.sampled_from(["submit", "return", "approve", "publish", "withdraw", "discard"]),
    )
    def decide(self, choice: int, verb: str) -> None:
        version_id = self.pick(choice)
        verbs: dict[str, tuple[Any, ...]] = {
            "submit": (policy_approval.submit,),
            "return": (policy_approval.request_changes, ReturnIn(reason="Ancora.")),
            "approve": (policy_approval.approve,),
            "publish": (policy_publishing.publish, PublishIn()),
            "withdraw": (policy_publishing.withdraw, WithdrawIn(reason="Errore.")),
            "discard": (policy_drafting.discard,),
        }
        if version_id:
            function, *arguments = verbs[verb]
            self.attempt("owner", function, version_id, *arguments)

    @rule()
    def make_and_publish(self) -> None:
        """Bring what is in the making to publication: without this, chance rarely gets that far."""
        self.start(material=True, wait=0)
        for verb in ("submit", "approve", "publish"):
            self.write(0, "Uno")
            self.decide(0, verb)

    @rule(days=st.integers(1, 2))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        for version in self.versions():
            self.attempt_as_service(policy_publishing.take_effect, version.id)

    def attempt_as_service(self, verb: Callable[..., Any], *arguments: Any) -> None:
        self.run(self.world.system(self.now).write(verb, *arguments))
        self.assert_steps()

    @rule(who=st.sampled_from(PEOPLE[:3]), choice=st.integers(0, 3), reported=st.booleans())
    def acknowledge(self, who: str, choice: int, *, reported: bool) -> None:
        """Let somebody confirm a version, or another system report it, whether they are still asked or not."""
        version_id = self.pick(choice)
        if version_id and self.look(lambda ctx: policies.version(ctx, version_id)).published_at:
            shown = self.look(lambda ctx: confirmed(ctx, version_id, "it"))
            report = AcknowledgeForIn(**shown.model_dump(), person_id=self.world.person[who])
            if reported:
                self.attempt("hr", acknowledging.acknowledge_for, self.policy_id, report)
            else:
                self.attempt(who, acknowledge, shown)

    @rule(
        who=st.sampled_from(PEOPLE[:3]),
        choice=st.integers(0, 3),
        kind=st.sampled_from(["question", "declined", "reply", "excuse"]),
    )
    def talk(self, who: str, choice: int, kind: str) -> None:
        version_id, person_id = self.pick(choice), self.world.person[who]
        duty = version_id and self.look(lambda ctx: acknowledgements.asked_or_none(ctx, version_id, person_id))
        if duty and kind == "reply":
            self.attempt("hr", acknowledging.reply, duty.id, ReplyIn(reply="Sì."))
        elif duty and kind == "excuse":
            self.attempt("hr", acknowledging.excuse, duty.id, "Lunga assenza.")
        elif version_id and kind in {"question", "declined"}:
            self.attempt(who, acknowledging.answer, AnswerIn(version_id=version_id, kind=kind, note="Anche di notte?"))

    @rule(who=st.sampled_from(PEOPLE[1:]))
    def join(self, who: str) -> None:
        def act(ctx: Ctx) -> None:
            if who not in self.world.person:
                self.world.person[who] = employ(ctx.session, self.world, who, [], team_id=self.world.team_id)
            employment = self.employment(ctx, who)
            employment.ends_on = None
            ctx.session.flush()
            asking.ask_joiners(ctx, [employment])

        self.attempt_as_service(act)

    @rule(who=st.sampled_from(PEOPLE[1:]))
    def leave(self, who: str) -> None:
        def act(ctx: Ctx) -> None:
            self.employment(ctx, who).ends_on = ctx.today - timedelta(days=1)
            asking.release_leavers(ctx, [self.world.person[who]])

        if who in self.world.person:
            self.attempt_as_service(act)

    @rule(who=st.sampled_from(PEOPLE[1:3]))
    def leave_and_be_reported(self, who: str) -> None:
        """Report what somebody confirmed who is not asked any more: without this, chance rarely gets that far."""
        self.leave(who)
        self.acknowledge(who, 0, reported=True)

    def employment(self, ctx: Ctx, who: str) -> Employment:
        wanted = select(Employment).where(Employment.person_id == self.world.person[who])
        return ctx.session.scalars(wanted).one()

    @property
    def today(self) -> Any:
        return self.now.date()

    @invariant()
    def one_version_is_in_force_and_one_in_the_making(self) -> None:
        states = [version.state for version in self.versions()]
        assert states.count(VersionState.IN_FORCE) <= 1
        assert states.count(VersionState.DRAFT) + states.count(VersionState.IN_APPROVAL) <= 1

    @invariant()
    def labels_are_given_once_and_grow(self) -> None:
        labels = [(version.major, version.minor) for version in reversed(self.versions()) if version.major]
        assert labels == sorted(set(labels))

    @invariant()
    def what_is_in_force_is_newer_than_what_it_replaced(self) -> None:
        versions = self.versions()
        holding = [v for v in versions if v.state is VersionState.IN_FORCE]
        waiting = [v for v in versions if v.state in {VersionState.APPROVED, VersionState.PUBLISHED}]
        for newest in holding:
            assert all((v.major, v.minor) > (newest.major, newest.minor) for v in waiting)

    @invariant()
    def approved_bytes_never_change(self) -> None:
        for version in self.versions():
            if version.state in FROZEN:
                bytes_now = self.look(lambda ctx, v=version: frozen(ctx, v.id))
                assert self.seen.setdefault(version.id, bytes_now) == bytes_now

    @invariant()
    def nobody_is_asked_for_anything_but_the_version_on_show(self) -> None:
        on_show, pending, _ = self.look(self.standing)
        assert {row.version_id for row in pending} <= {on_show.id if on_show else None}
        people = [row.person_id for row in pending]
        assert len(people) == len(set(people))

    @invariant()
    def everybody_here_was_asked_or_has_answered_this_line_and_nobody_who_left(self) -> None:
        on_show, pending, here = self.look(self.standing)
        asked = {row.person_id for row in pending}
        assert asked <= here
        if on_show:
            assert here - asked <= self.look(lambda ctx: answered(ctx, on_show))

    @invariant()
    def confirmations_are_never_lost(self) -> None:
        now = len(self.look(lambda ctx: ctx.session.scalars(select(Acknowledgement.id)).all()))
        assert now >= self.confirmations
        self.confirmations = now

    @invariant()
    def whoever_has_read_is_whoever_confirmed(self) -> None:
        read = select(Assignment.version_id, Assignment.person_id).where(col(Assignment.state).in_(READ))
        done = select(Acknowledgement.version_id, Acknowledgement.person_id)
        found = [self.look(lambda ctx, q=query: set(ctx.session.execute(q).all())) for query in (read, done)]
        assert found[0] == found[1]

    def standing(self, ctx: Ctx) -> tuple[PolicyVersion | None, list[Any], set[str]]:
        wanted = select(Assignment.version_id, Assignment.person_id).where(col(Assignment.state).in_(UNANSWERED))
        ends = select(Employment.person_id).where(
            (col(Employment.ends_on).is_(None)) | (col(Employment.ends_on) >= ctx.today)
        )
        here = set(ctx.session.scalars(ends))
        return policies.latest_published(ctx, self.policy_id), list(ctx.session.execute(wanted)), here

    def teardown(self) -> None:
        self.run(self.seam.close())
        self.loop.close()


def states(ctx: Ctx) -> dict[str, Any]:
    """Return the states of all versions and assignments by id."""
    found = [*ctx.session.execute(select(PolicyVersion.id, PolicyVersion.state))]
    return {row.id: row.state for row in [*found, *ctx.session.execute(select(Assignment.id, Assignment.state))]}


def frozen(ctx: Ctx, version_id: str) -> Any:
    version = policies.version(ctx, version_id)
    texts: list[PolicyText] = list(policies.texts(ctx, version_id).values())
    return version.content_sha256, version.label, [(t.language, t.title, t.body, t.statement) for t in texts]


def answered(ctx: Ctx, version: PolicyVersion) -> set[str]:
    wanted = select(Assignment.person_id).where(
        col(Assignment.state).in_(SETTLED),
        PolicyVersion.company_id == Assignment.company_id,
        PolicyVersion.id == Assignment.version_id,
        PolicyVersion.policy_id == version.policy_id,
        PolicyVersion.major == version.major,
    )
    return set(ctx.session.scalars(wanted))


def test_a_policy_lives_as_it_should_whatever_people_do(sqlite_template: Path, tmp_path: Path) -> None:
    numbers = count(1)

    def fresh() -> str:
        copy = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, copy)
        return f"sqlite:///{copy}"

    PolicyLife.fresh = staticmethod(fresh)
    chosen = settings(
        max_examples=10,
        stateful_step_count=15,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # to shrink a failure takes longer than a test may
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(PolicyLife, settings=chosen)
