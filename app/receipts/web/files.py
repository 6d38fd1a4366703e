"""A receipt as a file: JSON to check, and one page to keep."""

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.access.work import Work
from app.receipts.web.pdf import receipt_pdf
from app.settings import Settings
from app.web.bounded_pool import PRINTING
from app.web.downloads import attachment

Receipt = dict[str, Any]
JSON, PDF = "application/json", "application/pdf"


def receipt_name(receipt: Receipt, ending: str) -> str:
    """Return the name under which it is saved: what it is, and its number in the log."""
    index = receipt["proof"].split("\n")[1].removeprefix("index ")
    return f"portavoce-receipt-{index}.{ending}"


def receipt_json(receipt: Receipt) -> bytes:
    """Return the file that people keep; the same receipt gives the same bytes."""
    return f"{json.dumps(receipt, ensure_ascii=False, indent=2)}\n".encode()


def json_file(receipt: Receipt) -> Response:
    return attachment(receipt_json(receipt), JSON, receipt_name(receipt, "json"))


async def pdf_file(request: Request, work: Work, receipt: Receipt) -> Response:
    settings: Settings = request.app.state.settings
    printed = await PRINTING.run(
        work.company_id, receipt_pdf, receipt, work.organisation, settings.public_url, work.company.zone
    )
    return attachment(printed, PDF, receipt_name(receipt, "pdf"))
