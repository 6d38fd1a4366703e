"""Rows that were chosen in a list."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Ids, Input

MAXIMUM_CHOSEN = 1000


class Chosen(Input):
    """The rows that were ticked, or everything the list found; ``sort`` is for the way back to it."""

    ids: Annotated[Ids, Field(max_length=MAXIMUM_CHOSEN)] = Field(default_factory=list)
    everything: bool = False
    sort: str = Field("", max_length=20)
