"""The OAuth 2.0 endpoints. Their shapes are the RFCs', so they stand outside the API's own document."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.api_clients.web import oauth
from app.api_clients.web.oauth import Answered, Asked
from app.web.door import VisitorWork
from app.web.rate_limits import limited_by_address
from app.web.scopes import SCOPES

router = APIRouter(include_in_schema=False)
_FORM = "application/x-www-form-urlencoded"


async def asked(request: Request) -> Asked:
    """Read the form before the synchronous core runs."""
    uri = request.app.state.settings.public_url + request.url.path
    authorization = request.headers.get("authorization", "")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return Asked(uri, {}, authorization, malformed=True)
    sent = [(name, str(value)) for name, value in (await request.form()).multi_items()]
    form = dict(sent)
    return Asked(uri, form, authorization, malformed=len(form) != len(sent))


AskedForm = Annotated[Asked, Depends(asked)]


@router.post("/oauth/token", dependencies=[Depends(limited_by_address)])
async def token(work: VisitorWork, asked: AskedForm) -> Response:
    """Give a client an access token for 15 minutes (RFC 6749, 4.4)."""
    return _response(await work.write(oauth.grant_token, asked))


@router.post("/oauth/revoke", dependencies=[Depends(limited_by_address)])
async def revoke(work: VisitorWork, asked: AskedForm) -> Response:
    """End one of the client's own tokens (RFC 7009)."""
    return _response(await work.write(oauth.revoke_token, asked))


@router.post("/oauth/introspect", dependencies=[Depends(limited_by_address)])
async def introspect(work: VisitorWork, asked: AskedForm) -> Response:
    """Tell a client what a token of its organisation is good for (RFC 7662)."""
    return _response(await work.write(oauth.introspect_token, asked))


@router.get("/.well-known/oauth-authorization-server")
async def metadata(request: Request) -> dict[str, Any]:
    """Say what this server can do (RFC 8414). There is no authorization endpoint, hence no response type."""
    issuer = request.app.state.settings.public_url
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "token_endpoint_auth_methods_supported": oauth.AUTH_METHODS,
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": oauth.AUTH_METHODS,
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": oauth.AUTH_METHODS,
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": sorted(SCOPES),
        "service_documentation": f"{issuer}/docs",
        "ui_locales_supported": ["en", "it"],
    }


def _response(answered: Answered) -> Response:
    return Response(orjson.dumps(answered.body), answered.status, answered.headers)
