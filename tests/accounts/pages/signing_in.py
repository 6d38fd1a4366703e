"""Ways to come in over HTTP, for the tests of sign-in."""

from typing import Any

import httpx
from sqlmodel import col, select

from app.accounts.schemas.sign_in import InvitationsIn
from app.accounts.services import passwords
from app.db import NO_COMPANY
from app.integrations.mail import DevelopmentMailbox
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.models import Account, DevelopmentMail, SignInSession
from app.models.people import Person
from app.people.services import invitations
from app.settings import Settings
from app.worker import HANDLERS
from tests.site import ORIGIN, SIGNER, Site
from tests.world import NOW, TODAY

PASSWORD = "quattro cavalli al trotto"
KEY = Settings(demo=True).secret_key.get_secret_value()


async def mails(site: Site) -> list[DevelopmentMail]:
    """Send what waits and return all mails, the oldest first."""
    db = site.world.db
    settings = Settings(demo=True, public_url=ORIGIN)
    await Worker(JobContext(db, settings, DevelopmentMailbox(db), SIGNER), HANDLERS).run_due()
    wanted = select(DevelopmentMail).order_by(col(DevelopmentMail.at))
    return await db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def token_from_mail(site: Site) -> str:
    """Return the token of the link in the last mail that has one."""
    linked = [mail for mail in await mails(site) if "token=" in mail.text]
    return linked[-1].text.split("token=")[1].split()[0]


async def ask_for_link(site: Site, browser: httpx.AsyncClient, name: str = "hr", **fields: str) -> str:
    await browser.post("/sign-in", data={"email": f"{name}@aurora.example", **fields})
    return await token_from_mail(site)


async def set_password(site: Site, name: str = "hr", password: str = PASSWORD) -> None:
    stored = passwords.hashed(password)

    def store(session: Any) -> None:
        session.get(Account, site.world.account[name]).password_hash = stored

    await site.world.db.write(NO_COMPANY, store)


async def sign_in(site: Site, name: str = "hr", password: str = PASSWORD) -> httpx.AsyncClient:
    """Return a browser that came in with a password."""
    browser = site.visitor()
    answer = await browser.post("/sign-in/password", data={"email": f"{name}@aurora.example", "password": password})
    assert answer.status_code == 303, answer.text
    return browser


async def without_email(site: Site, name: str = "Giulia Ferri") -> str:
    """Add a person on the shop floor and return their id."""

    def add(ctx: Any) -> str:
        from app.models import Employment  # noqa: PLC0415

        person = Person(name=name, created_at=NOW, updated_at=NOW)
        ctx.session.add(person)
        ctx.session.flush()
        ctx.session.add(Employment(person_id=person.id, starts_on=TODAY, team_id=site.world.team_id))
        return person.id

    return await site.world.system().write(add)


async def code_for(site: Site, person_id: str) -> str:
    """Print an invitation and return its code."""
    data = InvitationsIn(valid_until=TODAY, person_ids=[person_id])
    (card,) = await site.world.act("hr").write(invitations.print_for, data, KEY)
    return card.code


async def sessions(site: Site) -> list[SignInSession]:
    wanted = select(SignInSession).order_by(col(SignInSession.id))
    return await site.world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))
