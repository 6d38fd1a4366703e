"""Months in addresses. What is no month names nothing: it answers 404, as a missing thing does."""

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, WithJsonSchema

from app.errors import NotFound
from app.training.rules.hours import read_month


def known_month(text: str) -> date:
    """Return a month of an address; NotFound for what is none."""
    month = read_month(text)
    if month is None:
        raise NotFound
    return month


PathMonth = Annotated[
    date,
    Path(description="Like `2026-11`."),
    BeforeValidator(known_month),
    WithJsonSchema({"type": "string", "maxLength": 7, "examples": ["2026-11"]}),
]
