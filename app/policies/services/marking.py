"""What changed in a frozen text since an earlier version: worked out outside of transactions, and stored once."""

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.models import TextChanges
from app.policies.rules.marked_changes import Marked


def keep(ctx: Ctx, version_id: str, since_id: str, language: str, marked: Marked) -> None:
    """Store a text of a version with what changed since an earlier one marked. Twice is once.

    Both versions were published, so that their texts are never written again. Every reader may have this stored:
    nothing in it is theirs.
    """
    ctx.require(Permission.ACKNOWLEDGE)
    row = {"version_id": version_id, "since_id": since_id, "language": language, **marked._asdict()}
    insert_new(ctx.session, TextChanges, [row], ["company_id", "version_id", "since_id", "language"])
