"""The whole application over HTTP, without a socket, on the fresh database of a test."""

from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.datastructures import State

from app.access.credentials import Sessions
from app.access.secrets import new_token, token_hash
from app.accounts.services import sign_in
from app.authz import CLIENT_SCOPES
from app.context import AccountCtx
from app.db import NO_COMPANY
from app.evidence.notes import Signer
from app.main import create_app
from app.models import Account, OAuthClient, OAuthToken, SignInMethod
from app.rules.log_name import INSTANCE
from app.settings import Settings
from app.web.rate_limits import RateLimits
from app.web.readiness import Readiness
from tests.world import World

ORIGIN = "http://127.0.0.1:8000"
SIGNER = Signer.generate(INSTANCE)
LIFETIMES = sign_in.Lifetimes(timedelta(hours=1), timedelta(days=1))
EVERYTHING = frozenset(permission.value for permission in CLIENT_SCOPES)


class Site:
    """The application and ways to visit it: as anybody, as one of the cast, or as a machine with a token."""

    def __init__(self, world: World, database_url: str) -> None:
        self.world = world
        self.settings = Settings(database_url=database_url, demo=True, public_url=ORIGIN)
        self.take(shared_app())
        self.company = f"/api/v1/companies/{world.company_id}"

    def own_app(self) -> FastAPI:
        """Give this test an application that it may change."""
        return self.take(create_app(self.settings))

    def take(self, app: FastAPI) -> FastAPI:
        """Go on with this application, on the database of the test."""
        self.app = as_started(app, self.settings)
        app.state.database, app.state.signer, app.state.witness = self.world.db, SIGNER, None
        return app

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        """Return a browser that nobody is signed in with."""
        transport = httpx.ASGITransport(app=self.app)
        given = {"origin": ORIGIN, "accept-language": "en", **headers}
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=given)

    async def signed_in(
        self, name: str, organisation_id: str | None = None, *, locked: bool = False
    ) -> httpx.AsyncClient:
        """Return the browser of one of the cast, in their company unless another organisation is named."""
        caller = self.world.caller(name, organisation_id)

        def open_session(session: Session) -> str:
            ctx = AccountCtx(session, None, datetime.now(UTC), "test-request")
            browser = sign_in.Browser("Test", LIFETIMES)
            where = caller.organisation_id
            method = SignInMethod.PASSWORD
            return sign_in.open_for(ctx, caller.account_id, method, browser, organisation_id=where, locked=locked)

        token = await self.world.db.write(NO_COMPANY, open_session)
        browser = self.visitor()
        browser.cookies.set("portavoce", token)
        return browser

    async def speak(self, language: str) -> None:
        """Let everybody with an account read this language."""
        await self.world.db.write(
            NO_COMPANY, lambda session: session.execute(update(Account).values(language=language))
        )

    async def machine(
        self, scopes: frozenset[str] = EVERYTHING, *, company_id: str | None = None, agency_id: str | None = None
    ) -> httpx.AsyncClient:
        """Return an API client of the company, or of the one named, with an access token for these scopes."""
        owner = None if agency_id else company_id or self.world.company_id

        def make(session: Session) -> str:
            now, token = datetime.now(UTC), new_token("pva")
            client = OAuthClient(
                owner_company=owner,
                owner_agency=agency_id,
                name="test",
                secret_hash="0" * 64,
                scopes=sorted(scopes),
                created_at=now,
            )
            session.add(client)
            session.flush()
            session.add(
                OAuthToken(
                    token_hash=token_hash(token),
                    client_id=client.id,
                    scopes=sorted(scopes),
                    issued_at=now,
                    expires_at=now + timedelta(minutes=15),
                )
            )
            return token

        token = await self.world.db.write(NO_COMPANY, make)
        transport = httpx.ASGITransport(app=self.app)
        headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


@cache
def shared_app() -> FastAPI:
    """Return the one application of this process: putting its routes together costs more than most tests."""
    return create_app(Settings(demo=True, public_url=ORIGIN))


def as_started(app: FastAPI, settings: Settings, **allowances: int) -> FastAPI:
    """Give the application the state in which it is made, for these settings; the allowances are those a minute."""
    app.state = State({"settings": settings})
    app.state.rate_limits, app.state.readiness = RateLimits(**allowances), Readiness()
    app.state.sessions = Sessions()
    return app
