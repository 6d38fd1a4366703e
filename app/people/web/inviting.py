"""The form that prints invitations, for a team or for people chosen in a list."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from app.access.work import Work
from app.people.services import invitations
from app.policies.queries import coverage
from app.web.forms import Refused, form_values
from app.web.render import page

_VALID_DAYS = 30


async def invitation_form(
    request: Request, work: Work, raw: Mapping[str, str], people: Sequence[str], refused: Refused | None = None
) -> Response:
    """Ask until when the codes are valid, and for whom they are unless ``people`` says it."""
    teams = await work.read(invitations.teams)
    versions = [version for version in await work.read(coverage.published) if version.current]
    day = work.now.date() + timedelta(days=_VALID_DAYS)
    return page(
        request,
        "people/invitations/print.html",
        work,
        teams=teams,
        versions=versions,
        people=people,
        without_card=await work.read(invitations.without_card, people) if people else [],
        today=work.now.date().isoformat(),
        valid_until=raw.get("valid_until", day.isoformat()),
        **form_values(request, refused) | {"raw": raw},
    )
