"""Trying a service from a form: what can be mended comes back to be shown beside its fields."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.errors import Conflict, DomainError, FieldError, Invalid, PreconditionFailed

T = TypeVar("T")
WHOLE_FORM = "form"
"""The field name of what concerns no single field."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not carried out, and the status of the page that says so."""

    status: int
    errors: tuple[FieldError, ...]


async def attempted(doing: Awaitable[T], fields: Mapping[str, str] | None = None) -> T | Refused:
    """Return what was done, or Refused. ``fields`` names the field that each code of a conflict is about."""
    try:
        return await doing
    except Invalid as refusal:
        return Refused(refusal.status, refusal.errors)
    except (Conflict, PreconditionFailed) as refusal:
        return Refused(refusal.status, (_beside(refusal, fields or {}),))


def _beside(refusal: DomainError, fields: Mapping[str, str]) -> FieldError:
    return FieldError(f"/{fields.get(refusal.code, WHOLE_FORM)}", refusal.code, refusal.detail, refusal.params)
