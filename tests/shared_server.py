"""The one PostgreSQL server of a run, which all its processes share."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres import PostgresError, running_server

_exits = pytest.StashKey[ExitStack]()
_directory = pytest.StashKey[Path]()


def server_directory(config: pytest.Config) -> Path:
    """Return where the server is, which is started by whoever asks first."""
    if shared := getattr(config, "workerinput", {}).get("postgres"):
        return Path(shared)
    if _directory not in config.stash:
        config.stash[_exits] = ExitStack()
        try:
            config.stash[_directory] = config.stash[_exits].enter_context(running_server())
        except PostgresError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    return config.stash[_directory]


def stop_server(config: pytest.Config) -> None:
    """Stop the server in the process that started it."""
    if exits := config.stash.get(_exits, None):
        exits.close()
