"""One verb for several rows in one transaction: a row that is refused is undone alone and harms no other."""

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

from app.context import Ctx
from app.errors import Conflict, DomainError, Forbidden
from app.wording import N_

T = TypeVar("T")
P = ParamSpec("P")


def attempt(ctx: Ctx, verb: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T | DomainError:
    """Return what the verb did, or its refusal. Forbidden is none of the row's: it goes up.

    Conflict ``stored_meanwhile`` for a row that collides with what somebody else stored after the verb had looked.
    """
    try:
        with ctx.session.begin_nested():
            return verb(ctx, *args, **kwargs)
    except Forbidden:
        raise
    except DomainError as refusal:
        return refusal
    except IntegrityError:
        detail = N_("Somebody else stored the same at this moment. Send this row again: it is compared with theirs.")
        return Conflict("stored_meanwhile", detail)


def each(ctx: Ctx, ids: Iterable[str], verb: Callable[..., Any], *args: Any) -> dict[str, DomainError]:
    """Do ``verb(ctx, id, *args)`` for each id; return why it was refused by id."""
    tried = {row_id: attempt(ctx, verb, row_id, *args) for row_id in ids}
    return {row_id: outcome for row_id, outcome in tried.items() if isinstance(outcome, DomainError)}
