"""Printed invitations: a code on paper for people without e-mail. It works once, until its day, in one company."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col, select

from app.access.secrets import code_hash, new_code
from app.accounts.schemas.sign_in import InvitationsIn
from app.accounts.services import accounts
from app.authz import Permission
from app.context import AccountCtx, Ctx
from app.errors import Conflict, FieldError, Invalid
from app.models import Assignment, Employment, Invitation, InvitationCode, Person, RoleGrant, Team
from app.platform import audit
from app.platform.audit import Act
from app.policies.rows import asked, policies
from app.policies.rules import text as policy_text
from app.roster import employment
from app.wording import N_

AT_MOST = 1200  # on one print: 200 pages, some seconds of work
HANDOVER = timedelta(minutes=10)
_LONGEST_DAYS = 366
_USUAL_MINUTES = 8


class Printed(NamedTuple):
    """What one card says. The code exists here and on paper only."""

    name: str
    team: str
    code: str


class _Invited(NamedTuple):
    person_id: str
    name: str
    team: str


def print_for(ctx: Ctx, data: InvitationsIn, key: str) -> list[Printed]:
    """Make a new code for everybody chosen, by team and name; older unused codes of theirs stop working.

    Whoever holds a role beside that of an employee gets none: they come in by e-mail.

    Conflict ``nobody_to_invite`` if the choice is empty, ``too_many`` beyond what one print holds; Invalid for a
    last day that is past or more than a year away.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    _refuse_odd_day(ctx, data.valid_until)
    invited = _chosen(ctx, data)
    if not invited:
        nobody = N_(
            "Nobody fits this choice. Choose another team, or include those who came in before or have read everything."
        )
        raise Conflict("nobody_to_invite", nobody)
    if len(invited) > AT_MOST:
        raise Conflict("too_many", N_("These are too many for one print. Print one team after the other."))
    _revoke(ctx, [one.person_id for one in invited])
    end_of_day = datetime.combine(data.valid_until, time.max, ctx.company.zone)
    names = _names(invited)
    cards = [Printed(name, one.team, new_code()) for name, one in zip(names, invited, strict=True)]
    for one, card in zip(invited, cards, strict=True):
        _add(ctx, one.person_id, code_hash(card.code, key), end_of_day)
    audit.record(ctx, Act.INVITATIONS_PRINTED, ctx.company_id, people=[one.person_id for one in invited])
    return cards


def for_own_phone(ctx: Ctx, key: str) -> str:
    """Return a code with which the actor goes on, on a phone of their own; it works once, for some minutes.

    Conflict ``comes_in_otherwise`` for people with a role: they sign in by e-mail. A printed sheet stays valid.
    """
    person_id = ctx.require_person()
    if not _may_come_in(ctx, person_id):
        raise Conflict("comes_in_otherwise", N_("You have a role here. On your phone, sign in with your e-mail."))
    code = new_code()
    _add(ctx, person_id, code_hash(code, key), ctx.now + HANDOVER)
    return code


