"""The evidence log: one Merkle tree per company (docs/adr/0014-one-merkle-log-per-company.md)."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.base import CompanyOwned, column, personal, within_company
from app.models.types import ID, UtcDateTime

_PROOF: Any = {"purpose": "proof of what was recorded", "basis": "6(1)(b)", "erase": "delete"}
_INDEX = sa.BigInteger()
_DIGEST = sa.LargeBinary(32)


def _of_leaf() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", "idx"], ["log_leaf.company_id", "log_leaf.idx"])


def _of_checkpoint() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", "size"], ["log_checkpoint.company_id", "log_checkpoint.size"])


class LogHead(CompanyOwned, table=True):
    """How far the log of a company reaches. The one row that its appends wait for each other at."""

    __tablename__ = "log_head"

    size: int = column(_INDEX, 0)
    edge: bytes = column(sa.LargeBinary(), b"")
    root: bytes = column(_DIGEST)
    updated_at: datetime = column(UtcDateTime())


class LogLeaf(CompanyOwned, table=True):
    """A recorded fact without personal data: the exact bytes that are hashed. Never changed, never deleted."""

    __tablename__ = "log_leaf"

    idx: int = column(_INDEX, primary_key=True)
    entry: bytes = column(sa.LargeBinary())


class LogNode(CompanyOwned, table=True):
    """The hash of a complete subtree: the leaves from ``idx << level`` on, ``1 << level`` of them."""

    __tablename__ = "log_node"

    level: int = column(sa.BigInteger(), primary_key=True)
    idx: int = column(_INDEX, primary_key=True)
    hash: bytes = column(_DIGEST)


class LogEvidence(CompanyOwned, table=True):
    """What opens the commitment of a leaf, and which row and person it is about. The one part that can be erased.

    ``private`` is the exact text that was committed to.
    """

    __tablename__ = "log_evidence"
    __table_args__ = (
        _of_leaf(),
        within_company("person_id", "person"),
        sa.Index(None, "company_id", "person_id", "subject_id"),
    )

    idx: int = column(_INDEX, primary_key=True)
    salt: bytes = column(_DIGEST, info=personal("evidence", **_PROOF))
    private: str = column(sa.Text(), info=personal("evidence", **_PROOF))
    subject_id: str = column(ID)
    person_id: str | None = column(ID, None, nullable=True)


class LogCheckpoint(CompanyOwned, table=True):
    """The signed note (C2SP tlog-checkpoint) of the log at one size. Never changed, never deleted."""

    __tablename__ = "log_checkpoint"

    size: int = column(_INDEX, primary_key=True)
    note: str = column(sa.Text())
    signed_at: datetime = column(UtcDateTime())


class LogCosignature(CompanyOwned, table=True):
    """The signature line of a witness on a checkpoint."""

    __tablename__ = "log_cosignature"
    __table_args__ = (_of_checkpoint(),)

    size: int = column(_INDEX, primary_key=True)
    witness: str = column(sa.String(200), primary_key=True)
    line: str = column(sa.Text())
    at: datetime = column(UtcDateTime())


class LogTimestamp(CompanyOwned, table=True):
    """The RFC 3161 token over a checkpoint, asked for on one day, or why there is none."""

    __tablename__ = "log_timestamp"
    __table_args__ = (
        _of_checkpoint(),
        sa.CheckConstraint("(token IS NULL) = (failure <> '')", name="token_or_failure"),
    )

    size: int = column(_INDEX, primary_key=True)
    day: date = column(sa.Date(), primary_key=True)
    token: bytes | None = column(sa.LargeBinary(), None, nullable=True)
    failure: str = column(sa.Text(), "")
    at: datetime = column(UtcDateTime())


class LogKey(SQLModel, table=True):
    """The public half of the key that signs all logs of this installation: one row at most."""

    __tablename__ = "log_key"
    __table_args__ = (sa.CheckConstraint("slot = 'now'", name="one_row"),)

    slot: str = column(sa.String(3), "now", primary_key=True)
    public_key: str = column(sa.String(200))
    since: datetime = column(UtcDateTime())
