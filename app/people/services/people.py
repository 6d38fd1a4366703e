"""People: coming to the company, and what changes about them. Leaving is in leaving.py, roles are in roles.py."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.accounts.services import links as account_links
from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, DomainError, FieldError, Invalid, PreconditionFailed
from app.models import Employment, Person
from app.people.rows import people
from app.people.schemas.people import PersonChange, PersonFacts, PersonIn, RejoinIn
from app.people.services import joining, leaving, roles, teams
from app.platform import audit
from app.platform.attempts import attempt
from app.platform.audit import Act
from app.roster import people as roster
from app.rules.folding import sort_name
from app.rules.working_time import InvalidWindow, WorkingWindow
from app.wording import N_

_OF_PERSON = ("name", "email", "external_id", "language")
_OF_EMPLOYMENT = ("team_id", "site_id", "starts_on", "working_window")
_CLEARABLE = frozenset({"email", "team_id", "site_id"})


class Written(NamedTuple):
    """A person that was taken on or changed, and which of the two."""

    person: PersonFacts
    is_new: bool


def create(ctx: Ctx, data: PersonIn) -> PersonFacts:
    """Take a person on; they are asked to read what is in force. Conflict if e-mail or number is somebody else's."""
    ctx.require(Permission.WRITE_PEOPLE)
    teams.refuse_unknown(ctx, data.team_id, data.site_id)
    person = Person(
        name=data.name,
        email=data.email,
        external_id=data.external_id,
        language=data.language or ctx.company.language,
        **_way_in(ctx, data.email),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    try:
        ctx.session.add(person)
        ctx.session.flush()
    except IntegrityError as error:
        raise _taken(error) from error
    _ask(ctx, person)
    employment = _employ(ctx, person.id, data)
    audit.record(ctx, Act.PERSON_CREATED, person.id, starts_on=employment.starts_on.isoformat())
    return people.facts(ctx, person)


def change(ctx: Ctx, person_id: str, row_version: int, data: PersonChange) -> PersonFacts:
    """Change a person; PreconditionFailed if somebody else did since ``row_version``."""
    ctx.require(Permission.WRITE_PEOPLE)
    person = roster.person(ctx, person_id)
    if person.row_version != row_version:
        raise PreconditionFailed
    return _change(ctx, person, data.model_dump(exclude_unset=True))


def move(ctx: Ctx, person_id: str, team_id: str) -> PersonFacts:
    """Put a person into another team, whatever else changes about them meanwhile."""
    ctx.require(Permission.WRITE_PEOPLE)
    return _change(ctx, roster.person(ctx, person_id), {"team_id": team_id})


def upsert(ctx: Ctx, external_id: str, data: PersonIn) -> Written:
    """Take on or change the person with this number.

    What the body leaves out stays. A first day after the last one makes a new employment.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    if data.external_id not in {None, external_id}:
        detail = N_("This number differs from the one in the address. Leave it out, or write the same.")
        raise Invalid([FieldError("/external_id", "external_id_differs", detail)])
    known = people.numbered(ctx, external_id)
    if known is None:
        return Written(create(ctx, data.model_copy(update={"external_id": external_id})), is_new=True)
    _bring_up_to_date(ctx, known, data)
    return Written(people.facts(ctx, known), is_new=False)


def write_rows(ctx: Ctx, rows: Sequence[PersonIn]) -> list[Written | DomainError]:
    """Upsert each row by its number, or take the person on; a row that is refused leaves the others alone.

    Return for each row what was written, or the refusal.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    return [attempt(ctx, _write_row, row) for row in rows]


def rejoin(ctx: Ctx, person_id: str, data: RejoinIn) -> PersonFacts:
    """Give a person who left a new employment; Conflict ``still_employed`` if they did not leave yet."""
    ctx.require(Permission.WRITE_PEOPLE)
    person, last = roster.person(ctx, person_id), people.employment(ctx, person_id)
    if last.ends_on is None or last.ends_on >= data.starts_on:
        detail = N_("This person still works here on that day. Choose a first day after the last one.")
        raise Conflict("still_employed", detail)
    teams.refuse_unknown(ctx, data.team_id, data.site_id)
    employment = _employ(ctx, person_id, data)
    _touch(ctx, person, {})
    audit.record(ctx, Act.PERSON_REJOINED, person_id, starts_on=employment.starts_on.isoformat())
    return people.facts(ctx, person)


def _write_row(ctx: Ctx, row: PersonIn) -> Written:
    return upsert(ctx, row.external_id, row) if row.external_id else Written(create(ctx, row), is_new=True)


def _bring_up_to_date(ctx: Ctx, known: Person, data: PersonIn) -> None:
    stated = {name: getattr(data, name) for name in data.model_fields_set - {"external_id", "ends_on"}}
    changes = {name: value for name, value in stated.items() if value is not None or name in _CLEARABLE}
    last_day = people.employment(ctx, known.id).ends_on
    if last_day and data.starts_on and data.starts_on > last_day:
        _change(ctx, known, {name: changes[name] for name in changes.keys() & set(_OF_PERSON)})
        rejoin(ctx, known.id, RejoinIn(**data.model_dump(include=set(RejoinIn.model_fields))))
        return
    _change(ctx, known, changes)
    if data.ends_on is not None and data.ends_on != last_day:
        leaving.leave(ctx, known.id, data.ends_on)


def _change(ctx: Ctx, person: Person, stated: dict[str, Any]) -> PersonFacts:
    employment = people.employment(ctx, person.id)
    window = stated.get("working_window")
    stated |= {"working_window": _window(window)} if window else {}
    of_person = {n: stated[n] for n in _OF_PERSON if n in stated and stated[n] != getattr(person, n)}
    of_work = {n: stated[n] for n in _OF_EMPLOYMENT if n in stated and stated[n] != getattr(employment, n)}
    if not of_person and not of_work:
        return people.facts(ctx, person)
    teams.refuse_unknown(ctx, of_work.get("team_id"), of_work.get("site_id"))
    if of_work.get("starts_on", ctx.today) > ctx.today:  # out until then, which is like leaving
        roles.refuse_role_holder(ctx, person.id)
        roles.refuse_last_owner(ctx, person.id, ctx.today)
    if "email" in of_person:
        roles.refuse_role_holder(ctx, person.id)
        of_person |= _way_in(ctx, of_person["email"], person.id)
        account_links.end_sessions(ctx, [person.account_id] if person.account_id else [])
    _touch(ctx, person, of_person)
    _ask(ctx, person)
    _change_employment(ctx, employment, of_work)
    if joining.AUDIENCE_FACTS & {*of_person, *of_work}:
        joining.ask(ctx, [employment])
    audit.record(ctx, Act.PERSON_CHANGED, person.id, fields=sorted({*of_person, *of_work} - {"account_id", "accepted"}))
    return people.facts(ctx, person)


def _change_employment(ctx: Ctx, employment: Employment, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(employment, name, value)
    leaving.refuse_wrong_order(employment.starts_on, employment.ends_on, "/starts_on")
    ctx.session.flush()


def _touch(ctx: Ctx, person: Person, changes: dict[str, Any]) -> None:
    """Compare and set: the row moves on by one only if it still is what was read."""
    statement = update(Person).where(
        col(Person.company_id) == ctx.company_id,
        col(Person.id) == person.id,
        col(Person.row_version) == person.row_version,
    )
    values = {"row_version": person.row_version + 1, "updated_at": ctx.now, **changes}
    if "name" in changes:
        values["sort_name"] = sort_name(changes["name"])
    try:
        done = ctx.session.execute(statement.values(values).execution_options(synchronize_session=False))
    except IntegrityError as error:
        raise _taken(error) from error
    if not done.rowcount:  # type: ignore[attr-defined]
        raise PreconditionFailed
    ctx.session.refresh(person)


def _employ(ctx: Ctx, person_id: str, data: PersonIn | RejoinIn) -> Employment:
    """Add an employment from ``starts_on`` (today if not said) and ask what is asked of joiners."""
    window = {"working_window": _window(data.working_window)} if data.working_window else {}
    employment = Employment(
        person_id=person_id,
        team_id=data.team_id,
        site_id=data.site_id,
        starts_on=data.starts_on or ctx.today,
        ends_on=data.ends_on,
        **window,
    )
    leaving.refuse_wrong_order(employment.starts_on, employment.ends_on, "/ends_on")
    ctx.session.add(employment)
    ctx.session.flush()
    joining.ask(ctx, [employment])
    if employment.ends_on is not None:
        leaving.settle_when_due(ctx, person_id, employment.ends_on)
    return employment


def _way_in(ctx: Ctx, email: str | None, person_id: str = "") -> dict[str, Any]:
    """Return the account of this e-mail, none without e-mail, and whether it may be used at once.

    Not if it was there before: then its owner accepts first. Conflict if somebody else here signs in with it.
    """
    if email is None:
        return {"account_id": None, "accepted": True}
    was_there = email in account_links.known(ctx, [email])
    account_id = account_links.by_email(ctx, [email])[email]
    if account_links.used_here(ctx, [account_id]) - {person_id}:
        raise Conflict("email_taken", _EMAIL_TAKEN)
    return {"account_id": account_id, "accepted": not was_there}


def _ask(ctx: Ctx, person: Person) -> None:
    if person.account_id is not None and not person.accepted:
        account_links.ask(ctx, person.id, person.account_id)


def _window(text: str) -> str:
    try:
        return str(WorkingWindow.parse(text))
    except InvalidWindow as error:
        detail = N_("These are not working hours. Write them like 08:00-17:00 mon-fri.")
        raise Invalid([FieldError("/working_window", error.code, detail)]) from error


_EMAIL_TAKEN = N_("Another person has this e-mail address. Each needs their own, or none.")


def _taken(error: IntegrityError) -> Conflict:
    if "external_id" in str(error.orig).splitlines()[0]:
        detail = N_("Another person has this number. Each needs their own, or none.")
        return Conflict("external_id_taken", detail)
    return Conflict("email_taken", _EMAIL_TAKEN)
