"""Directories for test databases: in memory where there is room, and gone even after a run is killed."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  # the directories made there are private
_ENOUGH_MEMORY = 1 << 30  # bytes


@contextmanager
def scratch_directory(name: str, *, on_disk: bool = False) -> Iterator[Path]:
    """Give a private directory until the block ends, in memory, where databases are copied many times faster.

    Its lock is held as long as this process lives, so the next run can tell a directory in use from one that
    a killed run left behind, and removes that one.
    """
    prefix = f"portavoce-{name}-"
    home = Path(tempfile.gettempdir()) if on_disk else _home()
    _remove_left_behind(home, prefix)
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield directory
        finally:
            shutil.rmtree(directory)


def _home() -> Path:
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_MEMORY:
        return _MEMORY
    return Path(tempfile.gettempdir())


def _remove_left_behind(home: Path, prefix: str) -> None:
    for lock in home.glob(f"{prefix}*/lock"):
        with lock.open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(lock.parent, ignore_errors=True)
