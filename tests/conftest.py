"""What each process of a run does. The fixtures are in fixtures.py, for those processes that run tests."""

import gc
from functools import partial
from typing import Any

import pytest
import slipcover.pytest_plugin
import slipcover.slipcover

from tests.shared_server import server_directory, stop_server


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures, and the application with them, unless xdist's workers run the tests."""
    _measure_unloaded_files_alike()
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        gc.disable()
        _measure_patiently()
        config.pluginmanager.import_plugin("tests.fixtures")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the one server that all xdist workers share, and tell this worker where it is."""
    node.workerinput["postgres"] = str(server_directory(node.config))


def pytest_collection_finish() -> None:
    """Let the collector, which rested while all was loaded, pass over what was; else it looks again and again."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server in the process that started it."""
    stop_server(config)


def _measure_unloaded_files_alike() -> None:
    """Compile a file that no test of this process loaded as Python does, without slipcover's own future imports.

    slipcover 1.1.0 hands on its ``from __future__ import annotations``; since Python 3.12 each line of a long signature
    then counts as one that never ran, and what the other processes measured does not mend it.
    """
    slipcover.slipcover.compile = partial(compile, dont_inherit=True)


def _measure_patiently() -> None:
    """Take the notes of coverage out of code that ran a thousand times, as each time all functions are walked over.

    In slipcover 1.1.0 its own option for this, 50 unless given, does not reach the workers of xdist.
    """
    if measuring := slipcover.pytest_plugin._slipcover_instance:
        measuring.d_miss_threshold = 1000
