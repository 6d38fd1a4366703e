"""Rows of a request that are checked, done and answered one by one."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.errors import DomainError, FieldError, Invalid
from app.schemas.bulk import RowAnswer, RowFault
from app.web.errors import worded
from app.web.validation import field_errors

Row = TypeVar("Row", bound=BaseModel)
_MOST_FAULTS = 100


def checked(schema: type[Row], row: dict[str, Any]) -> Row | Sequence[FieldError]:
    """Return a row of a request, or what is wrong with it."""
    try:
        return schema.model_validate(row)
    except ValidationError as refused:
        return field_errors(refused.errors())


def refused(index: int, why: DomainError | Sequence[FieldError], language: str) -> RowAnswer:
    """Answer a row that was not done with all reasons, in the language of whoever asks."""
    if not isinstance(why, DomainError):
        return RowAnswer(index=index, status=Invalid.status, errors=_faults(why, language))
    errors = why.errors if isinstance(why, Invalid) else (FieldError("", why.code, why.detail, why.params),)
    return RowAnswer(index=index, status=why.status, errors=_faults(errors, language))


def _faults(errors: Sequence[FieldError], language: str) -> list[RowFault]:
    return [RowFault(pointer=e.pointer, code=e.code, detail=worded(language, e)) for e in errors[:_MOST_FAULTS]]
