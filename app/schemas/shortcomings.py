"""What keeps something from going on, as the API says it."""

from pydantic import BaseModel, Field


class ShortcomingOut(BaseModel):
    pointer: str = Field(max_length=200, description="Where it is missing, e.g. /texts/it/body")
    code: str = Field(max_length=60)
    detail: str = Field(max_length=1000)


class ChecklistOut(BaseModel):
    """What keeps a version from the next step; it is ready when nothing does."""

    ready: bool
    missing: list[ShortcomingOut] = Field(max_length=10_000)
