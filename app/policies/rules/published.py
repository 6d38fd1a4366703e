"""A version that people were asked to read, as coverage and lists show it."""

from datetime import date, datetime
from typing import NamedTuple

from app.policies.rules.version import ON_SHOW, VersionState


class Line(NamedTuple):
    """A version and those before it that it merely amends. ``asked``: people are asked to read it now."""

    version_id: str
    policy_id: str
    major: int
    minor: int
    asked: bool


class PublishedVersion(NamedTuple):
    """A version that people were asked to read. ``asked``: they are asked now, by none that is newer."""

    id: str
    policy_id: str
    policy: str
    major: int
    minor: int
    state: VersionState
    effective_on: date
    published_at: datetime
    disciplinary: bool
    line_published_at: datetime
    asked: bool

    @property
    def label(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def line(self) -> Line:
        return Line(self.id, self.policy_id, self.major, self.minor, self.asked)

    @property
    def current(self) -> bool:
        """Tell whether people are asked to read this one now."""
        return self.state in ON_SHOW
