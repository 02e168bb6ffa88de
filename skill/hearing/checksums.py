"""The checksums of an installed model's files, noted beside them in `sha256sum`'s format."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skill.whole_file import sync_folder

CHECKSUMS: Final = "SHA256SUMS"  # `sha256sum -c SHA256SUMS` reads it too
_ARCHIVE: Final = "# archive "


def note_checksums(folder: Path, archive_sha256: str) -> None:
    """Note every file of `folder`, and the archive they came from, once and for all.

    Raises OSError when it cannot be written.
    """
    lines = [_ARCHIVE + archive_sha256]
    lines += [f"{_sha256(path)}  {name}" for name, path in _files(folder).items()]
    with (folder / CHECKSUMS).open("x", encoding="utf-8") as noted:
        noted.write("\n".join(lines) + "\n")
        noted.flush()
        os.fsync(noted.fileno())
    sync_folder(folder)


def has_checksums(folder: Path) -> bool:
    """Tell whether `folder` was installed with a note of its files."""
    return (folder / CHECKSUMS).is_file()


def faults(folder: Path, archive_sha256: str | None) -> Iterator[str]:
    """Yield what differs from the note, as sentences; `archive_sha256` None asks for any archive.

    Raises OSError when a file cannot be read.
    """
    archive = ""
    noted: dict[str, str] = {}
    text = (folder / CHECKSUMS).read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines():
        if line.startswith(_ARCHIVE):
            archive = line.removeprefix(_ARCHIVE)
        else:
            digest, _, name = line.partition("  ")
            noted[name] = digest
    if archive_sha256 is not None and archive != archive_sha256:
        yield "it was installed from another archive than the catalogue's"
    here = _files(folder)
    for name in sorted(noted.keys() - here.keys()):
        yield f"{name} is missing"
    for name in sorted(here.keys() - noted.keys()):
        yield f"{name} does not belong to it"
    for name in sorted(noted.keys() & here.keys()):
        if _sha256(here[name]) != noted[name]:
            yield f"{name} is damaged"


def _files(folder: Path) -> dict[str, Path]:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    found.pop(CHECKSUMS, None)
    return dict(sorted(found.items()))


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
