"""The company's policies: what there is, where each stands, what to do next."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import GRANTED
from app.models import PolicyKind
from app.policies.queries import overview as policy_overview
from app.policies.queries.overview import NextStep, PolicyLine
from app.policies.rules.version import LIFECYCLE, ON_SHOW, VersionEvent
from app.policies.schemas.policy import PolicyIn
from app.policies.services import drafting
from app.policies.web import words
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
_STARTED = N_("Here is your draft. Everything in it can be rewritten.")
_ADDRESSES = {
    NextStep.FINISH: "/company/policies/versions/{version}/edit",
    NextStep.APPROVE: "/company/policies/versions/{version}/review",
    NextStep.WAIT_FOR_APPROVAL: "/company/policies/versions/{version}/review",
    NextStep.PUBLISH: "/company/policies/versions/{version}/publish",
    NextStep.POST: "/company/policies/versions/{version}/posting",
}


@router.get("")
async def overview(request: Request, work: PageWork) -> Response:
    return await _all(request, work)


@router.post("")
async def create(
    request: Request, work: PageWork, form: Annotated[Posted[PolicyIn], Depends(posted(PolicyIn))]
) -> Response:
    """Create a policy with a first draft from the template and go on to write it."""
    done = await submitted(form, lambda data: work.write(drafting.start_policy, data))
    if isinstance(done, Refused):
        return await _all(request, work, done)
    return redirect(f"/company/policies/versions/{done.id}/edit", Flash("success", translate(request, _STARTED)))


@router.get("/{policy_id}")
async def one(request: Request, work: PageWork, policy_id: PathId) -> Response:
    """Show one policy: its versions, where they hang, and what to do next."""
    shown = await work.read(policy_overview.policy_page, policy_id)
    return page(request, "policies/policy.html", work, shown=shown, line=shown.line, today=work.today, **_words())


@router.post("/{policy_id}/versions")
async def start_version(request: Request, work: PageWork, policy_id: PathId) -> Response:
    """Start the next version from the last one and go on to write it."""
    version = await work.write(drafting.start_version, policy_id)
    return redirect(f"/company/policies/versions/{version.id}/edit", Flash("success", translate(request, _STARTED)))


async def _all(request: Request, work: Work, refused: Refused | None = None) -> Response:
    """Show all policies, or how to begin."""
    lines, places = await work.read(policy_overview.with_places)
    values = {"lines": lines, **places, **form_values(request, refused)}
    return page(request, "policies/overview.html", work, **values, **_words())


def address(line: PolicyLine) -> str:
    """Return where the next step of a policy is taken; empty where nothing is to do."""
    concerned = line.concerned
    return _ADDRESSES.get(line.next_step, "").replace("{version}", concerned.id) if concerned else ""


def _words() -> dict[str, Any]:
    return {
        "address": address,
        "state_words": words.state_words,
        "kinds": words.KINDS,
        "next_words": words.NEXT,
        "act_words": words.ACTS,
        "actor_words": words.ACTORS,
        "language_names": LANGUAGES,
        "internal": PolicyKind.INTERNAL,
        "on_show": ON_SHOW,
        "withdrawable": LIFECYCLE.origins(VersionEvent.WITHDRAW),
        "granted_roles": GRANTED,
    }
