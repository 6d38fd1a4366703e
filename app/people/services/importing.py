"""People from a file, a chunk of rows at a time: told beforehand what would happen, then done.

Each chunk is a transaction of its own, short enough that others write in between. An import that stops half-way
is simply repeated: what is done already is found unchanged.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from app.accounts.services import links as account_links
from app.authz import Permission
from app.context import Ctx
from app.db.bulk import expect_long_lists, insert_all, update_each
from app.errors import Conflict
from app.models import Employment, Person, Site, Team
from app.models.types import new_id
from app.people.rows import matching
from app.people.rules import granting
from app.people.rules.people_csv import PersonRow, RowError
from app.people.services import joining, leaving, roles, teams
from app.people.services.matching import KnownPeople, Step
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.roster import company as companies
from app.rules.folding import sort_name
from app.wording import N_

# Rows in one transaction. On SQLite everybody else who writes waits that long.
CHUNK = 1000
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What became, or would become, of some rows. ``taken`` are the people they are about, so that no other row is.

    ``steps`` are the first ``MOST_TOLD`` of each chunk that do anything, changes before new people.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    errors: tuple[RowError, ...] = ()
    new_teams: frozenset[str] = frozenset()
    new_sites: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()

    def __add__(self, other: "Result") -> "Result":
        return Result(*(_sum(getattr(self, name), getattr(other, name)) for name in self.__slots__))


def preview(ctx: Ctx, rows: Sequence[PersonRow], taken: Collection[str] = ()) -> Result:
    """Return what ``import_rows`` would do, and do nothing."""
    ctx.require(Permission.WRITE_PEOPLE)
    return _plan(ctx, rows, taken)[1]


def import_rows(ctx: Ctx, rows: Sequence[PersonRow], taken: Collection[str] = ()) -> Result:
    """Take on and change the people of one chunk of rows; rows in error are left out and told.

    Conflict ``people_changed`` if somebody else wrote the same people meanwhile; repeating the import solves it.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    companies.lock(ctx)
    steps, result = _plan(ctx, rows, taken)
    changing = [step for step in steps if step.changes]
    if changing:
        _refuse_changed_meanwhile(ctx, changing)
        _write(ctx, changing)
    return result


def _write(ctx: Ctx, steps: Sequence[Step]) -> None:
    try:
        _Writing(ctx, steps, _ensure(ctx, steps)).write()
    except IntegrityError as error:
        raise _changed_meanwhile() from error


def _refuse_changed_meanwhile(ctx: Ctx, steps: Sequence[Step]) -> None:
    read = {step.known.id: step.known.row_version for step in steps if step.known is not None}
    if read and matching.locked_versions(ctx, list(read)) != read:
        raise _changed_meanwhile()


def _changed_meanwhile() -> Conflict:
    detail = N_("Somebody changed the list of people at the same time. Start the import again.")
    return Conflict("people_changed", detail)


def _plan(ctx: Ctx, rows: Sequence[PersonRow], taken: Collection[str]) -> tuple[list[Step], Result]:
    expect_long_lists(ctx.session)
    known_people = KnownPeople(matching.known(ctx, rows), taken)
    may_grant = granting.may_grant(ctx.actor)
    found = [known_people.step(row, may_grant=may_grant, today=ctx.today) for row in rows]
    steps = [each for each in found if isinstance(each, Step)]
    result = Result(
        created=sum(step.known is None for step in steps),
        changed=sum(step.changes and step.known is not None for step in steps),
        unchanged=sum(not step.changes for step in steps),
        left=sum(_states_leaving(step) for step in steps),
        errors=tuple(each for each in found if isinstance(each, RowError)),
        taken=frozenset(known_people.taken),
        steps=_first(steps),
    )
    return steps, _with_new_places(ctx, steps, result)


def _first(steps: Sequence[Step]) -> tuple[Step, ...]:
    changing = (step for step in steps if step.changes)
    return tuple(sorted(changing, key=lambda step: step.known is None)[:MOST_TOLD])


def _with_new_places(ctx: Ctx, steps: Sequence[Step], result: Result) -> Result:
    named_teams = {step.row.team for step in steps if step.row.team} - teams.known(ctx, Team).keys()
    named_sites = {step.row.site for step in steps if step.row.site} - teams.known(ctx, Site).keys()
    return replace(result, new_teams=frozenset(named_teams), new_sites=frozenset(named_sites))


def _states_leaving(step: Step) -> bool:
    return step.row.ends_on is not None and (step.employs or "ends_on" in step.work)


def _sum(one: Any, other: Any) -> Any:
    return one | other if isinstance(one, frozenset) else one + other


def _named(name: str) -> dict[str, str]:
    return {"name": name, "sort_name": sort_name(name)}


class Joiner(NamedTuple):
    """What asking somebody to read needs to know of their employment."""

    person_id: str
    starts_on: date


class _Named(NamedTuple):
    """Ids of what the rows name: teams and sites by name, accounts by e-mail, and those that were there before."""

    teams: dict[str, str]
    sites: dict[str, str]
    accounts: dict[str, str]
    there_before: dict[str, str]


def _ensure(ctx: Ctx, steps: Sequence[Step]) -> _Named:
    """Create the teams, sites and accounts that the rows name and that do not exist yet.

    An account that is in use in this company is left out: it stays with the person who has it.
    """
    emails = {e for s in steps if (e := s.person.get("email") or (not s.known and s.row.email))}
    there_before = account_links.known(ctx, emails)
    accounts = account_links.by_email(ctx, emails)
    used = account_links.in_use(ctx, accounts.values())
    return _Named(
        teams=teams.named(ctx, Team, {step.row.team for step in steps if step.row.team}),
        sites=teams.named(ctx, Site, {step.row.site for step in steps if step.row.site}),
        accounts={email: account_id for email, account_id in accounts.items() if account_id not in used},
        there_before=there_before,
    )


