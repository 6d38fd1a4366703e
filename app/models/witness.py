"""Witnesses: the logs of others that this installation watches, and what the witnesses of its own logs said."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.base import CompanyOwned, column
from app.models.types import UtcDateTime


class WitnessedLog(SQLModel, table=True):
    """A log that this installation is a witness of, and the head it cosigned last.

    It belongs to no company: the log may be anybody's. Size 0 means that nothing was cosigned yet.
    """

    __tablename__ = "witnessed_log"

    origin: str = column(sa.String(200), primary_key=True)
    vkey: str = column(sa.String(400))
    size: int = column(sa.BigInteger(), 0)
    root: bytes = column(sa.LargeBinary(32))
    note: str = column(sa.Text(), "")
    at: datetime = column(UtcDateTime())


class LogWitnessState(CompanyOwned, table=True):
    """What a witness of the company's log knew when it was asked last, and why it did not cosign, if so.

    ``failure`` is a word of services.witnesses.Failure, or empty.
    """

    __tablename__ = "log_witness_state"

    witness: str = column(sa.String(200), primary_key=True)
    size: int = column(sa.BigInteger(), 0)
    at: datetime = column(UtcDateTime())
    failure: str = column(sa.String(32), "")
