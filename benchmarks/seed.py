"""Fill a fresh database with one company of N people, published policies and part of their acknowledgements.

python -m benchmarks.seed sqlite:///data/bench.db 10000 facts.json
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app.access.secrets import new_token, token_hash
from app.authz import CLIENT_SCOPES, Role
from app.db import NO_COMPANY, Database, Scope, open_database
from app.models import (
    Account,
    Acknowledgement,
    AcknowledgementMethod,
    Assignment,
    Company,
    Employment,
    OAuthClient,
    OAuthToken,
    Person,
    Policy,
    PolicyKind,
    PolicyText,
    PolicyVersion,
    RoleGrant,
    SignInMethod,
    SignInSession,
    Team,
)
from app.models.types import new_id
from app.policies.queries import guides
from app.policies.rules.assignment import AssignmentState
from app.policies.rules.version import VersionState
from app.rules.fingerprint import content_sha256, sha256_hex
from app.rules.instants import canonical

NOW = datetime.now(UTC)
TEAMS = ("Produzione", "Uffici", "Logistica", "Qualità", "Vendite", "Manutenzione", "Spedizioni")
CHUNK = 5000
# Enough (policy, person) pairs for every round of the acknowledgement benchmark.
PAIRS = 120_000


def chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


async def add(db: Database, scope: Scope, model: Any, rows: list[dict[str, Any]]) -> None:
    for part in chunks(rows):
        await db.write(scope, lambda session, part=part: session.execute(insert(model), part))


def person_rows(company_id: str, number: int) -> list[dict[str, Any]]:
    return [
        {
            "company_id": company_id,
            "id": new_id(),
            "account_id": None,
            "name": f"Persona {number_:06d} Di Prova",
            "sort_name": f"di prova persona {number_:06d}",
            "email": f"persona{number_}@prova.example",
            "external_id": f"M{number_:06d}",
            "language": "it",
            "row_version": 1,
            "created_at": NOW,
            "updated_at": NOW,
        }
        for number_ in range(number)
    ]


async def policy(db: Database, scope: Scope, people: list[str], acknowledged: float) -> dict[str, str]:
    """Publish one policy and ask everybody; the first share of people has acknowledged it."""
    company_id = scope.company_id
    policy_id, version_id = new_id(), new_id()
    body = guides.guide("internal", "it", company="Prova", contact="hr@prova.example")
    statement = "Ho ricevuto e letto la policy."
    content = content_sha256({"it": body})
    await add(
        db,
        scope,
        Policy,
        [{"company_id": company_id, "id": policy_id, "kind": PolicyKind.INTERNAL, "name": "Policy", "created_at": NOW}],
    )
    version = PolicyVersion(
        company_id=company_id,
        id=version_id,
        policy_id=policy_id,
        state=VersionState.IN_FORCE,
        major=1,
        minor=0,
        effective_on=date.today() - timedelta(days=10),  # noqa: DTZ011 - any day does
        content_sha256=content,
        approved_at=NOW,
        published_at=NOW - timedelta(days=10),
        created_at=NOW,
    )
    await db.write(scope, lambda session: session.add(version))
    text = PolicyText(
        company_id=company_id,
        version_id=version_id,
        language="it",
        title="Policy",
        body=body,
        statement=statement,
        statement_sha256=sha256_hex(statement),
    )
    await db.write(scope, lambda session: session.add(text))
    done = int(len(people) * acknowledged)
    await add(db, scope, Assignment, list(_assignments(company_id, version_id, people, done)))
    hashes = {"content_sha256": content, "statement_sha256": sha256_hex(statement)}
    await add(db, scope, Acknowledgement, list(_acknowledgements(company_id, version_id, people[:done], hashes)))
    return {"policy_id": policy_id, "version_id": version_id, "language": "it", **hashes}


def _assignments(company_id: Any, version_id: str, people: list[str], done: int) -> Iterator[dict[str, Any]]:
    for position, person_id in enumerate(people):
        yield {
            "company_id": company_id,
            "id": new_id(),
            "version_id": version_id,
            "person_id": person_id,
            "state": AssignmentState.ACKNOWLEDGED if position < done else AssignmentState.OPEN,
            "due_on": date.today() + timedelta(days=4),  # noqa: DTZ011 - any day does
            "opened_at": NOW - timedelta(days=10),
            "answered_at": NOW - timedelta(days=position % 10) if position < done else None,
            "note": "",
            "reply": "",
            "reminders_sent": 0,
            "last_reminded_at": None,
        }


def _acknowledgements(
    company_id: Any, version_id: str, people: list[str], hashes: dict[str, str]
) -> Iterator[dict[str, Any]]:
    for position, person_id in enumerate(people):
        yield {
            "company_id": company_id,
            "id": new_id(),
            "version_id": version_id,
            "person_id": person_id,
            "at": canonical(NOW - timedelta(days=position % 10)),
            "language": "it",
            **hashes,
            "method": AcknowledgementMethod.PAGE,
            "sign_in_method": "password",
            "authenticated_at": NOW,
            "recorded_by": person_id,
            "scan_id": None,
        }


async def sign_in(db: Database, scope: Scope, person_id: str, email: str, role: Role | None) -> str:
    """Give a person an account and a session; return the session's token."""
    account, token = Account(email=email, created_at=NOW), new_token("pvs")
    session_row = SignInSession(
        token_hash=token_hash(token),
        account_id=account.id,
        method=SignInMethod.PASSWORD,
        organisation_id=scope.company_id,
        created_at=NOW,
        idle_until=NOW + timedelta(days=3),
        expires_at=NOW + timedelta(days=30),
    )
    await db.write(NO_COMPANY, lambda session: session.add(account))
    await db.write(NO_COMPANY, lambda session: session.add(session_row))

    def link(session: Any) -> None:
        session.get(Person, (scope.company_id, person_id)).account_id = account.id
        if role:
            session.add(RoleGrant(person_id=person_id, role=role))

    await db.write(scope, link)
    return token


