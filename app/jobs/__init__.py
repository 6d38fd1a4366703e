"""The worker: what the outbox asked for, and what comes with the clock."""

from app.db import Database
from app.integrations.mail import sender
from app.jobs.loop import Worker, running
from app.jobs.work import Handlers, JobContext, verb
from app.services import policy_publishing
from app.services.outbox import JobKind
from app.settings import Settings

__all__ = ["HANDLERS", "running", "worker"]

HANDLERS: Handlers = {
    JobKind.ASSIGN.value: verb(policy_publishing.assign),
    JobKind.PUBLISH_DUE.value: verb(policy_publishing.enter_into_force),
}


def worker(database: Database, settings: Settings) -> Worker:
    """Return the worker for these settings."""
    return Worker(JobContext(database, settings, sender(settings, database)), HANDLERS)
