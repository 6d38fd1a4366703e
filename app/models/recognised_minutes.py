"""Working time that training is worth: the minutes of each person, and the months that payroll was told of."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.models.base import CompanyOwned, TenantOwned, column, personal, within_company
from app.models.types import ID, UtcDateTime, words_of
from app.training.rules.hours import MinutesKind
from app.training.rules.payroll import DateForm, HoursForm, Rounding, Separator

PAYROLL: Any = {"purpose": "evidence of paid working time", "basis": "6(1)(c)"}

ONCE = ("company_id", "person_id", "kind", "source_id")
"""The columns that let a source be credited once."""


class PayrollMonth(CompanyOwned, table=True):
    """A month that minutes are booked into, named by its first day. Closed, it never changes: triggers see to it."""

    __tablename__ = "payroll_month"

    month: date = column(sa.Date(), primary_key=True)
    closed_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    closed_by: str | None = column(ID, None, nullable=True)


class RecognisedMinutes(TenantOwned, table=True):
    """One entry of the ledger: minutes of one person, below zero where a correction takes some back.

    Entries are never changed or deleted. They outlive the person, so that a closed month keeps its sum: ``person_id``
    then leads nowhere, and ``source_id`` neither. ``happened_on`` lies in an earlier month than ``month`` where that
    one was closed already.
    """

    __tablename__ = "recognised_minutes"
    __table_args__ = (
        sa.ForeignKeyConstraint(["company_id", "month"], ["payroll_month.company_id", "payroll_month.month"]),
        sa.UniqueConstraint(*ONCE),
        sa.Index(None, "company_id", "month", "person_id"),
        sa.CheckConstraint("minutes <> 0", name="worth_something"),
    )

    person_id: str = column(ID)
    month: date = column(sa.Date(), info=personal("hours", erase="keep", **PAYROLL))
    minutes: int = column(sa.Integer(), info=personal("hours", erase="keep", **PAYROLL))
    kind: MinutesKind = column(words_of(MinutesKind), info=personal("act", erase="keep", **PAYROLL))
    source_id: str = column(ID)
    happened_on: date = column(sa.Date(), info=personal("act", erase="keep", **PAYROLL))
    recorded_by: str = column(ID)
    at: datetime = column(UtcDateTime())


class CorrectionReason(TenantOwned, table=True):
    """Why a correction was made: apart from its entry, as words can tell of a person and go with them."""

    __tablename__ = "correction_reason"
    __table_args__ = (
        within_company("entry_id", "recognised_minutes"),
        sa.UniqueConstraint("company_id", "entry_id"),
    )

    entry_id: str = column(ID)
    reason: str = column(sa.Text(), info=personal("answer", erase="delete", **PAYROLL))


class PayrollMapping(CompanyOwned, table=True):
    """How the company's payroll program wants hours: its codes, which are text, and its ways to write (rules/payroll).

    The code of a person is their employee number (``Person.external_id``).
    """

    __tablename__ = "payroll_mapping"

    company_code: str = column(sa.String(32))
    cause_code: str = column(sa.String(32))
    hours_form: HoursForm = column(words_of(HoursForm))
    separator: Separator = column(words_of(Separator))
    date_form: DateForm = column(words_of(DateForm))
    rounding: Rounding = column(words_of(Rounding))
    step: int = column(sa.Integer())
