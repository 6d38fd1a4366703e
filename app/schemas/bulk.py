"""Many rows in one request: each is answered for itself, and a bad one harms no other."""

from pydantic import Field

from app.schemas.base import Id, Output

MAXIMUM_ROWS = 1000


class RowFault(Output):
    pointer: str = Field(max_length=500)
    code: str = Field(max_length=100)
    detail: str = Field(max_length=1000)


class RowAnswer(Output):
    """What became of one row: 201 made, 200 changed or as before, else why not."""

    index: int
    status: int
    id: Id | None = None
    errors: list[RowFault] = Field(default_factory=list, max_length=100)


class BulkOut(Output):
    items: list[RowAnswer] = Field(max_length=MAXIMUM_ROWS)
