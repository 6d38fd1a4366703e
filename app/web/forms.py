"""HTML forms: read into the same schemas as JSON, carried out, and shown again as they were if they are refused.

A page has one function that shows it, ``_form(request, work, refused=None)``. What a form does is

    done = await submitted(form, lambda data: work.write(people.create, data), {"email_taken": "email"})
    if isinstance(done, Refused):
        return await _form(request, work, done)
    return redirect(…)

and ``page(request, template, work, **form_values(request, refused), …)`` gives the page its status, ``errors`` by
field, and what was typed: ``raw``, ``lists`` for fields that repeat.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from app.errors import Conflict, FieldError, Invalid, PreconditionFailed, TooLarge
from app.platform.files import Upload
from app.web.errors import worded
from app.web.render import language_of
from app.web.validation import field_errors

Schema = TypeVar("Schema", bound=BaseModel)
Given = TypeVar("Given")
T = TypeVar("T")
WHOLE_FORM = "form"
"""The field name of what concerns no field that can be seen."""


@dataclass(frozen=True, slots=True)
class Posted(Generic[Given]):
    """A form as it was sent. ``value`` is None when ``errors`` says why."""

    value: Given | None
    errors: tuple[FieldError, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    def with_file(self, name: str, file: Upload | None, missing: str) -> "Posted[tuple[Given, Upload]]":
        """Return the form together with the file that it cannot do without."""
        if file is None:
            return Posted(None, (*self.errors, FieldError(f"/{name}", "missing", missing)), self.raw, self.lists)
        value = None if self.value is None else (self.value, file)
        return Posted(value, self.errors, self.raw, self.lists)


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not carried out: why, the status of the page that says so, and the form as it was sent."""

    status: int
    errors: tuple[FieldError, ...]
    form: Posted[Any]

    def said(self, request: Request) -> str:
        """Return all that is wrong as one text, for a form that is not shown again."""
        return " ".join(by_field(request, self.errors).values())


def posted(schema: type[Schema], hidden: Collection[str] = ()) -> Callable[[Request], Awaitable[Posted[Schema]]]:
    """Return a dependency that parses the request's form into ``schema``.

    What is wrong with a ``hidden`` field is said of the whole form: nobody would see it beside the field.
    """

    async def parse(request: Request) -> Posted[Schema]:
        return _parsed(schema, await request.form(), hidden)

    return parse


async def submitted(
    form: Posted[Given], act: Callable[[Given], Awaitable[T]], fields: Mapping[str, str] | None = None
) -> T | Refused:
    """Carry a form out and return what came of it, or Refused if the form or the service says why not.

    ``fields`` names the field that each code of a refusal is about; others concern the whole form.
    """
    if form.value is None:
        return Refused(Invalid.status, form.errors, form)
    try:
        return await act(form.value)
    except Invalid as refusal:
        return Refused(refusal.status, refusal.errors, form)
    except (Conflict, PreconditionFailed, TooLarge) as refusal:
        name = (fields or {}).get(refusal.code, WHOLE_FORM)
        error = FieldError(f"/{name}", refusal.code, refusal.detail, refusal.params)
        return Refused(refusal.status, (error,), form)


def form_values(request: Request, refused: Refused | None) -> dict[str, Any]:
    """Return what ``page`` needs for a form that comes back, or for a fresh one."""
    if refused is None:
        return {"status": 200, "raw": {}, "lists": {}, "errors": {}}
    return {
        "status": refused.status,
        "raw": refused.form.raw,
        "lists": refused.form.lists,
        "errors": by_field(request, refused.errors),
    }


def by_field(request: Request, errors: Iterable[FieldError]) -> dict[str, str]:
    """Return the messages by field, in the language of the person: forms are flat, so the last name counts."""
    language = language_of(request)
    return {_field(error): worded(language, error) for error in errors}


def _field(error: FieldError) -> str:
    names = (part for part in reversed(error.pointer.split("/")) if not part.isdigit())
    return next(names, "") or WHOLE_FORM


def _parsed(schema: type[Schema], form: FormData, hidden: Collection[str]) -> Posted[Schema]:
    """Parse a form. Empty fields count as not sent, a repeated field becomes a list, unknown fields are ignored."""
    lists: dict[str, list[str]] = {}
    for name, text in form.multi_items():
        if isinstance(text, str):
            lists.setdefault(name, []).append(text)
    raw = {name: texts[-1].replace("\0", "") for name, texts in lists.items()}
    values = {name: _value(schema, name, lists[name]) for name in schema.model_fields if name in lists}
    try:
        return Posted(schema.model_validate({k: v for k, v in values.items() if v != ""}), (), raw, lists)
    except ValidationError as refused:
        return Posted(None, tuple(_seen(error, hidden) for error in field_errors(refused.errors())), raw, lists)


def _value(schema: type[BaseModel], name: str, texts: list[str]) -> str | list[str]:
    annotation = str(schema.model_fields[name].annotation)
    if annotation.startswith(("list", "typing.Annotated[list")):
        return [text for text in texts if text]
    return texts[-1]


def _seen(error: FieldError, hidden: Collection[str]) -> FieldError:
    return replace(error, pointer=f"/{WHOLE_FORM}") if _field(error) in hidden else error
