"""Recognition models on this machine: which are there, fetching them, checking them.

A model is one folder named after it. It appears by a single rename after every check, so a
folder that is there is whole; what a kill or a power cut leaves behind begins with a dot and is
continued or cleared by the next fetch.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import platformdirs
from filelock import FileLock, Timeout

from skill.errors import ModelError, StorageError
from skill.hearing.archive import unpack
from skill.hearing.catalog import Catalog, CatalogEntry
from skill.hearing.checksums import CHECKSUMS, faults, has_checksums, note_checksums
from skill.hearing.fetch import STALL_S, check_archive, download
from skill.resources import data_dir
from skill.whole_file import sync_folder

SYSTEM_MODELS: Final = Path("/var/lib/uncramp/models")
_ACOUSTIC_MODELS: Final = ("am/final.mdl", "final.mdl")  # vosk's two layouts
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the catalogue; `folder` is where it is installed, or None.

    `partial_bytes` is how much of its archive an interrupted fetch left behind.
    """

    name: str
    entry: CatalogEntry
    folder: Path | None
    partial_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of an installed model found; `faults` are sentences, none when it is whole.

    `remarks` say what could not be checked.
    """

    name: str
    folder: Path
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class ModelStore:
    """The models of `catalog` in `folders`; new ones go to the first of them."""

    def __init__(self, catalog: Catalog, folders: Sequence[Path]) -> None:
        self.catalog = catalog
        self.folders = tuple(folders)

    @classmethod
    def open(cls) -> ModelStore:
        """Open the usual store. Raises FileFaultsError when the catalogue holds mistakes.

        Searched are the user's folder, the service's and the checkout's; the service's comes
        first where it may be written.
        """
        own = Path(platformdirs.user_data_dir("uncramp")) / "models"
        system_first = os.access(SYSTEM_MODELS, os.W_OK)
        pair = (SYSTEM_MODELS, own) if system_first else (own, SYSTEM_MODELS)
        return cls(Catalog.read(), (*pair, data_dir("models")))

    def list(self) -> list[KnownModel]:
        """Return every model of the catalogue, in its order."""
        return [
            KnownModel(name, entry, self.folder(name), self._partial_bytes(name))
            for name, entry in self.catalog.entries.items()
        ]

    def folder(self, name: str) -> Path | None:
        """Return where the model `name` is installed, or None."""
        return next((path for f in self.folders if _is_model(path := f / name)), None)

    def installed(self, language: str, engine: str = "vosk") -> KnownModel | None:
        """Return the preferred installed model of `language`, or None."""
        fitting = (
            model
            for model in self.list()
            if model.folder and (model.entry.language, model.entry.engine) == (language, engine)
        )
        return next(fitting, None)

    def fetch(self, name: str, source: Path | None = None, *, stall_s: float = STALL_S) -> Path:
        """Install `name` from the network, or from the zip file `source`; return its folder.

        One that is there and whole stays as it is; a damaged one is replaced. Raises
        ModelError or StorageError; then nothing has changed, and what had already arrived is
        kept for the next time.
        """
        entry = self.catalog.entry(name)
        into = self.folders[0]
        zipped = into / f".{name}.zip.part"
        if (there := self.folder(name)) and not self.verify(name).faults:
            _clear(name, into)
            return there
        with _storing(name, into), _alone(name, into):
            if source is None:
                download(name, entry, zipped, stall_s=stall_s)
            with _opened(source or zipped) as archive:
                place = _install(name, entry, archive, into)
            _clear(name, into)
            return place

    def verify(self, name: str) -> Verification:
        """Compare an installed model with the checksums noted when it was installed.

        Raises ModelError when it is not installed.
        """
        entry = self.catalog.entry(name)
        folder = self.folder(name)
        if folder is None:
            raise ModelError(f"{name} is not installed.", f"`uncramp models fetch {name}` does it.")
        remarks: tuple[str, ...] = ()
        if entry.sha256 is None:
            remarks = ("the catalogue knows no checksum of its archive",)
        if not has_checksums(folder):
            without = f"it was not installed by `uncramp models fetch`: it has no {CHECKSUMS}"
            return Verification(name, folder, (), (*remarks, without))
        return Verification(name, folder, tuple(faults(folder, entry.sha256)), remarks)

    def _partial_bytes(self, name: str) -> int:
        part = self.folders[0] / f".{name}.zip.part"
        return part.stat().st_size if part.is_file() else 0


def list_models() -> list[KnownModel]:
    """Return every model of the catalogue and where it is installed."""
    return ModelStore.open().list()


def fetch(name: str, source: Path | None = None) -> Path:
    """Install the model `name`, from the network or the zip file `source`; return its folder."""
    return ModelStore.open().fetch(name, source)


def verify(name: str) -> Verification:
    """Check the installed model `name`; see ModelStore.verify."""
    return ModelStore.open().verify(name)


def installed(language: str, engine: str = "vosk") -> KnownModel | None:
    """Return the preferred installed model of `language`, or None."""
    return ModelStore.open().installed(language, engine)


@contextmanager
def _storing(name: str, into: Path) -> Iterator[None]:
    """Make sentences of what a disk can refuse."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageError(
                f"There is no room for {name} in {into}: {error.strerror}.",
                "Free some space and run the same command again.",
            ) from None
        raise StorageError(
            f"{name} cannot be stored in {into}: {error.strerror or error}.",
            "Run the command as a user who may write there.",
        ) from None


@contextmanager
def _alone(name: str, into: Path) -> Iterator[None]:
    """Hold the lock of one model; the kernel frees it however this process ends."""
    try:
        with FileLock(into / f".{name}.lock", timeout=0):
            yield
    except Timeout:
        raise ModelError(
            f"{name} is being fetched by another uncramp.", "Wait until that one has finished."
        ) from None


@contextmanager
def _opened(archive: Path) -> Iterator[IO[bytes]]:
    try:
        opened = archive.open("rb")
    except OSError as error:
        raise ModelError(
            f"{archive} cannot be read: {error.strerror}.", "Give the path of the zip archive."
        ) from None
    with opened:
        yield opened


def _install(name: str, entry: CatalogEntry, archive: IO[bytes], into: Path) -> Path:
    """Check and unpack `archive` beside the place, then move the model there in one step."""
    beside, old, place = into / f".{name}.new", into / f".{name}.old", into / name
    for left in (beside, old):
        shutil.rmtree(left, ignore_errors=True)
    beside.mkdir()
    try:
        digest = check_archive(name, entry, archive)
        folder = unpack(archive, name, beside)
        if not _is_model(folder):
            raise ModelError(
                f"The archive of {name} holds no speech model (no {_ACOUSTIC_MODELS[0]}).",
                "Nothing was installed; get the archive from where the catalogue says.",
            )
        note_checksums(folder, digest)
        if place.exists():
            place.rename(old)
        folder.rename(place)
        sync_folder(into)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def _clear(name: str, into: Path) -> None:
    """Remove what an installation leaves behind, this one or one that was killed."""
    for left in (into / f".{name}.new", into / f".{name}.old"):
        shutil.rmtree(left, ignore_errors=True)
    (into / f".{name}.zip.part").unlink(missing_ok=True)


def _is_model(folder: Path) -> bool:
    return any((folder / path).is_file() for path in _ACOUSTIC_MODELS)
