"""Addresses of before the pages of policies moved below /company/policies: bookmarks and mails still lead there."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

router = APIRouter(prefix="/company")
_MOVED = (
    "pending",
    "acknowledged",
    "remind",
    "questions",
    "approvals",
    "coverage.csv",
    "assignments/{rest:path}",
    "versions/{rest:path}",
    "posting/{rest:path}",
    "acknowledgements/{rest:path}",
)


async def moved(request: Request) -> Response:
    """Lead to the same page below /company/policies, with its method and its query."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(_present(request.url.path) + query, status_code=308)


def _present(path: str) -> str:
    return path.replace("/company/", "/company/policies/", 1)


for _old in _MOVED:
    router.add_api_route(f"/{_old}", moved, methods=["GET", "POST"])
