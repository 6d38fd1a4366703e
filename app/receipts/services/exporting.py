"""Handing the log over to an auditor: what it is, and the trace that somebody took it."""

from typing import NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.evidence.notes import Signer
from app.merkle_log.rows import log
from app.merkle_log.services import log_key
from app.platform import audit
from app.platform.audit import Act
from app.receipts.queries import bundle
from app.receipts.queries.bundle import Wanted
from app.receipts.rows import receipts


class Export(NamedTuple):
    """The log as it stood when it was asked for; what comes later stays out."""

    size: int
    checkpoint: str
    vkey: str
    wanted: Wanted


def begin(ctx: Ctx, signer: Signer, policy_id: str | None = None, version_id: str | None = None) -> Export:
    """Sign the head and say what goes along: all evidence, or that of one policy or version.

    Only for those who may see names; never for an agency.
    """
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    ctx.require(Permission.READ_POLICIES)
    wanted = bundle.wanted(ctx, policy_id, version_id)
    head = log.held_edge(ctx)
    size = head.size if head else 0
    note = receipts.witnessed(ctx, size, log_key.sign_head(ctx, signer)).note
    audit.record(ctx, Act.EVIDENCE_EXPORTED, ctx.company_id, policy_id=policy_id, version_id=version_id, size=size)
    return Export(size, note, log_key.of_log(ctx, signer).verifier.vkey(), wanted)
