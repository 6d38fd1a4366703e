"""The decisions open to a reader of a policy version that waits for approval."""

from collections.abc import Iterable, Iterator

from fastapi import Request

from app.errors import FieldError
from app.policies.queries.review import Review
from app.web.decisions import Approval, DecisionForm, Objection, Obstacle
from app.web.render import translate
from app.wording import N_

_EFFECT = N_(
    "With your approval the text is fixed, in all its languages, and gets its number. Nobody can change it after that; "
    "people see it only when it is published."
)
_NOT_YOURS = N_("Approving is for the owner and for HR. They see it in their list.")
_FOUR_EYES = N_("You wrote this version alone, so somebody else has to approve it: four eyes see more than two.")


def decision(request: Request, shown: Review, language: str, shortcomings: Iterable[FieldError]) -> DecisionForm:
    """Return the form of the decision, in the language of the page; ``language`` is that of the text shown."""
    base = f"/company/policies/versions/{shown.version.id}"
    approve = translate(request, N_("Approve version %(label)s"), label=shown.label)
    give_back = Objection(
        f"{base}/return",
        "reason",
        translate(request, N_("Return it for changes")),
        translate(request, N_("What should change?")),
        translate(request, N_("Its authors read this, and it stays on record.")),
        translate(request, N_("Give it back")),
    )
    return DecisionForm(
        Approval(f"{base}/approve", translate(request, _EFFECT), approve),
        [give_back] if shown.may_approve else [],
        list(_obstacles(request, shown, shortcomings)),
        {"row_version": str(shown.version.row_version), "language": language},
    )


def _obstacles(request: Request, shown: Review, shortcomings: Iterable[FieldError]) -> Iterator[Obstacle]:
    if not shown.may_approve:
        yield Obstacle(translate(request, _NOT_YOURS))
    elif shown.sole_author:
        yield Obstacle(translate(request, _FOUR_EYES), "/company/people", translate(request, N_("Who else could")))
    else:
        yield from (Obstacle(translate(request, one.detail)) for one in shortcomings)
