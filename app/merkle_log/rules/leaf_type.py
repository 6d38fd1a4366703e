"""What becomes a leaf of the evidence log (docs/evidence/specification.md, "Leaf")."""

from enum import StrEnum

NOT_COLLECTED = "not_collected"
"""What evidence says where there is no value: it leaves no blanks."""


class LeafType(StrEnum):
    """The `type` of a leaf. What a receipt of it proves is said in `app.receipts.rules.kinds`."""

    VERSION_PUBLISHED = "version_published"
    ACKNOWLEDGEMENT = "acknowledgement"
    PAPER_ACKNOWLEDGEMENT = "paper_acknowledgement"
    QUESTION = "question"
    REFUSAL = "refusal"
    POSTING = "posting"
    POSTING_ENDED = "posting_ended"
    CERTIFICATE = "certificate"
    CORRECTION = "correction"
    ERASURE = "erasure"
    KEY_ROTATION = "key_rotation"
