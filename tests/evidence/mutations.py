"""Every way to change one field of a receipt."""

import copy
from collections.abc import Iterator
from typing import Any

_STRANGERS: list[Any] = ["constructor", -1, None, {"x": "y"}, "\ud800\n\n"]


def mutations(receipt: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a name and a copy of the receipt for each field, at any depth: gone, changed, of another kind."""
    for path, value in _places(receipt, ()):
        name = ".".join(map(str, path))
        yield f"{name} gone", _without(receipt, path)
        for changed in [*_near(value), *(one for one in _STRANGERS if one != value)]:
            yield f"{name} = {changed!r:.40}", _with(receipt, path, changed)


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inner:
        yield from _places(item, (*path, name))


def _near(value: Any) -> Iterator[Any]:
    """Yield values that look right: a text with one line or sign of it changed, a number beside the right one."""
    if isinstance(value, str):
        yield from (
            value + " ",
            value + "\n",
            value[1:],
            value.upper(),
            value[:-1] + ("0" if value[-1:] != "0" else "1"),
        )
        lines = value.split("\n")
        for number, line in enumerate(lines if len(lines) > 1 else []):
            kept = lines[:number], lines[number + 1 :]
            yield "\n".join([*kept[0], *kept[1]])
            yield "\n".join([*kept[0], line[:-3] + ("A" if line[-3:-2] != "A" else "B") + line[-2:], *kept[1]])
            yield "\n".join([*kept[0], line, line, *kept[1]])
    if isinstance(value, int):
        yield from (value + 1, value - 1, 2**53)


def _with(receipt: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(receipt)
    _holder(changed, path)[path[-1]] = value
    return changed


def _without(receipt: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(receipt)
    del _holder(changed, path)[path[-1]]
    return changed


def _holder(receipt: Any, path: tuple[Any, ...]) -> Any:
    for name in path[:-1]:
        receipt = receipt[name]
    return receipt