class _Writing:
    """The steps of one chunk on their way into the tables; what they name is there already."""

    def __init__(self, ctx: Ctx, steps: Sequence[Step], named: _Named) -> None:
        self.ctx = ctx
        self.steps = steps
        self.named = named
        self.person_ids = {step.row.line: step.known.id if step.known else new_id() for step in steps}
        self.new_employments = [self._employment(step) for step in steps if step.employs]

    def write(self) -> None:
        """Write people first, then what hangs on them."""
        self._persons()
        self._ask_whose_account_was_there()
        self._employments()
        self._roles()
        self._ask_joiners()
        self._settle_leavers()
        self._trace()

    def _persons(self) -> None:
        session = self.ctx.session
        new = [step for step in self.steps if step.known is None]
        insert_all(session, Person, [self._new_person(step) for step in new])
        changed = [step for step in self.steps if step.known is not None]
        update_each(session, Person, [self._changed_person(step) for step in changed])
        moved = [step for step in changed if "email" in step.person]
        account_links.end_sessions(self.ctx, {s.known.account_id for s in moved if s.known and s.known.account_id})

    def _new_person(self, step: Step) -> dict[str, Any]:
        row, now = step.row, self.ctx.now
        return {
            "id": self.person_ids[row.line],
            **_named(row.name),
            "email": row.email,
            "external_id": row.external_id,
            "language": row.language or self.ctx.company.language,
            **self._way_in(row.email),
            "created_at": now,
            "updated_at": now,
        }

    def _changed_person(self, step: Step) -> dict[str, Any]:
        assert step.known is not None  # noqa: S101 - asked for people who are known
        link = self._way_in(step.person["email"]) if "email" in step.person else {}
        named = _named(step.person["name"]) if "name" in step.person else {}
        version = {"row_version": step.known.row_version + 1, "updated_at": self.ctx.now}
        return {"id": step.known.id, **step.person, **named, **link, **version}

    def _way_in(self, email: str | None) -> dict[str, Any]:
        account_id = self.named.accounts.get(email or "")
        return {"account_id": account_id, "accepted": account_id is None or email not in self.named.there_before}

    def _ask_whose_account_was_there(self) -> None:
        for step in self.steps:
            email = step.person.get("email") or (not step.known and step.row.email)
            if email in self.named.there_before and email in self.named.accounts:
                account_links.ask(self.ctx, self.person_ids[step.row.line], self.named.accounts[email])

    def _employments(self) -> None:
        insert_all(self.ctx.session, Employment, self.new_employments)
        changes = [
            {"id": step.known.employment_id, **self._placed(step.work)}
            for step in self.steps
            if step.known is not None and step.work
        ]
        update_each(self.ctx.session, Employment, changes)

    def _employment(self, step: Step) -> dict[str, Any]:
        row = step.row
        window = {"working_window": str(row.working_window or Employment.model_fields["working_window"].default)}
        stated = self._placed({"team": row.team, "site": row.site})
        dates = {"starts_on": row.starts_on or self._first_day(row), "ends_on": row.ends_on}
        return {"person_id": self.person_ids[row.line], **stated, **dates, **window}

    def _first_day(self, row: PersonRow) -> date:
        return min(self.ctx.today, row.ends_on or self.ctx.today)

    def _placed(self, work: dict[str, Any]) -> dict[str, Any]:
        """Return the columns of an employment, with ids in place of the names of team and site."""
        ids = {"team": self.named.teams, "site": self.named.sites}
        return {
            f"{name}_id" if name in ids else name: ids[name].get(value) if name in ids else value
            for name, value in work.items()
        }

    def _roles(self) -> None:
        for step in self.steps:
            for role in sorted(step.roles):
                roles.grant(self.ctx, self.person_ids[step.row.line], role)

    def _ask_joiners(self) -> None:
        """Ask who is new, who comes back or stays longer, and of whom an audience knows something new."""
        new = [Joiner(row["person_id"], row["starts_on"]) for row in self.new_employments]
        changed = [
            Joiner(step.known.id, step.work.get("starts_on", step.known.starts_on))
            for step in self.steps
            if step.known and {*step.person, *step.work} & {"language", "team", "site", "ends_on"}
        ]
        joining.ask(self.ctx, new + changed)

    def _settle_leavers(self) -> None:
        """Settle who is gone now; who leaves later is settled on the morning after."""
        ctx = self.ctx
        leaving_on = {self.person_ids[step.row.line]: step.row.ends_on for step in self.steps if _states_leaving(step)}
        left = ((person_id, {"last_day": str(last_day)}) for person_id, last_day in leaving_on.items())
        audit.record_each(ctx, Act.PERSON_LEFT, left)
        later = {p: day for p, day in leaving_on.items() if day is not None and day >= ctx.today}
        leaving.settle_all(ctx, [person_id for person_id in leaving_on if person_id not in later])
        jobs = [(leaving.morning_after(ctx, day), {"person_id": person_id}) for person_id, day in later.items()]
        outbox.add_each(ctx, JobKind.LEAVE, jobs)

    def _trace(self) -> None:
        created = [self.person_ids[step.row.line] for step in self.steps if step.known is None]
        changed = [step.known.id for step in self.steps if step.known is not None]
        audit.record(self.ctx, Act.PEOPLE_IMPORTED, self.ctx.company_id, created=created, changed=changed)
