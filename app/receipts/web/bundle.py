"""The auditor bundle: a ZIP file that is written while it is read, in memory that does not grow with the log."""

import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from anyio.to_thread import run_sync
from starlette.responses import StreamingResponse

from app.access.work import Work
from app.evidence import bundles, tiles
from app.evidence.notes import Signer
from app.evidence.tiles import File
from app.models import AcknowledgementMethod
from app.receipts.queries import bundle as evidence_bundle
from app.receipts.services import exporting
from app.receipts.services.exporting import Export
from app.receipts.web.offline import whole_file
from app.receipts.web.receipt_words import does_not_prove, proves
from app.web.render import environment

_TILES_AT_ONCE = 16
_LEAVES_AT_ONCE = 1024
_READMES = {"it": "LEGGIMI.md", "en": "README.md"}
_VERIFIER = "verify.html"


async def bundle(work: Work, signer: Signer, policy_id: str | None, version_id: str | None) -> StreamingResponse:
    """Answer with the bundle. What is refused is refused before the first byte."""
    export = await work.write(exporting.begin, signer, policy_id, version_id)
    headers = {
        "content-disposition": f'attachment; filename="portavoce-evidence-{export.size}.zip"',
        "cache-control": "private, no-store",
    }
    return StreamingResponse(_zipped(_files(work, export), work.now), media_type="application/zip", headers=headers)


async def _files(work: Work, export: Export) -> AsyncIterator[File]:
    """Yield every file but the list of sums."""
    for file in _about(work, export):
        yield file
    places = tiles.extent(export.size)
    while some := list(islice(places, _TILES_AT_ONCE)):
        for file in await work.read_anew(evidence_bundle.tile_files, some):
            yield file
    for start in range(0, export.size, _LEAVES_AT_ONCE):
        for file in await work.read_anew(evidence_bundle.leaf_files, start, export.size, export.wanted):
            yield file
    earlier = sorted(export.wanted.keys - {export.vkey})
    yield bundles.KEYS, "".join(f"{key}\n" for key in (export.vkey, *earlier)).encode()
    for version_id in export.wanted.versions:
        for file in await work.read_anew(evidence_bundle.policy_files, version_id):
            yield file


def _about(work: Work, export: Export) -> Iterable[File]:
    yield bundles.CHECKPOINT, export.checkpoint.encode()
    yield _VERIFIER, whole_file("it").encode()
    facts: dict[str, Any] = {"company": work.organisation, "export": export, "at": work.now}
    methods = tuple(AcknowledgementMethod)
    facts |= {"proves": proves(*methods), "does_not_prove": does_not_prove(*methods)}
    for language, name in _READMES.items():
        plain = environment(language).overlay(autoescape=False)
        yield name, plain.get_template("receipts/bundle.txt").render(facts).encode()


async def _zipped(files: AsyncIterator[File], at: datetime) -> AsyncIterator[bytes]:
    outlet, sums = _Outlet(), ""
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        async for name, content in files:
            sums += bundles.sums_line(name, sha256(content).hexdigest())
            await run_sync(archive.writestr, _entry(name, at), content)
            yield outlet.taken()
        archive.writestr(_entry(bundles.SUMS, at), sums)
    yield outlet.taken()


def _entry(name: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
    return entry


class _Outlet(io.RawIOBase):
    """Where a ZIP file is written to that nobody can seek in: it keeps what was written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        taken, self._written = bytes(self._written), bytearray()
        return taken
