"""Sets of labelled utterances and recordings, read and checked line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from skill.errors import Fault, FileFaultsError, StorageError
from skill.interpretation import NONE_INTENT, Context
from skill.understanding.intents import INTENTS, slots_of

TEST_SPLIT: Final = "test"
RECORDING_COLUMNS: Final = ("file", "text", "voice", "context", "intent", "slots", "split")


@dataclass(frozen=True, slots=True)
class Labelled:
    """What was said, where in the conversation, and what it means."""

    context: Context
    intent: str
    slots: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording with what it says; `voice` names the voice and what was done to it."""

    path: Path
    voice: str
    said: Labelled


Read = TypeVar("Read", Labelled, Recorded)


def read_utterances(path: Path) -> list[Labelled]:
    """Return the lines of a file: context, intent, slots (`site=calf side=left`) and text.

    Lines that begin with `#` are comments. Raises StorageError when the file cannot be read,
    FileFaultsError naming every line that is wrong.
    """
    read: list[Labelled] = []
    faults: list[Fault] = []
    for line, cells in _lines(path):
        if len(cells) != 4:
            faults.append(Fault(path, line, f"4 columns are needed, here are {len(cells)}"))
            continue
        try:
            read.append(_labelled(*cells))
        except ValueError as error:
            faults.append(Fault(path, line, str(error)))
    return _whole(path, read, faults)


def read_recordings(manifest: Path, split: str = TEST_SPLIT) -> list[Recorded]:
    """Return the recordings of one split; the files lie beside the manifest.

    Raises StorageError when the file cannot be read, FileFaultsError naming every line that is
    wrong, also one whose recording is missing.
    """
    read: list[Recorded] = []
    faults: list[Fault] = []
    rows = _lines(manifest)
    _, header = next(rows, (1, []))
    if tuple(header) != RECORDING_COLUMNS:
        needed = ", ".join(RECORDING_COLUMNS)
        raise FileFaultsError([Fault(manifest, 1, f"the first line must name: {needed}")])
    for line, cells in rows:
        if len(cells) != len(RECORDING_COLUMNS):
            wanted = len(RECORDING_COLUMNS)
            faults.append(Fault(manifest, line, f"{wanted} columns are needed"))
            continue
        file, text, voice, context, intent, slots, given = cells
        recording = manifest.parent / file
        if not recording.is_file():
            faults.append(Fault(manifest, line, f"there is no recording {file}"))
        try:
            said = _labelled(context, intent, slots, text)
        except ValueError as error:
            faults.append(Fault(manifest, line, str(error)))
            continue
        if given == split:
            read.append(Recorded(recording, voice, said))
    return _whole(manifest, read, faults)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, cells in enumerate(
                csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1
            ):
                if cells and not cells[0].startswith("#"):
                    yield number, cells
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read: {error.strerror}.", "Name a folder that holds it with --data."
        ) from None
    except UnicodeDecodeError:
        raise StorageError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from None


def _labelled(context: str, intent: str, slots: str, text: str) -> Labelled:
    """Raise ValueError with what is wrong."""
    if context not in set(Context):
        raise ValueError(f"'{context}' is not a context; use {' or '.join(Context)}")
    if intent not in INTENTS and intent != NONE_INTENT:
        raise ValueError(f"'{intent}' is not an intent")
    if not text.strip():
        raise ValueError("there is no text")
    known = slots_of(intent)
    expected: dict[str, str] = {}
    for pair in slots.split():
        name, _, value = pair.partition("=")
        allowed = known.get(name, frozenset())
        if name not in known or (allowed is not None and value not in allowed):
            raise ValueError(f"'{pair}' is not a slot of '{intent}'")
        expected[name] = value
    return Labelled(Context(context), intent, expected, text)


def _whole(path: Path, read: list[Read], faults: list[Fault]) -> list[Read]:
    if faults:
        raise FileFaultsError(faults)
    if not read:
        raise StorageError(f"{path} holds nothing to evaluate.", "Name another folder with --data.")
    return read
