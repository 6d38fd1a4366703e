"""A version in an address of the API: found under what it is a version of, and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from app.access.work import Work
from app.context import Ctx

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class VersionWork:
    """Units of work on one version. An address that mixes two policies, or two courses, finds nothing.

    Functions get the version's id before their own arguments: ``(ctx, version_id, …)``. ``check`` asks for the
    permissions of the operation, then looks the version up. ``address`` is where the version stands in the API.
    """

    work: Work
    address: str
    version_id: str
    check: Callable[[Ctx], object]

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
            self.check(ctx)
            return fn(ctx, self.version_id, *args, **kwargs)

        return act
