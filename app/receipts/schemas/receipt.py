"""Output of the evidence of one act (docs/evidence/specification.md, "Receipt")."""

from typing import Any, Literal

from pydantic import Field

from app.schemas.base import Output

_PROOF = "c2sp.org/tlog-proof@v1\nindex 0\n\nportavoce/log/…\n1\n…\n"


class PublishedOut(Output):
    """The entry that published the version, under the same checkpoint."""

    leaf: dict[str, Any]
    index: int = Field(ge=0)
    path: list[str] = Field(max_length=63)


class ReceiptOut(Output):
    """Everything one needs to check an act without us; the leaf's `type` says what kind of act it is."""

    format: Literal["portavoce/receipt/v1"]
    title: str = Field(max_length=200)
    label: str = Field(max_length=20)
    language: str = Field(max_length=2, description="Empty where nobody confirmed a sentence.")
    statement: str = Field(max_length=4000, description="The sentence that was confirmed, letter by letter.")
    evidence: dict[str, Any] = Field(description="Who, when and how; the leaf commits to it.")
    salt: str = Field(pattern=r"^[0-9a-f]{64}$", max_length=64)
    leaf: dict[str, Any] = Field(description="The entry of the log. Nothing in it is personal.")
    proof: str = Field(max_length=20_000, examples=[_PROOF], description="c2sp.org/tlog-proof@v1")
    published: PublishedOut | None
    vkey: str = Field(max_length=300, description="Key of the log. Compare it with one that you have from elsewhere.")
    timestamp: str | None = Field(max_length=100_000, description="RFC 3161 token over the checkpoint, in base64.")
