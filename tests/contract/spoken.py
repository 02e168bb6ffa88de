"""What the recordings of tests/audio say, and how well a text agrees with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
AUDIO = PROJECT / "tests" / "audio"
NIGHT = PROJECT / "dialogs" / "en" / "night"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a manifest: the recording, its words, and what is expected of them."""

    path: Path
    text: str
    voice: str
    expected: dict[str, str]


def recordings_of(folder: Path) -> list[Spoken]:
    """Return the lines of the manifest in `folder`, in order."""
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Spoken(folder / row.pop("file"), row.pop("text"), row.pop("voice"), row) for row in rows
    ]


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without punctuation."""
    return re.findall(r"[a-z']+", text.lower())


def word_errors(said: list[str], heard: list[str]) -> int:
    """Return how many words are missing, added or wrong in `heard`."""
    distances = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        diagonal, distances[0] = distances[0], row
        for column, other in enumerate(heard, 1):
            diagonal, distances[column] = (
                distances[column],
                min(distances[column] + 1, distances[column - 1] + 1, diagonal + (word != other)),
            )
    return distances[-1]


def word_accuracy(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the share of said words that were heard right, over (said, heard) texts."""
    said_and_heard = [(words(said), words(heard)) for said, heard in pairs]
    errors = sum(word_errors(said, heard) for said, heard in said_and_heard)
    return 1 - errors / sum(len(said) for said, _ in said_and_heard)


def manifests() -> Iterator[Path]:
    """Yield every manifest of the project."""
    yield from sorted(AUDIO.glob("**/manifest.tsv"))
    yield NIGHT / "manifest.tsv"
