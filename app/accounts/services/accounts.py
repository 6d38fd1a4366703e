"""Which account a person of a company signs in with."""

from sqlalchemy import update
from sqlmodel import col

from app.accounts.services import links
from app.context import Ctx
from app.errors import Conflict
from app.models import Account, Person
from app.wording import N_


def of_person(ctx: Ctx, person: Person) -> str:
    """Return the person's account; the first time, the one of their e-mail or a new one is given to them.

    Nobody gets in by that alone: an account with an e-mail opens by mail only, one without by a printed code.
    Conflict ``account_taken`` if somebody else of the company signs in with this e-mail.
    """
    if person.account_id is not None:
        return person.account_id
    account_id = _with_email(ctx, person.email, person.language) if person.email else _create(ctx, person)
    given = ctx.session.execute(
        update(Person)
        .where(col(Person.company_id) == ctx.company_id, col(Person.id) == person.id, col(Person.account_id).is_(None))
        .values(account_id=account_id)
        .execution_options(synchronize_session=False)
    )
    if not given.rowcount:  # type: ignore[attr-defined]
        raise Conflict
    ctx.session.refresh(person)
    return account_id


def _with_email(ctx: Ctx, email: str, language: str) -> str:
    account_id = links.by_email(ctx, [email], language)[email]
    if links.used_here(ctx, [account_id]):
        detail = N_("Somebody else here signs in with this e-mail address. Correct the address of one of them.")
        raise Conflict("account_taken", detail)
    return account_id


def _create(ctx: Ctx, person: Person) -> str:
    account = Account(language=person.language, created_at=ctx.now)
    ctx.session.add(account)
    ctx.session.flush()
    return account.id
