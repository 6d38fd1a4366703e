"""Reading what an auditor takes along: tiles, entries, evidence and policy texts, a part at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import NotFound
from app.evidence import bundles, tiles
from app.evidence.leaves import parse_leaf
from app.evidence.tiles import TILE_WIDTH, File
from app.merkle_log.rows import log
from app.merkle_log.rows.log import Opened
from app.models import PolicyVersion
from app.policies.rows import policies
from app.policies.rules.text import whole_text

Place = tuple[int, int, int]


@dataclass(slots=True)
class Wanted:
    """Which evidence goes along: of these versions. ``everything`` takes also what names no version.

    ``leaves`` remembers which were taken, so that their corrections follow; ``keys`` what rotations named.
    """

    versions: Sequence[str]
    everything: bool
    leaves: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    def takes(self, one: Opened) -> bool:
        """Tell whether the evidence of a leaf goes along."""
        if self.everything:
            return True
        leaf = parse_leaf(one.entry)
        taken = leaf.get("version") in self.versions or leaf.get("index") in self.leaves
        if taken:
            self.leaves.add(one.idx)
        return taken


def wanted(ctx: Ctx, policy_id: str | None, version_id: str | None) -> Wanted:
    """Return the published versions asked for; NotFound if one that is named is not here."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    found = select(col(PolicyVersion.id)).where(col(PolicyVersion.published_at).is_not(None))
    if policy_id is not None:
        found = found.where(col(PolicyVersion.policy_id) == policies.policy(ctx, policy_id).id)
    if version_id is not None:
        found = found.where(col(PolicyVersion.id) == version_id)
    versions = list(ctx.session.scalars(found.order_by(col(PolicyVersion.id))))
    if version_id is not None and not versions:
        raise NotFound
    return Wanted(versions, everything=policy_id is None and version_id is None)


def tile_files(ctx: Ctx, places: Sequence[Place]) -> list[File]:
    """Return these tiles."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    return [tiles.tile(place, lambda nodes: log.nodes(ctx, nodes)) for place in places]


def leaf_files(ctx: Ctx, start: int, size: int, chosen: Wanted) -> list[File]:
    """Return the bundles of entries for the next 1,024 leaves of a log of this size, each with its evidence."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    leaves = log.leaves_from(ctx, start)[: size - start]
    return [
        file
        for at in range(0, len(leaves), TILE_WIDTH)
        for file in _block((start + at) // TILE_WIDTH, leaves[at : at + TILE_WIDTH], chosen)
    ]


def policy_files(ctx: Ctx, version_id: str) -> list[File]:
    """Return the exact texts and sentences of a version, in each language."""
    ctx.require(Permission.READ_POLICIES)
    texts = policies.texts(ctx, version_id).items()
    return [
        *(
            (bundles.policy_path(version_id, language), whole_text(text.title, text.body).encode())
            for language, text in texts
        ),
        *(
            (bundles.statement_path(version_id, language), text.statement.encode())
            for language, text in texts
            if text.statement_sha256
        ),
    ]


def _block(number: int, leaves: Sequence[Opened], chosen: Wanted) -> Iterator[File]:
    yield tiles.entries_path(number, len(leaves)), next(tiles.entry_bundles(one.entry for one in leaves))[1]
    for one in leaves:
        if log.is_rotation(one.entry):
            chosen.keys |= set(log.rotated(one.entry))
    lines = [
        bundles.evidence_line(one.idx, one.salt, one.private)
        for one in leaves
        if one.salt is not None and one.private is not None and chosen.takes(one)
    ]
    if lines:
        yield bundles.evidence_path(number), b"".join(lines)
