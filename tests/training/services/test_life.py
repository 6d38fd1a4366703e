"""The life of an enrolment as a whole: whatever people, versions and records do, these things hold."""

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
from app.models import Employment, Enrolment, TrainingEvent, TrainingEventKind
from app.training.rows import lessons
from app.training.rules.course import Asks
from app.training.rules.enrolment import LIFECYCLE, EnrolmentState
from app.training.schemas.enrolment import RecordIn
from app.training.services import attempting, enrolling, recording, taking
from tests import world as cast
from tests.steps import follows
from tests.training.courses import add_course, add_version
from tests.training.services.test_taking import right, wrong
from tests.world import NOW, TODAY


class EnrolmentLife(RuleBasedStateMachine):
    """One course, one person, and a clock. A refusal is fine; what is recorded must be right."""

    fresh: Callable[[], str]

    @initialize()
    def found(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.now, self.records = NOW, count(1)
        self.passed: dict[int, Any] = {}
        self.seam = db.open_database(type(self).fresh(), guard_sql=True)
        self.world = self.run(cast.build(self.seam))
        self.course_id = self.run(self.world.system().write(add_course)).course_id
        self.before = self.enrolment()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def attempt(self, who: str, verb: Callable[..., Any], *arguments: Any) -> Any:
        door = self.world.act(who, self.now) if who else self.world.system(self.now)
        try:
            return self.run(door.write(verb, *arguments))
        except DomainError:
            return None

    def look(self, query: Callable[..., Any], *arguments: Any) -> Any:
        return self.run(self.world.system(self.now).read(query, *arguments))

    def enrolment(self) -> Enrolment:
        wanted = select(Enrolment).where(Enrolment.person_id == self.world.person["employee"])
        return self.look(lambda ctx: ctx.session.scalars(wanted).one())

    def keys(self) -> list[str]:
        return [one.key for one in self.look(lessons.of_version, self.enrolment().version_id)]

    @rule(place=st.integers(0, 3), reported=st.booleans())
    def do_lesson(self, place: int, *, reported: bool) -> None:
        key = self.keys()[place % len(self.keys())]
        if reported:
            self.report("lesson_done", lesson_key=key)
        else:
            self.attempt("employee", taking.finish_lesson, self.course_id, key, "it")

    @rule(well=st.booleans())
    def take_everything(self, *, well: bool) -> None:
        for key in self.keys():
            self.attempt("employee", taking.finish_lesson, self.course_id, key, "en")
        attempt = self.attempt("employee", attempting.begin, self.course_id)
        for question in attempt.questions if attempt else ():
            given = (right if well else wrong)(question)
            self.attempt("employee", attempting.answer, attempt.id, question["id"], given, "it")

    @rule(days=st.integers(0, 3))
    def report_a_completion(self, days: int) -> None:
        self.report("passed", days)

    def report(self, kind: str, days: int = 0, **facts: Any) -> None:
        told = {"course_id": self.course_id, "person_id": self.world.person["employee"], **facts}
        at = (self.now - timedelta(days=days)).isoformat()
        data = RecordIn(**told, kind=kind, at=at, external_id=f"lms-{next(self.records)}")  # type: ignore[arg-type]
        for _ in range(2):  # twice is once
            self.attempt("hr", recording.record, data)

    @rule(asks=st.sampled_from(Asks), number=st.integers(1, 4), changed=st.booleans())
    def publish(self, asks: Asks, number: int, *, changed: bool) -> None:
        def act(ctx: Ctx) -> None:
            add_version(ctx, self.course_id, asks=asks, lessons=number, changed=(0,) if changed else ())

        self.attempt("", act)

    @rule(verb=st.sampled_from(["exempt", "cancel", "enrol", "renew"]))
    def decide(self, verb: str) -> None:
        row, employee = self.enrolment(), self.world.person["employee"]
        acts: dict[str, tuple[str, Any, Any]] = {
            "exempt": ("hr", enrolling.exempt, (row.id, "Basta.")),
            "cancel": ("hr", enrolling.cancel, (row.id,)),
            "enrol": ("hr", enrolling.enrol_person, (employee, self.course_id)),
            "renew": ("", enrolling.renew, (row.id, TODAY)),
        }
        who, act, arguments = acts[verb]
        self.attempt(who, act, *arguments)

    @rule(back=st.booleans())
    def leave(self, *, back: bool) -> None:
        def act(ctx: Ctx) -> None:
            wanted = select(Employment).where(Employment.person_id == self.world.person["employee"])
            employment = ctx.session.scalars(wanted).one()
            employment.ends_on = None if back else ctx.today - timedelta(days=1)
            ctx.session.flush()
            if back:
                enrolling.ask_joiners(ctx, [employment])
            else:
                enrolling.release_leavers(ctx, [employment.person_id])

        self.attempt("", act)

    @rule()
    def wait(self) -> None:
        self.now += timedelta(days=1)

    @invariant()
    def states_follow_one_another_as_the_table_says(self) -> None:
        row = self.enrolment()
        assert follows(LIFECYCLE, self.before.state, row.state, most=4)
        self.before = row

    @invariant()
    def progress_is_between_nothing_and_everything(self) -> None:
        assert 0 <= self.look(lessons.how_far, self.enrolment()).percent <= 100

    @invariant()
    def every_pass_has_one_event_and_its_time_never_moves(self) -> None:
        wanted = select(TrainingEvent).where(TrainingEvent.kind == TrainingEventKind.PASSED)
        rows = self.look(lambda ctx: ctx.session.scalars(wanted.order_by(col(TrainingEvent.id))).all())
        assert {one.id: one.at for one in rows}.items() >= self.passed.items()
        self.passed = {one.id: one.at for one in rows}
        row = self.enrolment()
        if row.state is EnrolmentState.PASSED:
            assert rows[-1].at == row.answered_at

    @invariant()
    def a_lesson_is_done_once_in_a_cycle_and_version(self) -> None:
        wanted = select(TrainingEvent).where(TrainingEvent.kind == TrainingEventKind.LESSON_DONE)
        rows = self.look(lambda ctx: ctx.session.scalars(wanted).all())
        assert len({(one.cycle, one.version_id, one.lesson_key) for one in rows}) == len(rows)

    def teardown(self) -> None:
        self.run(self.seam.close())
        self.loop.close()


def test_an_enrolment_lives_as_it_should_whatever_happens(sqlite_template: Path, tmp_path: Path) -> None:
    numbers = count(1)

    def fresh() -> str:
        copy = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, copy)
        return f"sqlite:///{copy}"

    EnrolmentLife.fresh = staticmethod(fresh)
    chosen = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # to shrink a failure takes longer than a test may
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(EnrolmentLife, settings=chosen)