async def machine(db: Database, company_id: str) -> str:
    """Make an API client that may do everything in the company; return an access token."""
    scopes, token = sorted(permission.value for permission in CLIENT_SCOPES), new_token("pva")
    client = OAuthClient(owner_company=company_id, name="bench", secret_hash="0" * 64, scopes=scopes, created_at=NOW)
    held = OAuthToken(
        token_hash=token_hash(token),
        client_id=client.id,
        scopes=scopes,
        issued_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    await db.write(NO_COMPANY, lambda session: session.add(client))
    await db.write(NO_COMPANY, lambda session: session.add(held))
    return token


async def fill(url: str, number: int) -> dict[str, Any]:
    """Make everything; return the ids, tokens and request bodies that the load needs."""
    db, company_id = open_database(url), new_id()
    scope = Scope(company_id)
    await db.write(NO_COMPANY, lambda session: session.add(Company(id=company_id, name="Prova", created_at=NOW)))
    teams = [Team(company_id=company_id, name=name) for name in TEAMS]
    team_ids = [team.id for team in teams]
    await db.write(scope, lambda session: session.add_all(teams))
    rows = person_rows(company_id, number)
    people = [row["id"] for row in rows]
    await add(db, scope, Person, rows)
    await add(db, scope, Employment, [_employment(company_id, row["id"], team_ids) for row in rows])
    shown = [await policy(db, scope, people, 0.7)]
    # Whoever looks at their home has been asked one thing, as the page that is rendered alone has.
    shown += [await policy(db, scope, people[:-1], 0.0) for _ in range(max(1, PAIRS // number))]
    facts = {
        "company_id": company_id,
        "people": people[:-1],
        "shown": shown,
        "api": await machine(db, company_id),
        "hr": await sign_in(db, scope, people[0], "hr@prova.example", Role.HR),
        "employee": await sign_in(db, scope, people[-1], "employee@prova.example", None),
    }
    await db.close()
    return facts


def _employment(company_id: str, person_id: str, teams: list[str]) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "id": new_id(),
        "person_id": person_id,
        "team_id": teams[hash(person_id) % len(teams)],
        "site_id": None,
        "starts_on": date(2020, 1, 1),
        "ends_on": None,
        "working_window": "09:00-18:00 mon-fri",
    }


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(json.dumps(asyncio.run(fill(sys.argv[1], int(sys.argv[2])))), encoding="utf-8")