def without_card(ctx: Ctx, person_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names of those of these people whom ``print_for`` leaves out, and why."""
    ctx.require(Permission.WRITE_PEOPLE)
    invited = {one.person_id for one in _chosen(ctx, InvitationsIn(valid_until=ctx.today, person_ids=list(person_ids)))}
    role = select(RoleGrant.id).where(RoleGrant.company_id == Person.company_id, RoleGrant.person_id == Person.id)
    left_out = (
        select(Person.name, role.exists().label("holds_a_role"))
        .where(col(Person.id).in_(set(person_ids) - invited))
        .order_by(col(Person.sort_name), col(Person.id))
    )
    why = {True: N_("has a role and signs in by e-mail"), False: N_("does not work here any more")}
    return [(row.name, why[row.holds_a_role]) for row in ctx.session.execute(left_out)]


def company_of(ctx: AccountCtx, hashed: str) -> str | None:
    """Return the company that a code leads to, or None if it leads nowhere."""
    wanted = select(InvitationCode.for_company).where(InvitationCode.code_hash == hashed)
    return ctx.session.scalars(wanted).first()


def redeem(ctx: Ctx, hashed: str) -> str:
    """Use a code up and return the account of its person, who gets one if they had none.

    Raises the same Conflict ``code_unknown`` for a used, old, revoked or mistyped code and for a leaver's.
    """
    used = (
        update(Invitation)
        .where(
            col(Invitation.company_id) == ctx.company_id,
            col(Invitation.code_hash) == hashed,
            col(Invitation.used_at).is_(None),
            col(Invitation.expires_at) > ctx.now,
        )
        .values(used_at=ctx.now)
        .returning(col(Invitation.id), col(Invitation.person_id))
    )
    row = ctx.session.execute(used).first()
    if row is None or not _may_come_in(ctx, row.person_id):
        raise code_unknown()
    ctx.session.execute(delete(InvitationCode).where(col(InvitationCode.code_hash) == hashed))
    audit.record(ctx, Act.INVITATION_USED, row.id, person_id=row.person_id)
    return accounts.of_person(ctx, ctx.session.get_one(Person, (ctx.company_id, row.person_id)))


def code_unknown() -> Conflict:
    """Return the one refusal for every code that does not open anything."""
    detail = N_(
        "This code does not open anything. Check the letters; if they are right, it was used or is too old: "
        "ask for a new sheet."
    )
    return Conflict("code_unknown", detail)


def teams(ctx: Ctx) -> Sequence[Team]:
    """Return the teams to choose from, by name."""
    ctx.require(Permission.WRITE_PEOPLE)
    return ctx.session.scalars(select(Team).order_by(col(Team.name))).all()


def to_read(ctx: Ctx) -> list[str]:
    """Return the texts of the policies in force, in the language of the company where they have it."""
    ctx.require(Permission.WRITE_PEOPLE)
    texts = [policies.texts(ctx, version.id) for version in policies.current_internal(ctx)]
    return [next(iter(by_language.values())).body for by_language in texts]


def reading_minutes(texts: Sequence[str]) -> int:
    """Return how long reading these takes, as printed on the sheet; eight minutes without any. It is slow work."""
    return sum(map(policy_text.reading_minutes, texts)) or _USUAL_MINUTES


def _add(ctx: Ctx, person_id: str, hashed: str, expires_at: datetime) -> None:
    ctx.session.add(InvitationCode(code_hash=hashed, for_company=ctx.company_id))
    ctx.session.add(Invitation(person_id=person_id, code_hash=hashed, expires_at=expires_at, created_at=ctx.now))


def _refuse_odd_day(ctx: Ctx, day: date) -> None:
    if not ctx.today <= day <= ctx.today + timedelta(days=_LONGEST_DAYS):
        detail = N_("Choose a day from today on, at most a year away.")
        raise Invalid([FieldError("/valid_until", "day_out_of_range", detail)])


def _chosen(ctx: Ctx, data: InvitationsIn) -> list[_Invited]:
    team = (
        select(Team.name)
        .where(Team.company_id == Employment.company_id, Team.id == Employment.team_id)
        .scalar_subquery()
    )
    wanted = (
        select(Person.id, Person.name, team.label("team"))
        .where(
            Employment.company_id == Person.company_id,
            Employment.person_id == Person.id,
            employment.not_over(ctx.today),
            ~_holds_a_role(),
        )
        .order_by(team, col(Person.name), col(Person.id))
        .limit(AT_MOST + 1)
    )
    if data.person_ids:
        wanted = wanted.where(col(Person.id).in_(data.person_ids))
    else:
        wanted = wanted.where(col(Person.email).is_(None))
    if data.team_id:
        wanted = wanted.where(Employment.team_id == data.team_id)
    if data.only_new:
        wanted = wanted.where(col(Person.account_id).is_(None))
    if data.pending_version_id:
        wanted = wanted.where(_still_pending(ctx, data.pending_version_id))
    found = {row.id: _Invited(row.id, row.name, row.team or "") for row in ctx.session.execute(wanted)}
    return list(found.values())


def _still_pending(ctx: Ctx, version_id: str) -> ColumnElement[bool]:
    duty = select(Assignment.id).where(
        Assignment.company_id == Person.company_id,
        Assignment.person_id == Person.id,
        asked.unanswered(ctx, version_id),
    )
    return duty.exists()


def _names(invited: Sequence[_Invited]) -> list[str]:
    """Return short names, little to read over a shoulder; whole ones where two would look the same."""
    short = [_short(one.name) for one in invited]
    times = Counter(short)
    return [name if times[name] == 1 else one.name for name, one in zip(short, invited, strict=True)]


def _short(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{given} {family[:1]}." if given else name


def _revoke(ctx: Ctx, person_ids: list[str]) -> None:
    unused = (
        delete(Invitation)
        .where(
            col(Invitation.company_id) == ctx.company_id,
            col(Invitation.person_id).in_(person_ids),
            col(Invitation.used_at).is_(None),
        )
        .returning(col(Invitation.code_hash))
    )
    hashes = list(ctx.session.execute(unused).scalars())
    ctx.session.execute(delete(InvitationCode).where(col(InvitationCode.code_hash).in_(hashes)))


def _may_come_in(ctx: Ctx, person_id: str) -> bool:
    running = select(Employment.id).where(
        Employment.person_id == person_id,
        employment.running(ctx.today),
        ~_holds_a_role(),
    )
    return ctx.session.scalars(running).first() is not None


def _holds_a_role() -> ColumnElement[bool]:
    """Return whether the person of an employment is more than an employee: else whoever prints could be an owner."""
    granted = select(RoleGrant.id).where(
        RoleGrant.company_id == Employment.company_id, RoleGrant.person_id == Employment.person_id
    )
    return granted.exists()
