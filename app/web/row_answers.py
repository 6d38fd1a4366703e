"""Rows of a request that are checked, done and answered one by one."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.access.work import Work
from app.context import Ctx
from app.errors import DomainError, FieldError, Invalid
from app.schemas.bulk import RowAnswer, RowFault
from app.web.errors import worded
from app.web.validation import field_errors

Row = TypeVar("Row", bound=BaseModel)
T = TypeVar("T")
_MOST_FAULTS = 100


def checked(schema: type[Row], row: dict[str, Any]) -> Row | Sequence[FieldError]:
    """Return a row of a request, or what is wrong with it."""
    try:
        return schema.model_validate(row)
    except ValidationError as refused:
        return field_errors(refused.errors())


async def each(
    work: Work,
    schema: type[Row],
    rows: Sequence[dict[str, Any]],
    verb: Callable[[Ctx, list[Row]], Sequence[T | DomainError]],
    chunk: int,
) -> list[T | DomainError | Sequence[FieldError]]:
    """Check each row, do the good ones, ``chunk`` in a transaction, and return what became of each in its place.

    The verb is called without a good row, too: it asks whether the caller may do this at all.
    """
    found = [checked(schema, row) for row in rows]
    good = [row for row in found if isinstance(row, BaseModel)]
    done: list[T | DomainError] = []
    for start in range(0, max(len(good), 1), chunk):
        done += await work.write(verb, good[start : start + chunk])
    outcomes = iter(done)
    return [next(outcomes) if isinstance(row, BaseModel) else row for row in found]


def refused(index: int, why: DomainError | Sequence[FieldError], language: str) -> RowAnswer:
    """Answer a row that was not done with all reasons, in the language of whoever asks."""
    if not isinstance(why, DomainError):
        return RowAnswer(index=index, status=Invalid.status, errors=_faults(why, language))
    errors = why.errors if isinstance(why, Invalid) else (FieldError("", why.code, why.detail, why.params),)
    return RowAnswer(index=index, status=why.status, errors=_faults(errors, language))


def _faults(errors: Sequence[FieldError], language: str) -> list[RowFault]:
    return [RowFault(pointer=e.pointer, code=e.code, detail=worded(language, e)) for e in errors[:_MOST_FAULTS]]
