"""The witness, as logs see it over HTTP: C2SP tlog-witness, add-checkpoint."""

import asyncio
import time
from dataclasses import replace

import httpx
import pytest

from app.db import NO_COMPANY
from app.evidence.checkpoints import open_checkpoint
from app.evidence.encoding import encode64
from app.evidence.notes import COSIGNATURE, Signer, Verifier, sign
from app.merkle_log.rows import witnessed_logs as watched
from app.merkle_log.services import witnessed_logs
from app.models import WitnessedLog
from app.web.rate_limits import RateLimits
from tests.logs import Log
from tests.site import Site
from tests.world import NOW

WITNESS = "agency.example/witness"


class Door:
    """The witness of a site, and one log that it watches."""

    def __init__(self, site: Site) -> None:
        self.site, self.log, self.browser = site, Log(), site.visitor()
        witness = Signer.generate(WITNESS, COSIGNATURE)
        self.verifier: Verifier = witness.verifier
        site.app.state.witness, site.app.state.rate_limits = witness, RateLimits(address=1000)

    async def watch(self, vkey: str) -> bool:
        return await self.site.world.db.write(NO_COMPANY, witnessed_logs.watch, vkey, NOW)

    async def post(self, body: str | bytes) -> httpx.Response:
        return await self.browser.post("/witness/add-checkpoint", content=body)

    async def sends(self, old: int, size: int) -> httpx.Response:
        return await self.post(self.log.submission(old, size))

    async def seen(self) -> WitnessedLog:
        found = await self.site.world.db.read(NO_COMPANY, watched.known, self.log.origin)
        assert found is not None
        return found


@pytest.fixture
async def door(site: Site) -> Door:
    made = Door(site)
    await made.watch(made.log.vkey)
    return made


def is_conflict(answer: httpx.Response, size: int) -> bool:
    return (answer.status_code, answer.headers["content-type"], answer.text) == (409, "text/x.tlog.size", f"{size}\n")


async def test_a_head_that_continues_the_last_one_is_cosigned(door: Door) -> None:
    for old, new in [(0, 0), (0, 1), (1, 1), (1, 2), (2, 5), (5, 8), (8, 8), (8, 21)]:
        answer = await door.sends(old, new)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        checkpoint, signed = open_checkpoint(door.log.note(new) + answer.text, [door.verifier])
        assert (checkpoint.size, [one.verifier.name for one in signed]) == (new, [WITNESS])
        assert abs((signed[0].at or 0) - time.time()) < 60
        seen = await door.seen()
        assert (seen.size, seen.root, seen.note) == (new, door.log.at(new).root(), door.log.note(new))


async def test_a_log_does_not_shrink(door: Door) -> None:
    await door.sends(0, 3)
    assert (await door.sends(3, 2)).status_code == 400
    assert (await door.seen()).size == 3


async def test_whoever_names_another_size_is_told_the_one_that_was_seen(door: Door) -> None:
    await door.sends(0, 3)
    assert is_conflict(await door.sends(0, 5), 3)
    assert is_conflict(await door.sends(2, 5), 3)
    assert is_conflict(await door.sends(4, 5), 3)


async def test_another_root_at_the_same_size_is_a_conflict(door: Door) -> None:
    await door.sends(0, 3)
    other = replace(door.log, word="forged")
    assert is_conflict(await door.post(other.submission(3, 3)), 3)
    assert (await door.seen()).root == door.log.at(3).root()


async def test_nothing_but_the_empty_root_continues_the_empty_log(door: Door) -> None:
    text = f"{door.log.origin}\n0\n{encode64(bytes(32))}\n"
    assert is_conflict(await door.post(f"old 0\n\n{sign(text, door.log.signer)}"), 0)


async def test_a_forked_history_is_not_cosigned(door: Door) -> None:
    await door.sends(0, 3)
    forged = replace(door.log, word="forged")
    answer = await door.post(forged.submission(3, 7))
    assert answer.status_code == 422
    assert (await door.seen()).size == 3


