"""What happened in enrolments: rows that are added and never rewritten, from which everything shown is derived."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.authz import ActorKind
from app.context import Ctx
from app.db.bulk import insert_all
from app.db.upsert import insert_new
from app.models import Enrolment, EventSource, TrainingEvent, TrainingEventKind
from app.models.enrolment import ONCE

_SOURCES = {ActorKind.CLIENT: EventSource.API, ActorKind.SYSTEM: EventSource.SYSTEM}


def add(ctx: Ctx, enrolment: Enrolment, kind: TrainingEventKind, at: datetime | None = None, **facts: Any) -> None:
    """Add what happened in one enrolment, now or ``at`` an earlier moment."""
    ctx.session.add(TrainingEvent(**{**_told(ctx, at), **_of(enrolment), "kind": kind, **facts}))


def add_each(ctx: Ctx, kind: TrainingEventKind, enrolments: Iterable[Any]) -> None:
    """Add that the same happened in many enrolments; rows hold id, version_id and cycle."""
    told = {**_told(ctx, None), "kind": kind}
    insert_all(ctx.session, TrainingEvent, [{**told, **_of(one)} for one in enrolments])


def add_lesson(ctx: Ctx, enrolment: Enrolment, at: datetime | None = None, **facts: Any) -> bool:
    """Add that a lesson was done, and tell whether that is new: in one cycle and version, twice is once."""
    row = {**_told(ctx, at), **_of(enrolment), "kind": TrainingEventKind.LESSON_DONE, **facts}
    return bool(insert_new(ctx.session, TrainingEvent, [row], ONCE))


def _told(ctx: Ctx, at: datetime | None) -> dict[str, Any]:
    source = _SOURCES.get(ctx.actor.kind, EventSource.PAGE)
    return {"source": source, "recorded_by": ctx.actor.id, "at": at or ctx.now, "recorded_at": ctx.now}


def _of(enrolment: Any) -> dict[str, Any]:
    return {"enrolment_id": enrolment.id, "version_id": enrolment.version_id, "cycle": enrolment.cycle}
