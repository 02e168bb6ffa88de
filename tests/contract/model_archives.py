"""Small zip archives in the shape of recognition models, good and bad."""

from __future__ import annotations

import hashlib
import io
import random
import stat
import zipfile
from pathlib import Path

from skill.hearing.catalog import Catalog, CatalogEntry
from skill.hearing.models import ModelStore

NAME = "vosk-model-small-xx-0.1"
FILES = {
    "README": b"A model for tests.\n",
    "am/final.mdl": random.Random(1).randbytes(300_000),
    "conf/model.conf": b"--beam=10\n",
    "graph/Gr.fst": random.Random(2).randbytes(200_000),
}


def archive(files: dict[str, bytes] | None = None, name: str = NAME) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, content in (FILES if files is None else files).items():
            # ZipInfo's own date: two archives of the same files are the same bytes.
            member = zipfile.ZipInfo(f"{name}/{path}" if name else path)
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            opened.writestr(member, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def with_member(path: str, content: bytes = b"bad", mode: int = stat.S_IFREG | 0o644) -> bytes:
    """A good archive with one more member, of any name and kind."""
    packed = io.BytesIO(archive())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as opened:
        member = zipfile.ZipInfo(path)
        member.filename = member.orig_filename = path
        member.external_attr = mode << 16
        member.compress_type = zipfile.ZIP_DEFLATED
        opened.writestr(member, content)
    return packed.getvalue()


def entry(url: str, data: bytes | None, language: str = "xx") -> CatalogEntry:
    """The catalogue's entry for `data`; for None one that knows neither size nor checksum."""
    return CatalogEntry(
        engine="vosk", language=language, url=url, licence="Apache-2.0",
        bytes=None if data is None else len(data),
        sha256=None if data is None else hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def store(folder: Path, url: str, data: bytes | None, name: str = NAME) -> ModelStore:
    return ModelStore(Catalog({name: entry(url, data)}), [folder])


def left_in(folder: Path) -> set[str]:
    """What lies in a models folder, the lock aside."""
    found = folder.iterdir() if folder.is_dir() else ()
    return {path.name for path in found if not path.name.endswith(".lock")}
