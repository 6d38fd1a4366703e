"""What is done with the ticked rows of a list: each for itself, and each that was refused is told with its reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from app.access.work import Work
from app.context import Ctx
from app.errors import Conflict, DomainError, Invalid
from app.platform import attempts
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted
from app.web.render import language_of, page

# Rows in one transaction: on SQLite everybody else who writes waits that long.
_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """The list that rows were ticked in: its path, and the schema whose fields are its filters."""

    path: str
    schema: type[BaseModel]

    def filters(self, raw: Mapping[str, str]) -> dict[str, str]:
        """Return the filters and the order among the fields of a form."""
        return {name: raw[name] for name in (*self.schema.model_fields, "sort") if raw.get(name)}

    def address(self, raw: Mapping[str, str]) -> str:
        """Return the way back to the list as it was."""
        query = urlencode(self.filters(raw))
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class Undone:
    """A row that an act was not done to, and why."""

    name: str
    why: str


async def choose(
    work: Work, chosen: Callable[[Ctx, Any], dict[str, str]], form: Posted[Any]
) -> dict[str, str] | Conflict:
    """Return the names of the rows that a form chose by their ids, or why there are none.

    Invalid for what is no id, and for more of them than are allowed.
    """
    if form.value is None:
        raise Invalid(form.errors)
    try:
        return await work.read_slow(chosen, form.value)
    except Conflict as refusal:
        return refusal


async def carried_out(work: Work, ids: Sequence[str], verb: Callable[..., Any], *args: Any) -> dict[str, DomainError]:
    """Do ``verb(ctx, id, *args)`` for each id, some in a transaction; return why it was refused by id."""
    refused: dict[str, DomainError] = {}
    for start in range(0, len(ids), _CHUNK):
        refused |= await work.write(attempts.each, ids[start : start + _CHUNK], verb, *args)
    return refused


def undone(request: Request, refused: Mapping[str, DomainError], names: Mapping[str, str]) -> list[Undone]:
    """Return the refusals in words, as the names go."""
    language = language_of(request)
    return [Undone(name, _why(language, refused[row_id])) for row_id, name in names.items() if row_id in refused]


def answer(request: Request, work: Work, back: str, said: str, not_done: Sequence[Undone]) -> Response:
    """Go back to the list where all was done; else show what was not, and why."""
    if not not_done:
        return redirect(back, Flash("success", said))
    return page(request, "layout/partly_done.html", work, said=said, not_done=not_done, back=back)


def tell(request: Request, back: str, refusal: DomainError) -> Response:
    """Go back to the list and say there what was wrong with the choice."""
    return redirect(back, Flash("error", worded(language_of(request), refusal)))


def _why(language: str, refusal: DomainError) -> str:
    return " ".join(worded(language, error) for error in getattr(refusal, "errors", ()) or (refusal,))
