"""A row in every table, with an unmistakable word in every text column: whatever shows the word shows the row."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import update
from sqlmodel import SQLModel, col

from app.db import NO_COMPANY, Database, Scope
from app.models import AcknowledgementMethod, Company, PolicyKind
from app.models.types import new_id
from app.policies.rules.version import VersionState
from app.rules.instants import canonical
from tests.world import NOW, TODAY

Ids = dict[str, str]  # by table

# Work of the service itself, and mails of the demonstration, belong to nobody's company.
_NOT_ANYBODYS = {"company", "job", "development_mail", "idempotency_key", "log_key", "witnessed_log"}
_FAR = {"idx": 10**9}  # behind whatever the acts of a test append to the log
_FIXED: dict[str, dict[str, Any]] = {
    "policy": {"kind": PolicyKind.INTERNAL},
    "policy_version": {"state": VersionState.IN_FORCE, "major": 1, "minor": 0, "published_at": NOW},
    "policy_audience": {"site_id": None, "role": None, "language": None},
    "course_audience": {"site_id": None, "role": None, "language": None},
    "acknowledgement": {"at": canonical(NOW), "method": AcknowledgementMethod.PAPER},
    "oauth_client": {"owner_agency": None},
    "engagement": {"scopes": []},
    "log_head": {"size": 0, "edge": b""},
    "log_leaf": _FAR,
    "log_node": _FAR,
    "log_evidence": _FAR,
    "log_timestamp": {"failure": ""},
    "log_witness_state": {"failure": ""},
}


async def plant(db: Database, company_id: str, word: str) -> Ids:
    """Fill every table for this company and return the ids of the rows."""
    await db.write(NO_COMPANY, _rename, company_id, word)
    return await db.write(Scope(company_id), _fill, company_id, word)


def _rename(session: Any, company_id: str, word: str) -> None:
    session.execute(update(Company).where(col(Company.id) == company_id).values(name=word, contact=word))


def _fill(session: Any, company_id: str, word: str) -> Ids:
    ids = {"company": company_id}
    models = {mapper.local_table.name: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in _NOT_ANYBODYS:
            row = models[table.name](**_row(table, models[table.name], ids, word))
            session.add(row)
            session.flush()
            ids |= {table.name: row.id} if "id" in table.columns else {}
            ids |= {f"{table.name}_key": row.key} if "key" in table.columns else {}
    return ids


def _row(table: sa.Table, model: Any, ids: Ids, word: str) -> dict[str, Any]:
    values = {column.name: _value(column, model, word) for column in table.columns}
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            if element.column.name in {"company_id", "id"}:
                named = "company" if element.column.name == "company_id" else element.column.table.name
                values[element.parent.name] = ids[named]
    return {**values, **_FIXED.get(table.name, {})}


def _value(column: sa.Column[Any], model: Any, word: str) -> Any:
    field = model.model_fields[column.name]
    if isinstance(column.type, sa.Enum):
        return next(iter(column.type.enum_class or ()))
    if isinstance(column.type, sa.String):
        given = isinstance(field.default, str) and field.default
        return given or _text(column, word)[: column.type.length]
    if isinstance(column.type, sa.JSON):
        return (
            []
            if str(field.annotation).startswith("list")
            else {"word": [word] if "list" in str(field.annotation) else word}
        )
    plain: dict[type, Any] = {sa.LargeBinary: word.encode(), sa.Boolean: False, sa.Integer: 1}
    found = [value for kind, value in plain.items() if isinstance(column.type, kind)]
    return found[0] if found else _moment(column)


def _text(column: Any, word: str) -> str:
    if column.type.length == 36:
        return new_id()
    if "hash" in column.name or "sha256" in column.name:
        return hashlib.sha256(f"{word}{column}".encode()).hexdigest()
    fitting = {"email": f"{word}@x.example", "language": "it", "private": json.dumps({"name": word})}
    return fitting.get(column.name, word)


def _moment(column: sa.Column[Any]) -> date | datetime | None:
    if column.nullable:
        return None
    return TODAY if isinstance(column.type, sa.Date) else NOW
