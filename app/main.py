"""The application, put together. No logic."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app import jobs
from app.db import open_database
from app.db.migrate import is_current
from app.routers import api, pages
from app.settings import ConfigurationError, Settings
from app.web import errors, openapi
from app.web.middleware import ProtectiveHeaders, RequestId, SameOrigin

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
        max_body_size=settings.max_body_bytes,
        **openapi.DOCUMENT,
    )
    app.state.settings = settings
    errors.install(app)
    app.add_middleware(SameOrigin, public_url=settings.public_url, refuse=errors.cross_site)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(ProtectiveHeaders, https=settings.secure_cookies)
    app.add_middleware(RequestId)
    app.include_router(api.router)
    app.include_router(pages.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    openapi.complete(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database = open_database(settings.database_url, audit_sql=settings.audit_sql)
    app.state.database = database
    try:
        if not await is_current(database):
            raise ConfigurationError("The database is not at this version: run `portavoce migrate` first.")
        async with jobs.running(jobs.worker(database, settings) if settings.embedded_worker else None):
            yield
    finally:
        await database.close()
