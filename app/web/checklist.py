"""The checklist of a version: what keeps it from going on, in the language of the caller."""

from collections.abc import Sequence

from fastapi import Request

from app.errors import FieldError
from app.schemas.shortcomings import ChecklistOut, ShortcomingOut
from app.web.errors import worded
from app.web.i18n import language_of_program


def checklist(request: Request, found: Sequence[FieldError]) -> ChecklistOut:
    """Return it as the API answers it."""
    language = language_of_program(request)
    missing = [ShortcomingOut(pointer=one.pointer, code=one.code, detail=worded(language, one)) for one in found]
    return ChecklistOut(ready=not missing, missing=missing)
