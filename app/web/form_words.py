"""What is wrong with a form, in words beside its fields."""

from collections.abc import Iterable

from fastapi import Request

from app.errors import FieldError
from app.web.errors import worded
from app.web.render import language_of


def by_field(request: Request, errors: Iterable[FieldError]) -> dict[str, str]:
    """Return the messages by field name, the last part of each pointer, in the language of whoever asks."""
    language = language_of(request)
    return {error.pointer.rsplit("/", 1)[-1]: worded(language, error) for error in errors}
