"""The application, put together. No logic."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app import worker as jobs
from app.access.credentials import Sessions
from app.db import NO_COMPANY, open_database
from app.db.migrate import is_current
from app.db.roles import refuse_powerful_role
from app.integrations import signing_key
from app.merkle_log.services import log_key
from app.routers import api, pages
from app.routers.api.api_clients import oauth
from app.routers.api.merkle_log import witness
from app.settings import ConfigurationError, Settings
from app.web import api_document, errors, idempotency, openapi
from app.web.body_limit import BodyLimit
from app.web.conditional import NotModified
from app.web.middleware import Envelope, HostCookies, KnownHost, PageCompression, SameOrigin, Utf8Forms
from app.web.rate_limits import RateLimits
from app.web.readiness import Readiness
from app.web.routes import Routes

_STATIC = Path(__file__).resolve().parent / "static"


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service for these settings; it refuses to start where that would be unsafe."""
    settings = settings or Settings()
    settings.refuse_unsafe_start()
    # At DEBUG the library prints whole tokens.
    logging.getLogger("authlib").setLevel(logging.INFO)
    app = FastAPI(
        title="Portavoce",
        lifespan=_lifespan,
        redirect_slashes=False,  # a redirect would repeat whatever Host it was asked with
        **openapi.DOCUMENT,
    )
    app.state.settings = settings
    app.state.rate_limits = RateLimits(client=settings.api_requests_per_minute)
    app.state.readiness = Readiness()
    app.state.sessions = Sessions()
    errors.install(app)
    idempotency.install(app)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(Utf8Forms, refuse=errors.other_charset)
    app.add_middleware(SameOrigin, public_url=settings.public_url, refuse=errors.cross_site)
    app.add_middleware(HostCookies, https=settings.on_https)
    app.add_middleware(KnownHost, host=settings.only_host, refuse=errors.other_host)
    app.add_middleware(NotModified)
    app.add_middleware(PageCompression, minimum_size=1000, compresslevel=5)
    app.add_middleware(Envelope, https=settings.on_https)
    for room in (api, oauth.router, witness.router, pages):
        app.router.routes.extend(room.routes)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    api_document.complete(app)
    app.router.middleware_stack = Routes(app.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database = open_database(settings.database_url, guard_sql=settings.guard_sql)
    app.state.database = database
    try:
        if not await is_current(database):
            raise ConfigurationError("The database is not at this version: run `portavoce migrate` first.")
        await refuse_powerful_role(database)
        app.state.signer = signing_key.load(settings)
        app.state.witness = signing_key.witness(settings, app.state.signer)
        await database.write(NO_COMPANY, log_key.hold_to, app.state.signer, datetime.now(UTC))
        # What stands now stands for ever. Left to the collector, a look at all of it keeps everybody waiting 0.3 s.
        gc.freeze()
        gc.enable()  # whoever started the server may have had it rest while all this was loaded
        async with jobs.running(jobs.worker(database, settings) if settings.embedded_worker else None):
            yield
    finally:
        await database.close()
