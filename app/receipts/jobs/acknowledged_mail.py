"""The mail to the person who acknowledged: what was recorded, its receipt, and the text that it is about.

It goes out again with the same bytes if the first try broke off, so its receipt stands alone: without what witnesses
and time stamps add later.
"""

from dataclasses import dataclass, replace
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from app.context import CompanyFacts
from app.db import Scope
from app.evidence.notes import Signer
from app.integrations.mail import Attachment
from app.jobs.handlers import Finish, JobContext, company_ctx
from app.jobs.mail import compose, deliver
from app.policies.rows import notices
from app.policies.rules.text import whole_text
from app.receipts.services import receipts
from app.receipts.web.files import JSON, PDF, receipt_json, receipt_name
from app.receipts.web.pdf import receipt_pdf


@dataclass(frozen=True, slots=True)
class _Letter:
    recipient: str
    reads: str
    company: CompanyFacts
    receipt: dict[str, Any]
    text: str


async def send_receipt(context: JobContext, job: Any, finish: Finish) -> None:
    """Write to the person who acknowledged, if they have an address."""
    scope = Scope(job.for_company)
    letter = await context.db.write(scope, _letter, context.signer, job)
    if letter is None:
        await context.db.write(scope, finish, job)
        return
    public_url = context.settings.public_url
    written = await run_sync(compose, "acknowledged", letter.recipient, letter.reads, _values(letter), public_url)
    files = await _attachments(letter, public_url)
    await deliver(context, job, finish, replace(written, attachments=files))


def _letter(session: Session, signer: Signer, job: Any) -> _Letter | None:
    ctx = company_ctx(session, job.for_company, job)
    row = notices.of_acknowledgement(ctx, job.payload["acknowledgement_id"])
    if not row or not row.email:
        return None
    receipt = receipts.of_acknowledgement(ctx, signer, job.payload["acknowledgement_id"], alone=True)
    text = notices.text(ctx, row.version_id, row.language)
    return _Letter(row.email, row.reads, ctx.company, receipt, whole_text(text.title, text.body))


def _values(letter: _Letter) -> dict[str, Any]:
    receipt, leaf = letter.receipt, letter.receipt["leaf"]
    return {
        "name": receipt["evidence"]["name"],
        "company": letter.company.name,
        "title": receipt["title"],
        "label": receipt["label"],
        "policy_id": leaf["policy"],
        "statement": receipt["statement"],
        "content_sha256": leaf["content_sha256"],
        "statement_sha256": leaf["statement_sha256"],
        "at": leaf["at"],
    }


async def _attachments(letter: _Letter, public_url: str) -> list[Attachment]:
    receipt, company = letter.receipt, letter.company
    printed = await run_sync(receipt_pdf, receipt, company.name, public_url, company.zone)
    return [
        Attachment(receipt_name(receipt, "pdf"), PDF, printed),
        Attachment(receipt_name(receipt, "json"), JSON, receipt_json(receipt)),
        Attachment(f"policy-{receipt['label']}-{receipt['language']}.md", "text/markdown", letter.text.encode()),
    ]
