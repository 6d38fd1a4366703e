"""Tables for a spreadsheet, sent part after part as they are read."""

from collections.abc import AsyncIterator, Sequence

from starlette.responses import StreamingResponse

from app.rules.spreadsheet import SPREADSHEET, Cell, Layout, csv_bytes


def csv_answer(
    name: str,
    header: Sequence[str],
    parts: AsyncIterator[Sequence[Sequence[Cell]]],
    layout: Layout = SPREADSHEET,
) -> StreamingResponse:
    """Answer with a CSV file to save under ``name``; ``parts`` gives its rows in portions."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(_written(header, parts, layout), media_type="text/csv; charset=utf-8", headers=headers)


async def _written(
    header: Sequence[str], parts: AsyncIterator[Sequence[Sequence[Cell]]], layout: Layout
) -> AsyncIterator[bytes]:
    """Write the header, and behind it each part without one."""
    only_header = b"".join(csv_bytes(header, [], layout))
    yield only_header
    async for rows in parts:
        yield b"".join(csv_bytes(header, rows, layout)).removeprefix(only_header)
