"""Input of API clients, for the pages and the command line."""

from typing import Annotated

from pydantic import Field

from app.authz import Permission
from app.schemas.base import Input, ShortName


class ClientIn(Input):
    name: ShortName
    scopes: Annotated[list[Permission], Field(min_length=1, max_length=50)]
