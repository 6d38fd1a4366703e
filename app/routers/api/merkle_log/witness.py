"""The witness of other people's logs. Its shapes are C2SP's, so it stands outside the API's own document."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.errors import NotFound
from app.merkle_log.services import witnessed_logs
from app.merkle_log.services.witnessed_logs import Outcome
from app.web.body_limit import text_of_at_most
from app.web.door import VisitorWork
from app.web.rate_limits import limited_by_address

router = APIRouter(include_in_schema=False)

# 63 hashes and 64 signatures fit in several times over.
_MOST_BYTES = 64 * 1024
_STATUS = {
    Outcome.COSIGNED: 200,
    Outcome.MALFORMED: 400,
    Outcome.UNKNOWN_LOG: 404,
    Outcome.NOT_SIGNED: 403,
    Outcome.CONFLICT: 409,
    Outcome.INCONSISTENT: 422,
}


@router.post("/witness/add-checkpoint", dependencies=[Depends(limited_by_address)])
async def add_checkpoint(request: Request, work: VisitorWork) -> Response:
    """Cosign the head of a log that is watched here (C2SP tlog-witness)."""
    witness = request.app.state.witness
    if witness is None:
        raise NotFound
    body = await text_of_at_most(request, _MOST_BYTES)
    answer = await work.write(witnessed_logs.cosign, body, witness)
    kind = "text/x.tlog.size" if answer.outcome is Outcome.CONFLICT else "text/plain; charset=utf-8"
    return Response(answer.text, _STATUS[answer.outcome], {"content-type": kind})
