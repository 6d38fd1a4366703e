"""A version in an address of the API: under its own policy only, for those who may do what the operation does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Request

from app.access.work import Work
from app.authz import Permission
from app.context import Ctx
from app.policies.queries import lists
from app.web.door import CompanyWork
from app.web.ids import PathId
from app.web.openapi import permissions_of

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class VersionWork:
    """Units of work on one version. An address that mixes two policies finds nothing.

    Functions get the version's id before their own arguments: ``(ctx, version_id, …)``. ``permissions`` are those of
    the operation; they are asked for before the version is looked up.
    """

    work: Work
    policy_id: str
    version_id: str
    permissions: Sequence[Permission]

    @property
    def address(self) -> str:
        """Return where the version stands in the API."""
        return f"/api/v1/companies/{self.work.company_id}/policies/{self.policy_id}/versions/{self.version_id}"

    async def read(self, fn: Callable[Concatenate[Ctx, str, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.work.read(self._narrowed(fn), *args, **kwargs)

    async def read_slow(self, fn: Callable[Concatenate[Ctx, str, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that may take more than 2 ms."""
        return await self.work.read_slow(self._narrowed(fn), *args, **kwargs)

    async def write(self, fn: Callable[Concatenate[Ctx, str, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        return await self.work.write(self._narrowed(fn), *args, **kwargs)

    def _narrowed(self, fn: Callable[Concatenate[Ctx, str, P], T]) -> Callable[Concatenate[Ctx, P], T]:
        def act(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> T:
            lists.version_of(ctx, self.permissions, self.policy_id, self.version_id)
            return fn(ctx, self.version_id, *args, **kwargs)

        return act


async def one_version(request: Request, work: CompanyWork, policy_id: PathId, version_id: PathId) -> VersionWork:
    return VersionWork(work, policy_id, version_id, permissions_of(request.scope["route"]))


OneVersion = Annotated[VersionWork, Depends(one_version)]
