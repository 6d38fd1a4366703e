"""How one comes into the demo. Everything here is public, which is why it works in demo mode only."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access.secrets import code_hash, token_hash
from app.accounts.services import passwords
from app.api_clients.services import api_clients as clients
from app.cli.demo import firm
from app.cli.demo.marks import AGENCY_CLIENT_ID, AGENCY_ID, COMPANY_CLIENT_ID, COMPANY_IDS
from app.cli.demo.story import Story
from app.context import Ctx
from app.db import NO_COMPANY
from app.db.upsert import insert_new
from app.models import Account, Invitation, InvitationCode, Job, JobState, OAuthClient, Person
from app.settings import Settings

PASSWORD = "pane olio pomodoro"  # noqa: S105 - printed at every start
AGENCY_SECRET = "pvc_demo-agency-everybody-knows-this"  # noqa: S105 - printed at every start
COMPANY_SECRET = "pvc_demo-company-everybody-knows-this"  # noqa: S105 - printed at every start
_AURORA = COMPANY_IDS["aurora"]
_VALID = timedelta(days=365)


def sign_ins() -> list[str]:
    """Return the addresses that the demo's password opens."""
    return [known.email for known in firm.firm().sign_ins if known.email]


def invited() -> firm.SignIn:
    """Return the one who comes in with a printed code."""
    return next(known for known in firm.firm().sign_ins if known.invitation_code)


async def open_doors(story: Story) -> None:
    """Set the passwords, end what the past would still send, and make the API clients; the last step of loading."""
    await story.db.write(NO_COMPANY, _set_passwords, passwords.hashed(PASSWORD))
    await story.db.write(NO_COMPANY, _forget_mail_of_the_past, story.now)
    await story.db.write(NO_COMPANY, _make_clients, story.now)


async def renew_invitation(story: Story, settings: Settings) -> None:
    """Make the printed code work, again if it was used."""
    code = invited().invitation_code or ""
    hashed = code_hash(code, settings.secret_key.get_secret_value())
    await story.operator(_AURORA, story.now).write(_invite, hashed)


def _set_passwords(session: Session, password_hash: str) -> None:
    session.execute(update(Account).where(col(Account.email).in_(sign_ins())).values(password_hash=password_hash))


def _forget_mail_of_the_past(session: Session, now: datetime) -> None:
    session.execute(
        update(Job).where(col(Job.state) == JobState.WAITING, col(Job.run_at) <= now).values(state=JobState.DONE)
    )


def _make_clients(session: Session, now: datetime) -> None:
    session.add_all(
        [
            OAuthClient(
                id=COMPANY_CLIENT_ID,
                owner_company=_AURORA,
                name="Paghe e presenze",
                secret_hash=token_hash(COMPANY_SECRET),
                scopes=sorted(clients.COMPANY_SCOPES),
                created_at=now,
            ),
            OAuthClient(
                id=AGENCY_CLIENT_ID,
                owner_agency=AGENCY_ID,
                name="Gestionale di agenzia",
                secret_hash=token_hash(AGENCY_SECRET),
                scopes=sorted(clients.AGENCY_SCOPES),
                created_at=now,
            ),
        ]
    )


def _invite(ctx: Ctx, hashed: str) -> None:
    number = invited().employee_number
    person_id = ctx.session.scalars(select(Person.id).where(Person.external_id == number)).one()
    row = {"person_id": person_id, "code_hash": hashed, "expires_at": ctx.now + _VALID, "created_at": ctx.now}
    insert_new(ctx.session, Invitation, [row], ["code_hash"])
    insert_new(ctx.session, InvitationCode, [{"code_hash": hashed, "for_company": ctx.company_id}], ["code_hash"])
    ctx.session.execute(
        update(Invitation)
        .where(col(Invitation.company_id) == ctx.company_id, col(Invitation.code_hash) == hashed)
        .values(used_at=None, expires_at=ctx.now + _VALID)
    )
