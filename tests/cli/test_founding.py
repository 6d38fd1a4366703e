"""The first company, the first agency, and a way in for whom the mail does not reach."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app import db
from app.access import entry, organisations
from app.accounts.services import sign_in
from app.authz import AGENCY_ROLE_PERMISSIONS, AgencyRole, Role, SignedIn
from app.context import AccountCtx
from app.models import LinkPurpose
from app.models.types import new_id
from tests.cli.conftest import Portavoce
from tests.fixtures import Database

OWNER = ["--owner-name", "Ludovica Dell’Aquila", "--owner-email", "Ludovica@santelmo.example"]
COMPANY = ["company", "create", "--name", "Cantina Sant’Elmo", *OWNER]
AGENCY = ["agency", "create", "--name", "Terza Riga", *OWNER]


def in_database(url: str, scope: db.Scope, fn: Callable[..., Any], *args: Any) -> Any:
    async def run() -> Any:
        seam = db.open_database(url, guard_sql=True)
        try:
            return await seam.write(scope, fn, *args)
        finally:
            await seam.close()

    return asyncio.run(run())


def redeemed(session: Any, out: str) -> str:
    """Return the account that comes in with the printed link."""
    (token,) = re.findall(r"token=(\S+)", out)
    return sign_in.redeem_link(AccountCtx(session, None, datetime.now(UTC), "test"), token, LinkPurpose.SIGN_IN)


def caller(account_id: str) -> SignedIn:
    return SignedIn(account_id, new_id(), "magic_link", datetime.now(UTC), "it", None, locked=False)


def actor(session: Any, company_id: str, account_id: str) -> Any:
    return entry.enter(session, caller(account_id), company_id, datetime.now(UTC)).actor


@pytest.mark.parametrize("database_kind", ["sqlite", "postgres"])
def test_the_owner_of_a_new_company_comes_in_with_the_printed_link(portavoce: Portavoce, database: Database) -> None:
    done = portavoce(*COMPANY, DATABASE_URL=database.url, PUBLIC_URL="https://voce.example")
    assert "https://voce.example/sign-in/link?token=" in done.out
    (company_id,) = re.findall(r"^Company Cantina Sant’Elmo: (\S+)$", done.out, re.MULTILINE)
    account_id = in_database(database.url, db.NO_COMPANY, redeemed, done.out)
    owner = in_database(database.url, db.Scope(company_id), actor, company_id, account_id)
    assert owner.roles == {Role.OWNER, Role.EMPLOYEE}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgres"])
def test_the_administrator_of_a_new_agency_comes_in_with_the_printed_link(
    portavoce: Portavoce, database: Database
) -> None:
    done = portavoce(*AGENCY, DATABASE_URL=database.url)
    (agency_id,) = re.findall(r"^Agency Terza Riga: (\S+)$", done.out, re.MULTILINE)
    account_id = in_database(database.url, db.NO_COMPANY, redeemed, done.out)
    scope = db.Scope(agency_id=agency_id)
    inside = in_database(database.url, scope, entry.enter_agency, caller(account_id), agency_id)
    assert inside.actor.permissions == AGENCY_ROLE_PERMISSIONS[AgencyRole.AGENCY_ADMIN]


def test_one_account_serves_all_companies_and_agencies_of_a_person(portavoce: Portavoce, database: Database) -> None:
    for arguments in (COMPANY, AGENCY):
        assert portavoce(*arguments, DATABASE_URL=database.url).status == 0
    done = portavoce("user", "link", "ludovica@SANTELMO.example", DATABASE_URL=database.url)
    account_id = in_database(database.url, db.NO_COMPANY, redeemed, done.out)
    known = in_database(database.url, db.Scope(account_id=account_id), own_organisations, account_id)
    assert [one.name for one in known] == ["Cantina Sant’Elmo", "Terza Riga"]


def own_organisations(session: Any, account_id: str) -> Any:
    return organisations.of_account(AccountCtx(session, account_id, datetime.now(UTC), "test"))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--owner-email", "nobody"], "OWNER_EMAIL"),
        (["--language", "fr"], "LANGUAGE"),
        (["--name", " "], "NAME"),
    ],
)
def test_what_cannot_be_used_is_named(portavoce: Portavoce, database: Database, options: list[str], named: str) -> None:
    refusal = portavoce(*COMPANY, *options, DATABASE_URL=database.url).refusal
    assert refusal.startswith(f"{named} cannot be used: ")


def test_a_time_zone_that_nobody_knows_is_refused(portavoce: Portavoce, database: Database) -> None:
    done = portavoce(*COMPANY, "--time-zone", "Mars/Olympus", DATABASE_URL=database.url)
    assert done.refusal.startswith("This time zone is not known.")


def test_a_link_for_an_address_that_is_none_is_refused(portavoce: Portavoce, database: Database) -> None:
    assert portavoce("user", "link", "nobody", DATABASE_URL=database.url).refusal.startswith("The value cannot be used")


def test_a_link_for_somebody_unknown_is_refused(portavoce: Portavoce, database: Database) -> None:
    done = portavoce("user", "link", "nobody@aurora.example", DATABASE_URL=database.url)
    assert done.refusal == "Nobody signs in with nobody@aurora.example."
