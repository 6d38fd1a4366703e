"""Our OAuth 2.0 server: a thin adapter between Authlib's framework-free core and the database seam.

Only ``client_credentials`` (RFC 6749, 4.4), revocation (RFC 7009) and introspection (RFC 7662). The core is
synchronous, so one server is made per request and runs inside one transaction of the seam.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidRequestError, InvalidScopeError, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from sqlalchemy.orm import Session

from app.access import api_tokens
from app.access.secrets import new_token
from app.context import AccountCtx
from app.db import is_id
from app.models import OAuthClient, OAuthToken

AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

_UNKNOWN = (
    "No API client has this id and secret. Send both with HTTP Basic or in the form; those who manage API clients can "
    "create a new secret for a lost one."
)
_TWICE = "Send id and secret of the client once: in the header Authorization or in the form, not in both."


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in: ``uri`` is the public one; ``form`` holds each parameter once, else ``malformed`` is set."""

    uri: str
    form: dict[str, str]
    authorization: str = ""
    malformed: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes out, in OAuth's own JSON shape."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def grant_token(ctx: AccountCtx, asked: Asked) -> Answered:
    """Answer ``POST /oauth/token``."""
    return _answered(ctx, asked, lambda server: server.create_token_response(asked))


def revoke_token(ctx: AccountCtx, asked: Asked) -> Answered:
    """Answer ``POST /oauth/revoke``."""
    return _answered(ctx, asked, lambda server: server.create_endpoint_response("revocation", asked))


def introspect_token(ctx: AccountCtx, asked: Asked) -> Answered:
    """Answer ``POST /oauth/introspect``: what another organisation's token is stays its own affair."""
    return _answered(ctx, asked, lambda server: server.create_endpoint_response("introspection", asked))


def _answered(ctx: AccountCtx, asked: Asked, act: Callable[[Any], Answered]) -> Answered:
    server = _Server(ctx.session, ctx.now)
    try:
        if asked.malformed:
            raise InvalidRequestError("Send a form (application/x-www-form-urlencoded) with each parameter once.")
        if asked.authorization and "client_secret" in asked.form:  # RFC 6749, 2.3: one method in each request
            raise InvalidRequestError(_TWICE)
        return act(server)
    except OAuth2Error as error:
        return server.handle_response(*error())


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A client as the core sees it. A client that does not exist has no right secret."""

    def __init__(self, row: OAuthClient | None) -> None:
        self.row = row

    def check_client_secret(self, client_secret: str) -> bool:
        return api_tokens.is_secret_of(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - the same for each
        return method in AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes of the token: all of the client's by default; invalid_scope if one is not its."""
        assert self.row is not None  # noqa: S101 - only an authenticated client gets here
        own = set(self.row.scopes)
        wanted = set((scope or "").split()) or own
        if not wanted <= own:
            raise InvalidScopeError(
                f"This client can ask for {' '.join(sorted(own))}, or for all by leaving scope out."
            )
        return " ".join(sorted(wanted))


class _Token(TokenMixin):  # type: ignore[misc]
    def __init__(self, row: OAuthToken, owner: OAuthClient | None, now: datetime) -> None:
        self.row = row
        self.owner = owner
        self.now = now

    def check_client(self, client: _Client) -> bool:
        return client.row is not None and self.row.client_id == client.row.id

    def is_expired(self) -> bool:
        return self.row.expires_at <= self.now

    def is_revoked(self) -> bool:
        return self.row.revoked_at is not None or self.owner is None


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, asked: Asked) -> None:
        headers = {"Authorization": asked.authorization} if _is_readable(asked.authorization) else {}
        super().__init__("POST", asked.uri, headers=headers)
        self.payload = BasicOAuth2Payload(asked.form)

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data  # type: ignore[no-any-return]


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = AUTH_METHODS

    def check_params(self, request: _Request, client: _Client) -> None:  # noqa: ARG002 - the core's signature
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Token | None:  # noqa: ARG002 - as above
        return self.server.token(token_string)  # type: ignore[no-any-return]

    def revoke_token(self, token: _Token, request: _Request) -> None:  # noqa: ARG002 - as above
        api_tokens.revoke(self.server.session, token.row, self.server.now)


class _Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = AUTH_METHODS

    def check_params(self, request: _Request, client: _Client) -> None:  # noqa: ARG002 - the core's signature
        _require_token(request)

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Token | None:  # noqa: ARG002 - as above
        return self.server.token(token_string)  # type: ignore[no-any-return]

    def check_permission(self, token: _Token, client: _Client, request: _Request) -> bool:  # noqa: ARG002 - as above
        """Let only the organisation that owns a token look into it."""
        return (
            token.owner is not None
            and client.row is not None
            and _organisation(token.owner) == _organisation(client.row)
        )

    def introspect_token(self, token: _Token) -> dict[str, Any]:
        return {
            "active": True,
            "client_id": token.row.client_id,
            "token_type": "Bearer",
            "scope": " ".join(token.row.scopes),
            "iat": int(token.row.issued_at.timestamp()),
            "exp": int(token.row.expires_at.timestamp()),
        }


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__()
        self.session = session
        self.now = now
        self.register_grant(_Grant)
        self.register_endpoint(_Revocation)
        self.register_endpoint(_Introspection)
        lifetime = int(api_tokens.LIFETIME.total_seconds())
        self.register_token_generator("default", BearerTokenGenerator(_new_token, expires_generator=lifetime))

    def query_client(self, client_id: str) -> _Client:
        return _Client(api_tokens.active_client(self.session, client_id) if is_id(client_id) else None)

    def authenticate_client(self, request: _Request, methods: list[str], endpoint: str = "token") -> _Client:
        """Return who asks. Whatever is wrong with how they show themselves, they are told the same."""
        try:
            return super().authenticate_client(request, methods, endpoint)  # type: ignore[no-any-return]
        except InvalidClientError as error:
            raise InvalidClientError(_UNKNOWN, status_code=error.status_code) from error

    def token(self, text: str) -> _Token | None:
        row = api_tokens.find(self.session, text)
        return _Token(row, api_tokens.active_client(self.session, row.client_id), self.now) if row else None

    def save_token(self, token: dict[str, Any], request: _Request) -> None:
        api_tokens.issue(self.session, request.client.row, token["access_token"], token["scope"].split(), self.now)

    def create_oauth2_request(self, request: Asked) -> _Request:
        return _Request(request)

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answered:
        return Answered(status, body, dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


def _new_token(**_: Any) -> str:
    return new_token("pva")


def _organisation(client: OAuthClient) -> tuple[str | None, str | None]:
    return client.owner_company, client.owner_agency


def _require_token(request: _Request) -> None:
    """Any hint at the token's type is ignored, as RFC 7009, 2.1 and RFC 7662, 2.1 allow."""
    if not request.form.get("token"):
        raise InvalidRequestError("The parameter token is missing.")


def _is_readable(authorization: str) -> bool:
    """Tell whether the core can decode this header; it trips over one that is no text."""
    _, _, credentials = authorization.partition(" ")
    try:
        base64.b64decode(credentials).decode()
    except (ValueError, binascii.Error):
        return False
    return True
