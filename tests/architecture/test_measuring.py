"""The coverage of files that no test loaded is judged like that of all others."""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from slipcover import Slipcover
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
    # A second Slipcover would take the events of the one that measures this run.
    noted: Any = SimpleNamespace(omit=None, branch=True, code_lines={}, code_branches={})
    Slipcover._add_unseen_source_files(noted, [str(tmp_path)])
    loaded = compile(preinstrument(ast.parse(SOURCE)), str(file), "exec", dont_inherit=True)
    assert noted.code_lines == {str(file): set(Slipcover.lines_from_code(loaded))}
    assert noted.code_branches == {str(file): {(8, 0), (8, 9)}}
