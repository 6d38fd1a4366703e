"""The evidence log of the company: how it stands, whether it is whole, and all of it to take along."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.merkle_log.services.witnesses import Failure
from app.receipts.queries import log_state as evidence_state
from app.receipts.web.bundle import bundle
from app.routers.pages.waits import COMPANY_PAGES
from app.rules.log_name import origin
from app.web.door import LogSigner, PageWork
from app.web.flash import Flash, redirect
from app.web.ids import GivenId
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/evidence", dependencies=COMPANY_PAGES)
_WHOLE = N_("The whole log was recomputed from its entries: nothing was changed.")
_ALREADY = N_("A log is being recomputed at this moment. Try again in a few minutes.")
_BROKEN = N_("The log is not as it was recorded, from entry %(index)s on. Change nothing, keep a backup and call us.")

# Companies whose logs are being recomputed in this process: a million entries take minutes, and others want to read.
_CHECKING: set[str] = set()
_MOST_AT_ONCE = 2


@router.get("")
async def show(request: Request, work: PageWork, signer: LogSigner) -> Response:
    """Show the log's size and fingerprint, its key, and what witnesses and time stamps say."""
    state = await work.read(evidence_state.state)
    vkey = replace(signer, name=origin(work.company_id)).verifier.vkey()
    return page(request, "receipts/log.html", work, state=state, vkey=vkey, failures=Failure)


@router.post("/check")
async def check(request: Request, work: PageWork) -> Response:
    """Recompute the whole log from its entries, unless that is being done already, or for too many others."""
    if work.company_id in _CHECKING or len(_CHECKING) >= _MOST_AT_ONCE:
        return redirect("/company/evidence", Flash("info", translate(request, _ALREADY)))
    _CHECKING.add(work.company_id)
    try:
        broken = await work.read_slow(evidence_state.sound)
    finally:
        _CHECKING.remove(work.company_id)
    if broken:
        said = Flash("error", translate(request, _BROKEN, index=broken.index))
    else:
        said = Flash("success", translate(request, _WHOLE))
    return redirect("/company/evidence", said)


@router.get("/bundle")
async def download(
    work: PageWork, signer: LogSigner, policy_id: Annotated[GivenId, Query(alias="policy")] = None
) -> Response:
    """Give everything an auditor needs, of all policies or of one."""
    return await bundle(work, signer, policy_id, None)
