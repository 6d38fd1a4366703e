"""Which of the people who still owe an answer a list shows."""

from app.schemas.base import Id, Input, Search


class OwingFilter(Input):
    """What is empty does not matter. Each pillar adds the ``standing`` of its own."""

    q: Search = ""
    team: Id | None = None
