"""The people of a company, as every part reads them."""

from app.context import Ctx
from app.errors import NotFound
from app.models import Person


def person(ctx: Ctx, person_id: str) -> Person:
    """Return the row of one person of this company; NotFound if there is none."""
    found = ctx.session.get(Person, (ctx.company_id, person_id))
    if found is None:
        raise NotFound
    return found
