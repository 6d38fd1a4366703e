"""Input of API clients, for the pages and the command line.

Secrets are shown once, so what makes one must work once: a form sent again says again which client it makes, or
which secret it replaces.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.authz import Permission
from app.models.types import new_id
from app.schemas.base import Id, Input, ShortName


class ClientIn(Input):
    id: Id = Field(default_factory=new_id)
    name: ShortName
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=50)]


class NewSecretIn(Input):
    """``replaces`` is the mark of the secret that the new one takes the place of."""

    replaces: Annotated[str, StringConstraints(max_length=12)]
