"""The key of the installation: held to, used for checkpoints, followed by another one."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.db import NO_COMPANY
from app.evidence.checkpoints import open_checkpoint
from app.evidence.fsck import Broken
from app.evidence.notes import Signer, Verifier
from app.merkle_log.rows import log
from app.merkle_log.rows.fsck import recompute
from app.merkle_log.services import log_key
from app.models import LogCheckpoint, LogKey
from app.rules.log_name import INSTANCE, origin
from app.settings import ConfigurationError
from tests.merkle_log.services.test_evidence import add_leaf, leaves
from tests.world import NOW, World

SIGNER, FOLLOWING = Signer.generate(INSTANCE), Signer.generate(INSTANCE)


def of_log(signer: Signer, world: World) -> Verifier:
    return Signer(origin(world.company_id), signer.key).verifier


async def hold_to(world: World, signer: Signer) -> None:
    await world.db.write(NO_COMPANY, log_key.hold_to, signer, NOW)


async def test_the_first_key_is_kept_and_another_one_refused(world: World) -> None:
    await hold_to(world, SIGNER)
    await hold_to(world, SIGNER)
    with pytest.raises(ConfigurationError, match="portavoce evidence rotate"):
        await hold_to(world, FOLLOWING)
    kept = await world.db.read(NO_COMPANY, lambda session: session.scalars(select(LogKey)).one())
    assert kept.public_key == SIGNER.verifier.vkey()
    assert kept.since == NOW


async def test_a_head_is_signed_once_even_by_many_at_once(world: World) -> None:
    await world.system().write(add_leaf, 10**6)
    notes = await asyncio.gather(*(world.system().write(log_key.sign_head, SIGNER) for _ in range(16)))
    assert len(set(notes)) == 1
    checkpoint, signed = open_checkpoint(notes[0], [of_log(SIGNER, world)])
    edge = await world.system().read(log.edge)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (origin(world.company_id), 1, edge.root())
    assert len(signed) == 1
    await world.system().write(add_leaf, 10**6)
    assert await world.system().write(log_key.sign_head, SIGNER) != notes[0]
    count = select(func.count(col(LogCheckpoint.size)))
    assert await world.system().read(lambda ctx: ctx.session.scalar(count)) == 2


async def test_an_empty_log_has_a_checkpoint_too(world: World) -> None:
    note = await world.system().write(log_key.sign_head, SIGNER)
    assert open_checkpoint(note, [of_log(SIGNER, world)])[0].size == 0


async def test_a_rotation_is_a_leaf_under_a_checkpoint_that_both_keys_signed(world: World) -> None:
    await hold_to(world, SIGNER)
    await world.system().write(add_leaf, 10**6)
    assert await world.system().write(log_key.rotate, SIGNER, FOLLOWING)
    assert not await world.system().write(log_key.rotate, SIGNER, FOLLOWING)
    leaf = (await world.system().read(leaves))[1]
    ours = [of_log(SIGNER, world), of_log(FOLLOWING, world)]
    assert [leaf["type"], leaf["old"], leaf["new"]] == ["key_rotation", *(key.vkey() for key in ours)]
    note = await world.system().write(log_key.sign_head, FOLLOWING)
    assert [one.verifier for one in open_checkpoint(note, ours)[1]] == ours
    await world.db.write(NO_COMPANY, log_key.replace_key, SIGNER, FOLLOWING, NOW)
    await hold_to(world, FOLLOWING)


async def test_checkpoints_of_earlier_keys_stay_valid(world: World) -> None:
    await hold_to(world, SIGNER)
    await world.system().write(add_leaf, 10**6)
    await world.system().write(log_key.sign_head, SIGNER)
    await world.system().write(log_key.rotate, SIGNER, FOLLOWING)
    await world.db.write(NO_COMPANY, log_key.replace_key, SIGNER, FOLLOWING, NOW)
    assert await world.system().read_slow(recompute) == 2


async def test_a_checkpoint_of_a_key_that_no_rotation_names_is_wrong(world: World) -> None:
    await world.system().write(add_leaf, 10**6)
    await world.system().write(log_key.sign_head, FOLLOWING)
    await hold_to(world, SIGNER)
    with pytest.raises(Broken):
        await world.system().read_slow(recompute)


async def test_a_log_without_leaves_needs_no_rotation(world: World) -> None:
    assert not await world.system().write(log_key.rotate, SIGNER, FOLLOWING)
    nothing: Any = await world.system().read(leaves)
    assert nothing == []
