"""What a new draft starts from: the guided texts, or those of the version before."""

import re

from app.context import Ctx
from app.models import Company, Policy, PolicyKind, PolicyVersion
from app.policies.queries import guides
from app.policies.rows import policies

LANGUAGES = ("it", "en")
PLACEHOLDER = "{version}"
_TITLES = {
    (PolicyKind.INTERNAL, "it"): "Come parliamo di noi, e cosa resta tuo",
    (PolicyKind.INTERNAL, "en"): "How we speak of ourselves, and what stays yours",
    (PolicyKind.EXTERNAL, "it"): "Le regole delle nostre pagine",
    (PolicyKind.EXTERNAL, "en"): "The rules of our pages",
}


def guided(ctx: Ctx, policy: Policy) -> list[dict[str, str]]:
    """Return the guided texts of a policy, one for each language, with the company's names filled in."""
    company = ctx.session.get(Company, ctx.company_id)
    contact = company.contact if company and company.contact else ctx.company.name
    return [
        {
            "language": language,
            "title": _TITLES[policy.kind, language],
            "body": guides.guide(policy.kind.value, language, company=ctx.company.name, contact=contact),
            "statement": guides.statement(language, company=ctx.company.name, policy=policy.name),
        }
        for language in LANGUAGES
    ]


def copied(ctx: Ctx, version: PolicyVersion) -> list[dict[str, str]]:
    """Return the texts of a version as a start for the next: without its label, and without what changed in it."""
    return [
        {
            "language": text.language,
            "title": text.title,
            "body": text.body,
            "statement": unnamed(text.statement, version.label),
        }
        for text in policies.texts(ctx, version.id).values()
    ]


def named(statement: str, label: str) -> str:
    """Return the statement as it is confirmed, with the label in its place."""
    return statement.replace(PLACEHOLDER, label)


def unnamed(statement: str, label: str) -> str:
    """Return the statement with the place for the next label where this one stands."""
    if not label:
        return statement
    return re.sub(rf"(?<![\d.]){re.escape(label)}(?!\.?\d)", PLACEHOLDER, statement)
