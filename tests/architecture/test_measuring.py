"""The coverage of files that no test loaded is judged like that of all others."""

import ast
from pathlib import Path

import slipcover
from slipcover.branch import preinstrument

SOURCE = """\
from typing import Annotated


def asked(
    name: str,
    size: Annotated[int, str(1)],
) -> None:
    if name:
        print(size)
"""


def test_a_signature_has_the_same_lines_in_a_file_that_was_not_loaded(tmp_path: Path) -> None:
    file = tmp_path / "unloaded.py"
    file.write_text(SOURCE)
    measuring = slipcover.Slipcover(branch=True, source=[str(tmp_path)])
    (unloaded,) = measuring.get_coverage()["files"].values()
    loaded = compile(preinstrument(ast.parse(SOURCE)), str(file), "exec", dont_inherit=True)
    assert unloaded["missing_lines"] == sorted(set(slipcover.Slipcover.lines_from_code(loaded)))
    assert unloaded["missing_branches"] == [(8, 0), (8, 9)]
