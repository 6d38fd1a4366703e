"""Receipts: a recorded act with everything that proves it, under a checkpoint that is signed for it if need be."""

from typing import Any

from app.context import Ctx
from app.evidence.notes import Signer
from app.merkle_log.rows import log
from app.merkle_log.services import log_key
from app.policies.rows import policies
from app.receipts.queries import subjects
from app.receipts.rows import receipts
from app.receipts.rows.receipts import Signed, Subject


def of_acknowledgement(ctx: Ctx, signer: Signer, acknowledgement_id: str, *, alone: bool = False) -> dict[str, Any]:
    """Return the receipt of an acknowledgement, to the person and to those who may see names.

    ``alone`` leaves out what witnesses and time stamps add later, so that it comes out the same at every try.
    """
    return _receipt(ctx, signer, subjects.acknowledgement(ctx, acknowledgement_id), alone=alone)


def shown(ctx: Ctx, signer: Signer, acknowledgement_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the same with the name, by id, of the person who recorded it."""
    receipt = of_acknowledgement(ctx, signer, acknowledgement_id)
    return receipt, policies.actor_names(ctx, [receipt["evidence"]["recorded_by"]])


def of_certificate(ctx: Ctx, signer: Signer, certificate_id: str) -> dict[str, Any]:
    """Return the receipt of a certificate, to its person alone."""
    return _receipt(ctx, signer, subjects.certificate(ctx, certificate_id))


def of_version(ctx: Ctx, version_id: str, signer: Signer) -> dict[str, Any]:
    """Return the receipt of the publication of a version."""
    return _receipt(ctx, signer, subjects.version(ctx, version_id))


def of_posting(ctx: Ctx, version_id: str, posting_id: str, signer: Signer) -> dict[str, Any]:
    """Return the receipt of a posting record: where a version hung, and since when."""
    return _receipt(ctx, signer, subjects.posted(ctx, version_id, posting_id))


def _receipt(ctx: Ctx, signer: Signer, subject: Subject, *, alone: bool = False) -> dict[str, Any]:
    recorded = receipts.entry(ctx, subject)
    signed = receipts.covering(ctx, recorded.idx, alone=alone) or _sign(ctx, signer, recorded.idx, alone=alone)
    return receipts.build(ctx, subject, recorded, signed, log_key.of_log(ctx, signer).verifier.vkey())


def _sign(ctx: Ctx, signer: Signer, index: int, *, alone: bool) -> Signed:
    """Sign the head. It is held meanwhile, so that two who ask at once get the same checkpoint."""
    head = log.held_edge(ctx)
    known = receipts.covering(ctx, index, alone=alone)
    return known or Signed(head.size if head else 0, log_key.sign_head(ctx, signer))
