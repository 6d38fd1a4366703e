"""The decision about frozen content, as a page asks for it: a policy, a course, an item of a campaign.

A page that includes ``ui/decide.html`` hands it ``decision``, a ``DecisionForm`` with its texts in the language of the
page, and the values of a form that comes back (``form_values``).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Obstacle(NamedTuple):
    """Why the content cannot be approved by this person, and where that can be changed, if a page does it."""

    text: str
    href: str | None = None
    label: str = ""


class Approval(NamedTuple):
    """Approving: what it does, and the button."""

    address: str
    effect: str
    button: str


class Objection(NamedTuple):
    """An answer that wants a reason in ``field``, as giving the content back: what opens its form, and its words."""

    address: str
    field: str
    opens: str
    question: str
    hint: str
    button: str


class DecisionForm(NamedTuple):
    """What somebody may decide. ``sent`` goes along with every answer: what they looked at, in which language.

    Who finds ``obstacles`` is told them and cannot approve; ``objections`` are empty for whoever may not decide.
    """

    approval: Approval
    objections: Sequence[Objection]
    obstacles: Sequence[Obstacle]
    sent: Mapping[str, str]
