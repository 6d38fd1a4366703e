"""Comparing a new version with those that people know, before they come to read it."""

from typing import Any

from app.db import Scope
from app.jobs.handlers import Finish, JobContext, in_company
from app.policies.rows import changes
from app.policies.services import marking
from app.policies.web.reading import comparisons


async def mark_changes(context: JobContext, job: Any, finish: Finish) -> None:
    """Store what changed in each language of a version since each of those that people acknowledged last."""
    version_id = job.payload["version_id"]
    for pair in await in_company(context, job, changes.to_compare, version_id):
        marked = await comparisons.get(job.for_company, pair.before, pair.after)
        await in_company(context, job, marking.keep, version_id, pair.since_id, pair.language, marked)
    await context.db.write(Scope(job.for_company), finish, job)
