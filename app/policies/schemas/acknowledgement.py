"""Input and output of what people answer to a policy version."""

from typing import Literal

from pydantic import Field

from app.models.acknowledgement import AcknowledgementMethod
from app.schemas.base import Day, Id, Input, Language, Note, Output, Sha256


class AcknowledgeIn(Input):
    """Exactly what was shown. If the text changed meanwhile, the answer is 409 and nothing is recorded."""

    version_id: Id
    content_sha256: Sha256
    statement_sha256: Sha256
    language: Language


class AcknowledgeForIn(AcknowledgeIn):
    """The same, sent by a system in which the person confirmed."""

    person_id: Id


class AcknowledgementOut(Output):
    id: Id
    version_id: Id
    person_id: Id
    at: str = Field(
        description="UTC with six decimals, the text that is hashed", examples=["2026-12-01T08:15:00.000000Z"]
    )
    language: Language
    content_sha256: Sha256
    statement_sha256: Sha256
    method: AcknowledgementMethod


class AnswerIn(Input):
    """A question, or "I do not agree": both are answers that HR sees."""

    version_id: Id
    kind: Literal["question", "declined"]
    note: Note


class ReplyIn(Input):
    reply: Note


class CorrectionIn(Input):
    """Why a record is wrong; kept beside the evidence, not in the log itself."""

    reason: Note


class CorrectionOut(Output):
    leaf: int = Field(description="Place of the correction in the evidence log.")


class PaperIn(Input):
    version_id: Id
    person_id: Id
    language: Language
    signed_on: Day
