"""Ids in addresses. What is not even an id names nothing: it answers 404, as a missing thing does."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from app.db import is_id
from app.errors import NotFound


def ids_among(values: Iterable[object]) -> list[str]:
    """Return the ids in the fields of a form, several of which may stand in one with a blank between them."""
    return [one for value in values if isinstance(value, str) for one in value.split() if is_id(one)]


def known_id(text: str) -> str:
    """Return an id of an address; NotFound for what is none."""
    if not is_id(text):
        raise NotFound
    return text


def _given(text: str | None) -> str | None:
    return known_id(text) if text else None


PathId = Annotated[str, Path(max_length=36), AfterValidator(known_id)]
# An id in the query of a page's address; None where it is left out or empty.
GivenId = Annotated[str | None, AfterValidator(_given)]
