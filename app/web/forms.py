"""HTML forms, read into the same schemas as JSON. Nothing typed is lost: a bad form comes back as it was."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.errors import FieldError
from app.web.validation import field_errors

Schema = TypeVar("Schema", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Posted(Generic[Schema]):
    """``value`` is None when ``errors`` says why; ``raw`` is what was typed, ``errors`` go by field name."""

    value: Schema | None
    errors: dict[str, FieldError]
    raw: dict[str, str]


def posted(schema: type[Schema]) -> Callable[[Request], Awaitable[Posted[Schema]]]:
    """Return a dependency that parses the request's form into ``schema``."""

    async def parse(request: Request) -> Posted[Schema]:
        return parsed(schema, await request.form())

    return parse


def parsed(schema: type[Schema], form: FormData) -> Posted[Schema]:
    """Parse a form: empty fields count as not sent, unknown ones are left to the page, lists by repetition."""
    raw = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
    values = {name: _value(schema, form, name) for name in schema.model_fields if name in form}
    try:
        return Posted(schema.model_validate({k: v for k, v in values.items() if v not in ("", None)}), {}, raw)
    except ValidationError as refused:
        errors = {error.pointer.split("/")[1]: error for error in field_errors(refused.errors()) if error.pointer}
        return Posted(None, errors, raw)


def _value(schema: type[BaseModel], form: FormData, name: str) -> object:
    annotation = str(schema.model_fields[name].annotation)
    if annotation.startswith(("list", "typing.Annotated[list")):
        return [value for value in form.getlist(name) if value]
    value = form.get(name)
    return None if isinstance(value, UploadFile) else value
