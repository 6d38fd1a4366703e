"""Who was chosen in a list: their names, and refusals for none and for too many."""

from typing import Any

from sqlalchemy import Select

from app.context import Ctx
from app.errors import Conflict
from app.schemas.chosen import MAXIMUM_CHOSEN
from app.wording import N_


def names(ctx: Ctx, wanted: Select[*tuple[Any, ...]]) -> dict[str, str]:
    """Return the names of those chosen by id, in the order of ``wanted``, whose rows hold id and name.

    Conflict ``nobody_chosen``, or ``too_many_chosen`` where the whole list is meant and holds too many.
    """
    found = ctx.session.execute(wanted.limit(MAXIMUM_CHOSEN + 1)).all()
    if not found:
        raise Conflict("nobody_chosen", N_("Nobody is chosen. Tick the people in the list first."))
    if len(found) > MAXIMUM_CHOSEN:
        detail = N_("These are too many at once. Narrow the list, by team for example, one part at a time.")
        raise Conflict("too_many_chosen", detail)
    return {row.id: row.name for row in found}
