"""What each process of a run does. The fixtures are in fixtures.py, for those processes that run tests."""

import gc
from typing import Any

import pytest

from tests.shared_server import server_directory, stop_server


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures, and the application with them, unless xdist's workers run the tests."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.import_plugin("tests.fixtures")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the one server that all xdist workers share, and tell this worker where it is."""
    node.workerinput["postgres"] = str(server_directory(node.config))


def pytest_collection_finish() -> None:
    """Keep the collector from looking at the whole application again and again while tests run."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server in the process that started it."""
    stop_server(config)