@pytest.mark.parametrize("old", [0, 3])
async def test_a_path_where_none_belongs_is_refused(door: Door, old: int) -> None:
    await door.sends(0, 3) if old else None
    body = door.log.submission(old, 3).replace("\n\n", f"\n{encode64(bytes(32))}\n\n", 1)
    assert (await door.post(body)).status_code == 422


async def test_an_unknown_log_is_not_found(door: Door) -> None:
    stranger = Log("example.com/other", signer=Signer.generate("example.com/other"))
    assert (await door.post(stranger.submission(0, 1))).status_code == 404


async def test_a_checkpoint_that_its_log_did_not_sign_is_forbidden(door: Door) -> None:
    impostor = replace(door.log, signer=Signer.generate(door.log.origin))
    assert (await door.post(impostor.submission(0, 1))).status_code == 403
    altered = door.log.submission(0, 1).replace(f"{door.log.origin}\n1\n", f"{door.log.origin}\n2\n")
    assert (await door.post(altered)).status_code == 403


@pytest.mark.parametrize(
    "body", ["", "old 0\n\n", "old x\n\nnote", b"\xff\xfe", "old 0\n\nno checkpoint\n\n— a AAAAAAAA\n"]
)
async def test_what_is_no_submission_is_malformed(door: Door, body: str | bytes) -> None:
    assert (await door.post(body)).status_code == 400


async def test_more_than_any_submission_needs_is_not_read(door: Door) -> None:
    answer = await door.post(b"old 0\n" * 20_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_extension_lines_are_cosigned_with_the_rest(door: Door) -> None:
    text = f"{door.log.origin}\n1\n{encode64(door.log.at(1).root())}\nextension\n"
    note = sign(text, door.log.signer)
    answer = await door.post(door.log.submission(0, 1, note))
    assert answer.status_code == 200
    assert open_checkpoint(note + answer.text, [door.verifier])[0].size == 1


async def test_of_many_conflicting_heads_at_once_one_is_cosigned(door: Door) -> None:
    await door.sends(0, 3)
    bodies = []
    for number in range(8):
        bodies += [door.log.submission(3, 4 + number)] * 2
    answers = await asyncio.gather(*map(door.post, bodies))
    cosigned = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    heads = {bodies[place] for place in cosigned}
    assert len(heads) == 1
    seen = await door.seen()
    (winner,) = heads
    assert winner.endswith(seen.note)
    assert all(is_conflict(answer, seen.size) for place, answer in enumerate(answers) if place not in cosigned)


async def test_every_cosigned_head_continues_the_one_before_however_many_ask(door: Door) -> None:
    fork = replace(door.log, word="forged")
    logs = [door.log, fork] * 8
    cosigned = [
        (log, answer)
        for log, answer in zip(
            logs, await asyncio.gather(*(door.post(log.submission(0, 5)) for log in logs)), strict=True
        )
        if answer.status_code == 200
    ]
    assert len({log.word for log, _ in cosigned}) == 1


async def test_a_new_key_of_a_log_keeps_what_was_seen_of_it(door: Door) -> None:
    await door.sends(0, 3)
    old, door.log.signer = door.log.signer, Signer.generate(door.log.origin)
    assert (await door.sends(3, 4)).status_code == 403
    assert await door.watch(door.log.vkey) is False
    assert is_conflict(await door.sends(0, 4), 3)
    assert (await door.sends(3, 4)).status_code == 200
    door.log.signer = old
    assert (await door.sends(4, 5)).status_code == 403


async def test_without_a_name_there_is_no_witness(door: Door) -> None:
    door.site.app.state.witness = None
    answer = await door.sends(0, 1)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_address_that_asks_all_the_time_has_to_wait(door: Door) -> None:
    door.site.app.state.rate_limits = RateLimits(address=2)
    assert [(await door.sends(0, 1)).status_code for _ in range(3)] == [200, 409, 429]
