"""An agency's member goes to a client: the session shows that company from then on."""

from sqlalchemy import update
from sqlmodel import col

from app.context import AccountCtx
from app.errors import NotFound
from app.models import SignInSession


def show(ctx: AccountCtx, session_id: str, company_id: str) -> None:
    """Let one's own session show this company. Whether its door opens is found out there, at every request."""
    done = ctx.session.execute(
        update(SignInSession)
        .where(
            col(SignInSession.id) == session_id,
            col(SignInSession.account_id) == ctx.account_id,
            col(SignInSession.locked).is_(False),
        )
        .values(organisation_id=company_id)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
