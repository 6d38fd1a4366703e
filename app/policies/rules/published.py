"""A version that people were asked to read, as coverage and lists show it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.errors import NotFound
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


def pick(versions: Sequence[PublishedVersion], version_id: str | None) -> PublishedVersion:
    """Return the version asked for, else the one people are asked to read now; NotFound if there is none."""
    if version_id is not None:
        found = [version for version in versions if version.id == version_id]
    else:
        found = [version for version in versions if version.current] or list(versions)
    if not found:
        raise NotFound
    return found[0]


def choices(versions: Sequence[PublishedVersion], shown: PublishedVersion) -> list[tuple[str, str]]:
    """Return what else can be looked at: the present version of each policy, and the one shown."""
    return [(one.id, f"{one.policy} {one.label}") for one in versions if one.current or one == shown]
