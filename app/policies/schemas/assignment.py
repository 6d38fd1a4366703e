"""Input and output of what is asked of single people."""

from datetime import date, datetime

from pydantic import Field

from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.policy import Reason
from app.schemas.base import Id, Input, Output


class ExcuseIn(Input):
    reason: Reason = Field(examples=["On long leave until March."])


class AssignmentDetail(Output):
    """What one person was asked, and what they answered. A question and a refusal are answers."""

    id: Id
    version_id: Id
    person_id: Id
    state: AssignmentState
    due_on: date
    answered_at: datetime | None
    note: str = Field(max_length=4000, description="The question, or why they do not agree.")
    reply: str = Field(max_length=4000, description="What HR answered.")
    excused_because: str = Field(max_length=4000, description="Why HR stopped asking.")
