"""Whom to remind of what is asked of them."""

from pydantic import Field

from app.schemas.base import Id, Input


class RemindIn(Input):
    team_id: Id | None = Field(None, description="Only this team; everybody still pending if left out")
