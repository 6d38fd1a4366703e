"""Correcting what was recorded wrongly: a record of its own that points at the first one, never an edit."""

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import Conflict, NotFound
from app.merkle_log.rows import log
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import Private
from app.models import Acknowledgement, AcknowledgementMethod
from app.platform import audit
from app.platform.audit import Act
from app.policies.schemas.acknowledgement import CorrectionIn
from app.wording import N_


def correct(ctx: Ctx, policy_id: str, acknowledgement_id: str, data: CorrectionIn) -> int:
    """Record why an acknowledgement on paper is wrong, and return the leaf that says so.

    Conflict ``not_on_paper`` for what the person confirmed themselves: nobody corrects that for them.
    """
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    found = one_or_404(ctx, Acknowledgement, acknowledgement_id)
    recorded = log.opened(ctx, found.id, found.person_id)
    if not recorded or log.policy_of(recorded[0]) != policy_id:
        raise NotFound
    if found.method is not AcknowledgementMethod.PAPER:
        detail = N_("The person confirmed this themselves. Only what you recorded from paper can be corrected.")
        raise Conflict("not_on_paper", detail)
    index = recorded[0].idx
    audit.record(ctx, Act.ACKNOWLEDGEMENT_CORRECTED, found.id, leaf=index)
    about = {"person": found.person_id, "reason": data.reason, "recorded_by": ctx.actor.id}
    return evidence.append(ctx, LeafType.CORRECTION, {"index": index}, Private(about, found.id, found.person_id))
