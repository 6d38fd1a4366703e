"""What an author has before them: a draft in one language, its facts, and what changed hands before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import Policy, PolicyKind, PolicyVersion
from app.policies.queries.review import Judged, judged
from app.policies.rows import decisions, policies
from app.policies.rows.policies import previous_label
from app.policies.rules.version import VersionState
from app.rules import versions
from app.wording import N_


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft as its editor shows it.

    ``words`` are the values of the form's fields; ``seen`` is their fingerprint; ``returned`` is the reason given
    when the draft was last given back, empty if it never was; ``label`` is the one it will get.
    """

    policy: Policy
    version: PolicyVersion
    label: str
    language: str
    languages: list[str]
    judged: Judged
    words: Mapping[str, Any]
    seen: str
    returned: str
    follows: bool

    @property
    def internal(self) -> bool:
        return self.policy.kind is PolicyKind.INTERNAL


def desk(ctx: Ctx, version_id: str, preferred: Sequence[str]) -> Desk:
    """Return a draft in the first of the ``preferred`` languages that it has; Conflict if it is no draft any more."""
    ctx.require(Permission.WRITE_POLICIES)
    version = policies.version(ctx, version_id)
    if version.state is not VersionState.DRAFT:
        detail = N_("Only a draft can be written on. Ask for changes, or start a new version.")
        raise Conflict("not_a_draft", detail)
    texts = policies.texts(ctx, version_id)
    language = next(one for one in (*preferred, *texts) if one in texts)
    text, before = texts[language], previous_label(ctx, version)
    return Desk(
        policy=policies.policy(ctx, version.policy_id),
        version=version,
        label=str(versions.next_label(before, material=version.material)),
        language=language,
        languages=list(texts),
        judged=judged(ctx, version_id),
        words={
            **text.model_dump(include={"title", "body", "statement", "summary"}),
            "effective_on": version.effective_on.isoformat(),
            "grace_days": str(version.grace_days),
            "material": "yes" if version.material else "",
            "disciplinary": "yes" if version.disciplinary else "",
        },
        seen=policies.draft_fingerprint(version, text),
        returned=decisions.returned_because(ctx, version_id) if version.submitted_at else "",
        follows=before is not None,
    )
