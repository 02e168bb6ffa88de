"""Unpacking a model's zip archive that nobody should trust.

Every member is checked before the first byte is written: it must stay inside the model's own
folder, be a plain file or folder, and not grow beyond what any recognition model needs.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Final

from skill.errors import ModelError
from skill.whole_file import sync_folder

# The largest model of the catalogue unpacks to 260 MB from 87 MB, none has over 40 files, and
# their graphs and matrices shrink by a factor of 1.3 to 3; the limits leave room for more.
MAX_UNPACKED_BYTES: Final = 2 * 1024**3
MAX_MEMBERS: Final = 2_000
MAX_RATIO: Final = 100  # deflate reaches 1,032
RATIO_FREE_BYTES: Final = 1024**2  # a small text file may be as repetitive as it likes


# What zipfile raises for damage, depending on the place; RuntimeError for encryption and for
# versions and methods from the future.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)


def unpack(archive: IO[bytes], name: str, into: Path) -> Path:
    """Unpack the single folder `name` of the zip `archive` under `into`; return that folder.

    Files are on the disk (fsync) when this returns. Raises ModelError when the archive is
    broken or holds anything it should not, before or while writing; OSError on a full disk.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [_checked(member, name) for member in opened.infolist()]
            _check_size(members, name)
            _check_room(members, into)
            for member in members:
                _write(opened, member, into)
    except _BROKEN as error:
        raise _broken(name, error) from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # the archive's directory points before its beginning
            raise _broken(name, error) from None
        raise
    folder = into / name
    if not folder.is_dir():
        raise _refused(name, f"it does not hold a folder {name}")
    for made in (folder, *(path for path in folder.rglob("*") if path.is_dir()), into):
        sync_folder(made)
    return folder


def _checked(member: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    # orig_filename is what the archive says, before zipfile cuts it at a NUL.
    written = member.orig_filename
    parts = PurePosixPath(written).parts
    if not parts or written.startswith("/") or ".." in parts or set(written) & set("\\\0:"):
        raise _refused(name, f"a member is called {written!r}, which leads out of the folder")
    if parts[0] != name:
        raise _refused(name, f"it holds {written!r}, outside the folder {name}")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(name, f"{written!r} is a link or a device, not a file")
    if member.flag_bits & 0x1:
        raise _refused(name, f"{written!r} is encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(name, f"{written!r} is packed in an unusual way")
    return member


def _check_size(members: list[zipfile.ZipInfo], name: str) -> None:
    # zipfile never reads more of a member than it declares here.
    if len(members) > MAX_MEMBERS:
        raise _refused(name, f"it holds {len(members)} files")
    names = [PurePosixPath(member.filename) for member in members]
    if len(set(names)) < len(names):
        raise _refused(name, "it holds a file twice")
    files = {path for path, member in zip(names, members, strict=True) if not member.is_dir()}
    if any(parent in files for path in names for parent in path.parents):
        raise _refused(name, "it holds a file that is also a folder")
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED_BYTES:
        raise _refused(name, f"it would unpack to {total / 1e9:.1f} GB")
    for member in members:
        allowed = RATIO_FREE_BYTES + MAX_RATIO * member.compress_size
        if member.file_size > allowed:
            raise _refused(name, f"{member.filename!r} would grow more than {MAX_RATIO}-fold")


def _check_room(members: list[zipfile.ZipInfo], into: Path) -> None:
    needed = sum(member.file_size for member in members)
    free = shutil.disk_usage(into).free
    if needed > free:
        raise OSError(
            errno.ENOSPC, f"{needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free"
        )


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> None:
    target = into.joinpath(*PurePosixPath(member.filename).parts)
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as source, target.open("xb") as sink:
        shutil.copyfileobj(source, sink, 1024**2)
        sink.flush()
        os.fsync(sink.fileno())


def _broken(name: str, error: Exception) -> ModelError:
    return ModelError(
        f"The archive of {name} is broken: {error}.", "Nothing was installed; get it again."
    )


def _refused(name: str, reason: str) -> ModelError:
    return ModelError(
        f"The archive of {name} was refused: {reason}.",
        "Nothing was installed; get the archive from where the catalogue says.",
    )
