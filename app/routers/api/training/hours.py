"""Recognised working time: the ledger, its months, and the file for payroll."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.authz import Permission
from app.errors import NotFound
from app.schemas.base import Id
from app.schemas.bulk import BulkOut, RowAnswer
from app.training.queries import hours
from app.training.queries.hours import EntryFilter
from app.training.schemas.hours import (
    CorrectionIn,
    CorrectionsIn,
    Month,
    PayrollMappingIn,
    PayrollMappingOut,
    PayrollMonthOut,
    RecognisedMinutesOut,
)
from app.training.services import crediting, payroll
from app.training.services.crediting import Corrected
from app.training.web.months import PathMonth
from app.training.web.payroll_file import payroll_file
from app.web import row_answers
from app.web.door import CompanyWork, Operation
from app.web.i18n import language_of_program
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}", tags=["training"], route_class=Operation)
_READ, _WRITE = Permission.READ_HOURS, Permission.WRITE_HOURS
_CHUNK = 50  # rows in one transaction: others write in between
_TABLE = {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}, "description": "The file."}
_LINES = (
    "One line for each person with an `external_id`, which is their code; texts keep their leading zeros. A person's "
    "month is summed in minutes and rounded once; who has nothing left then has no line. The name of the file says "
    "`provisional` while the month is open."
)


@router.get(
    "/recognised_minutes",
    response_model=Listed[RecognisedMinutesOut],
    **op("list_recognised_minutes", "List the entries of the ledger, the oldest first", _READ),
)
async def list_recognised_minutes(
    work: CompanyWork,
    paging: Paging,
    month: Annotated[Month | None, Query(description="The month they are booked into.")] = None,
    person_id: Annotated[Id | None, Query()] = None,
) -> Response:
    found = await work.read(hours.entries, EntryFilter(month, person_id), paging.after, paging.limit)
    part, key = paging.cut(found, lambda row: (row.id, row.id))
    return paging.listed([RecognisedMinutesOut.model_validate(row) for row in part], key)


@router.post(
    "/recognised_minutes",
    status_code=201,
    **op(
        "correct_recognised_minutes", "Add minutes to a person's hours or take some back, with a reason", _WRITE, _READ
    ),
)
async def correct_recognised_minutes(work: CompanyWork, body: CorrectionIn) -> RecognisedMinutesOut:
    """Entries are never changed: a correction is a new one, booked into the first month that is open."""
    done = await work.write(crediting.correct, body)
    return RecognisedMinutesOut.model_validate(await work.read(hours.entry, done.entry_id))


@router.post(
    "/recognised_minutes/bulk",
    **op("bulk_correct_recognised_minutes", "Record up to 1,000 corrections, each on its own", _WRITE),
)
async def bulk_correct_recognised_minutes(request: Request, work: CompanyWork, body: CorrectionsIn) -> BulkOut:
    language = language_of_program(request)
    outcomes = await row_answers.each(work, CorrectionIn, body.corrections, crediting.correct_rows, _CHUNK)
    return BulkOut(
        items=[
            RowAnswer(index=index, status=201 if outcome.is_new else 200, id=outcome.entry_id)
            if isinstance(outcome, Corrected)
            else row_answers.refused(index, outcome, language)
            for index, outcome in enumerate(outcomes)
        ]
    )


@router.get(
    "/payroll_months",
    response_model=Listed[PayrollMonthOut],
    **op("list_payroll_months", "List months with hours, the newest first", _READ),
)
async def list_payroll_months(work: CompanyWork, paging: Paging) -> Response:
    after = date.fromisoformat(str(paging.after[0])) if paging.after else None
    found = await work.read_slow(hours.months, after, paging.limit + 1)
    part, key = paging.cut(found, lambda one: (one.month.isoformat(), one.month.isoformat()))
    return paging.listed([PayrollMonthOut.model_validate(one) for one in part], key)


@router.post(
    "/payroll_months/{month}/close",
    **op(
        "close_payroll_month", "Close a month for ever; later entries go into the next", _WRITE, _READ, refuses=(409,)
    ),
)
async def close_payroll_month(work: CompanyWork, month: PathMonth) -> PayrollMonthOut:
    await work.write(payroll.close, month)
    return PayrollMonthOut.model_validate(await work.read_slow(hours.one_month, month))


@router.get(
    "/payroll_months/{month}/export",
    response_class=Response,
    **op(
        "export_payroll_month",
        "Download the hours of a month for the payroll program",
        _READ,
        refuses=(409,),
        answers={200: _TABLE},
        extra={"description": _LINES},
    ),
)
async def export_payroll_month(work: CompanyWork, month: PathMonth) -> Response:
    return await payroll_file(work, month)


@router.get("/payroll_mapping", **op("get_payroll_mapping", "Read how the payroll program wants hours", _READ))
async def get_payroll_mapping(work: CompanyWork) -> PayrollMappingOut:
    saved = await work.read(hours.mapping)
    if saved is None:
        raise NotFound
    return PayrollMappingOut.model_validate(saved)


@router.put("/payroll_mapping", **op("put_payroll_mapping", "Say how the payroll program wants hours", _WRITE))
async def put_payroll_mapping(work: CompanyWork, body: PayrollMappingIn) -> PayrollMappingOut:
    return PayrollMappingOut.model_validate(await work.write(payroll.map_codes, body))
