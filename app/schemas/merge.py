"""What JSON Merge Patch (RFC 7396) needs of a schema: a field left out stays, a null clears what can be cleared."""

from typing import TypeVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

T = TypeVar("T")


def _not_null(value: T | None) -> T:
    if value is None:
        raise PydanticCustomError("missing", "this cannot be cleared")
    return value


NotNull = AfterValidator(_not_null)
"""Refuses null for a field that can be left out but not cleared; the default None then means "left out"."""
