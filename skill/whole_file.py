"""Files that are written whole or not at all, even when the power fails."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

PARTIAL_SUFFIX: Final = ".partial"


def write_whole(path: Path, content: bytes) -> None:
    """Store `content`, readable by its owner alone; what was there stays until it is safe.

    Raises OSError.
    """
    handle, partial = tempfile.mkstemp(suffix=PARTIAL_SUFFIX, dir=path.parent)
    try:
        _give_to_owner(handle, path)
        with open(handle, "wb") as target:  # noqa: PTH123 - a descriptor, not a path
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(partial).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(partial).unlink()
        raise
    sync_folder(path.parent)


def _give_to_owner(handle: int, path: Path) -> None:
    """Let a file keep its owner when root replaces it: a service must still read it."""
    if path.exists() and os.geteuid() == 0:
        owner = path.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` outlast a power failure. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
