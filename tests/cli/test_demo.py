"""The demo: loaded once, believable, open to whom it says, and never anywhere else."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app import db
from app.access import api_tokens, organisations
from app.access.secrets import code_hash
from app.access.work import Door
from app.accounts.services import passwords
from app.cli.database import OPERATOR
from app.cli.demo import firm, marks, ways_in
from app.cli.demo.start import introduction, prepare
from app.cli.demo.story import ROME
from app.context import AccountCtx
from app.models import Account, OAuthClient
from app.people.queries import people as staff
from app.people.services import invitations
from app.rules.working_time import WorkingWindow, contains
from tests.cli.conftest import SECRETS, Portavoce, demo_settings
from tests.cli.interrupting import answer, free_port, interrupted_after
from tests.fixtures import Database

AURORA = marks.COMPANY_IDS["aurora"]


def rows(url: str, statement: str) -> list[Any]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(statement).fetchall()


def in_demo(url: str, fn: Callable[[db.Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        seam = db.open_database(url, guard_sql=True)
        try:
            return await fn(seam)
        finally:
            await seam.close()

    return asyncio.run(run())


@pytest.mark.parametrize("email", ways_in.sign_ins())
def test_every_printed_address_comes_in_with_the_printed_password(demo_url: str, email: str) -> None:
    def organisations_of(session: Any) -> list[organisations.Organisation]:
        account = session.get(Account, account_id)
        assert passwords.check(account.password_hash, ways_in.PASSWORD).matches
        return organisations.of_account(AccountCtx(session, account_id, datetime.now(UTC), "test"))

    ((account_id,),) = rows(demo_url, f"SELECT id FROM account WHERE email = '{email}'")
    known = in_demo(demo_url, lambda seam: seam.read(db.Scope(account_id=account_id), organisations_of))
    assert [one.name for one in known] == [
        "Agenzia Terza Riga" if email.endswith("@terzariga.example") else "Pastificio Aurora"
    ]


def test_the_printed_code_brings_its_person_in_at_every_start(demo_url: str) -> None:
    settings = demo_settings(demo_url)
    hashed = code_hash("k7qf 2m9x", settings.secret_key.get_secret_value())

    for _ in range(2):
        redeem = lambda seam: Door(seam, OPERATOR, AURORA, "test").write(invitations.redeem, hashed)  # noqa: E731
        account_id = in_demo(demo_url, redeem)
        assert rows(demo_url, f"SELECT name FROM person WHERE account_id = '{account_id}'") == [("Giulia Ferrara",)]
        asyncio.run(prepare(settings))


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        (marks.AGENCY_CLIENT_ID, ways_in.AGENCY_SECRET),
        (marks.COMPANY_CLIENT_ID, ways_in.COMPANY_SECRET),
    ],
)
def test_the_printed_api_clients_have_the_printed_secrets(demo_url: str, client_id: str, secret: str) -> None:
    def right(session: Any) -> bool:
        client = session.get(OAuthClient, client_id)
        return client is not None and api_tokens.is_secret_of(client, secret)

    assert in_demo(demo_url, lambda seam: seam.read(db.NO_COMPANY, right))


def test_the_introduction_names_everything_that_comes_in(demo_url: str) -> None:
    said = introduction(demo_settings(demo_url))
    secrets = (ways_in.PASSWORD, "K7QF-2M9X", marks.AGENCY_CLIENT_ID, ways_in.AGENCY_SECRET, ways_in.COMPANY_SECRET)
    assert [word for word in (*secrets, *ways_in.sign_ins()) if word not in said] == []


def test_everybody_in_the_files_is_there(demo_url: str) -> None:
    for company in firm.firm().companies:
        found = rows(demo_url, f"SELECT external_id FROM person WHERE company_id = '{marks.COMPANY_IDS[company.key]}'")
        assert {row[0] for row in found} == {row.external_id for row in company.rows()}


def test_the_second_version_says_what_changed_in_both_languages(demo_url: str) -> None:
    found = rows(
        demo_url,
        "SELECT language, body, summary FROM policy_text JOIN policy_version ON policy_version.id = version_id "
        f"WHERE policy_version.major = 2 AND policy_version.company_id = '{AURORA}'",
    )
    for language, body, summary in found:
        said = getattr(firm.changes(), language)
        assert summary == said.summary
        assert [change.new for change in said.replacements if change.new not in body] == []
    assert {row[0] for row in found} == {"it", "en"}


def test_every_version_is_begun_submitted_approved_and_published_in_that_order(demo_url: str) -> None:
    acts = ("created", "submitted", "approved", "published")
    found = rows(demo_url, "SELECT subject_id, action, at FROM audit_event WHERE action LIKE 'policy_version:%'")
    done: dict[str, dict[str, str]] = {}
    for version_id, action, at in found:
        done.setdefault(version_id, {})[action.removeprefix("policy_version:")] = at
    moments = [[times[act] for act in acts if act in times] for times in done.values()]
    assert sorted(len(times) for times in moments) == [2, 2, 4, 4, 4, 4]
    assert [times for times in moments if times != sorted(times)] == []


def test_some_have_answered_the_second_version_and_some_have_not(demo_url: str) -> None:
    states = dict(
        rows(
            demo_url,
            "SELECT assignment.state, count(*) FROM assignment JOIN policy_version ON policy_version.id = version_id "
            "WHERE policy_version.major = 2 GROUP BY 1",
        )
    )
    assert (states["question"], states["declined"]) == (1, 1)
    assert 40 < states["acknowledged"] < 110
    assert states["open"] > 20


def test_everybody_acknowledged_in_their_own_working_time(demo_url: str) -> None:
    found = rows(
        demo_url,
        "SELECT at, working_window FROM acknowledgement JOIN employment "
        "ON employment.person_id = acknowledgement.person_id",
    )
    outside = [
        (at, window)
        for at, window in found
        if not contains(datetime.fromisoformat(at), ROME, WorkingWindow.parse(window))
    ]
    assert len(found) > 150
    assert outside == []


def test_last_months_hours_are_closed_and_payroll_has_its_codes(demo_url: str) -> None:
    met = "SELECT sum(minutes) FROM recognised_minutes WHERE kind = 'correction' GROUP BY person_id ORDER BY 1"
    sums = rows(demo_url, met)
    assert sums == [(60,), *[(75,)] * 5]
    months = rows(demo_url, "SELECT month, closed_at FROM payroll_month ORDER BY month")
    closed = [month for month, closed_at in months if closed_at]
    assert closed
    assert closed == [month for month, _ in months][: len(closed)]
    assert rows(demo_url, "SELECT company_code, cause_code FROM payroll_mapping") == [("000042", "FORM")]


def test_one_course_is_passed_by_most_and_half_taken_by_one(demo_url: str) -> None:
    found = dict(rows(demo_url, "SELECT state, count(*) FROM enrolment GROUP BY state"))
    assert found["passed"] > found["assigned"] > 0
    assert found["in_progress"] == 1
    assert rows(demo_url, "SELECT count(*) FROM certificate") == [(found["passed"],)]
    assert rows(demo_url, "SELECT count(*) FROM enrolment WHERE due_on < DATE('now')") == [(0,)]


def test_nothing_of_the_past_is_still_to_be_sent(demo_url: str) -> None:
    assert rows(demo_url, "SELECT count(*) FROM job WHERE state = 'waiting' AND run_at <= '2026'") == [(0,)]
    assert rows(demo_url, "SELECT count(*) FROM job WHERE state = 'done'") != [(0,)]


def test_a_second_start_changes_nothing(demo_url: str) -> None:
    counted = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM acknowledgement), (SELECT count(*) FROM job)"
    before = rows(demo_url, counted)
    asyncio.run(prepare(demo_settings(demo_url)))
    assert rows(demo_url, counted) == before


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_the_demo_loads_on_postgresql_as_well(database: Database) -> None:
    async def people(seam: db.Database) -> int:
        return len(await Door(seam, OPERATOR, AURORA, "test").read(staff.page, staff.Wanted(), None, 200))

    asyncio.run(prepare(demo_settings(database.url)))
    assert in_demo(database.url, people) == 148


def test_the_demo_says_who_comes_in_and_answers(portavoce: Portavoce, tmp_path: Any) -> None:
    port, answers = free_port(), list[httpx.Response | None]()
    url = f"sqlite:///{tmp_path / 'new' / 'demo.db'}"
    with interrupted_after(lambda ended: answers.append(answer(f"http://127.0.0.1:{port}/livez", ended))):
        done = portavoce("demo", DATABASE_URL=url, PORT=str(port), DEMO="true")
    assert (done.status, f"http://127.0.0.1:{port}" in done.out) == (0, True)
    assert [one.status_code for one in answers if one] == [200]


def test_the_demo_never_touches_other_data(portavoce: Portavoce, database: Database) -> None:
    owner = ["--owner-name", "Ada", "--owner-email", "ada@real.example"]
    portavoce("company", "create", "--name", "Real", *owner, DATABASE_URL=database.url)
    done = portavoce("demo", DATABASE_URL=database.url, PORT="0", DEMO="true")
    assert done.refusal.startswith("This database holds other data")
    assert rows(database.url, "SELECT name FROM company") == [("Real",)]


def test_the_demo_is_not_served_outside_demo_mode(portavoce: Portavoce, demo_url: str) -> None:
    done = portavoce("serve", DATABASE_URL=demo_url, PORT="0", **SECRETS)
    assert done.refusal.startswith("This database holds the demo, whose passwords are public")
