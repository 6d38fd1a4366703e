"""The scopes of API clients in words."""

from app.authz import CLIENT_SCOPES, Permission

SCOPES: dict[str, str] = {scope.value: scope.words for scope in Permission if scope in CLIENT_SCOPES}
