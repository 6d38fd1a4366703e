"""The long-running commands, and the one that brings the schema up to date."""

import asyncio
import gc
import signal
import socket
from datetime import UTC, datetime
from typing import Any

import typer
import uvicorn
from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import DefaultFormatter

from app.cli.database import opened, with_database
from app.cli.demo.marks import is_demo
from app.db import NO_COMPANY, Database
from app.db.migrate import head
from app.db.migrate import migrate as upgrade
from app.integrations import signing_key
from app.logs import traceback_text
from app.merkle_log.services import log_key
from app.settings import ConfigurationError, Settings

_GRACEFUL_SECONDS = 10


class ServerLines(DefaultFormatter):
    """The server's own log lines, with tracebacks that tell no values."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is the library's
        return traceback_text(ei)


_DEFAULT = {**LOGGING_CONFIG["formatters"]["default"], "()": ServerLines}
_LOG_CONFIG = {**LOGGING_CONFIG, "formatters": {**LOGGING_CONFIG["formatters"], "default": _DEFAULT}}


def serve(workers: int) -> None:
    """Refuse whatever would be an unsafe start, then serve."""
    settings = Settings()
    settings.refuse_unsafe_start()
    if workers > 1 and settings.on_sqlite:
        raise ConfigurationError("SQLite takes one web process: leave out --workers, or move to PostgreSQL.")
    refuse_busy_port(settings)
    with_database(settings, lambda database: _refuse_unsafe_database(database, settings))
    run_server(settings, workers)


def work() -> None:
    """Do jobs until told to stop."""
    settings = Settings()
    settings.refuse_unsafe_start()
    asyncio.run(_work(settings))


def migrate() -> None:
    """Upgrade the schema."""
    settings = Settings()
    upgrade(settings.database_owner_url or settings.database_url)
    typer.echo(f"The database is at revision {head()}.")


def refuse_busy_port(settings: Settings) -> None:
    """Raise ConfigurationError if the service cannot listen at HOST and PORT."""
    family, kind, *_, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(address)
        except OSError as error:
            message = f"Cannot listen at {settings.host}:{settings.port} ({error.strerror}): set HOST or PORT."
            raise ConfigurationError(message) from error


def run_server(settings: Settings, workers: int = 1) -> None:
    """Serve until told to stop; requests in flight get ten seconds.

    Where a request comes from is believed of the proxies in FORWARDED_ALLOW_IPS only. There is no access
    log: it would keep addresses of people and tokens of links.
    """
    gc.disable()  # until the application is loaded and says so
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="uvloop",
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        server_header=False,
        log_config=_LOG_CONFIG,
        access_log=False,
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )


async def _refuse_unsafe_database(database: Database, settings: Settings) -> None:
    if not settings.demo and await is_demo(database):
        raise ConfigurationError("This database holds the demo, whose passwords are public: set DATABASE_URL.")
    await database.write(NO_COMPANY, log_key.hold_to, signing_key.load(settings), datetime.now(UTC))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signer = signing_key.load(settings)
    async with opened(settings) as database:
        await database.write(NO_COMPANY, log_key.hold_to, signer, datetime.now(UTC))
        await _work_until(stop, database, settings)


async def _work_until(stop: asyncio.Event, database: Database, settings: Settings) -> None:
    from app.worker import running, worker  # noqa: PLC0415 - every other command starts without it

    async with running(worker(database, settings)):
        typer.echo("The worker waits for jobs.")
        await stop.wait()
