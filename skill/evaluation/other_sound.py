"""Recordings in which nothing calls for an answer, listened to from end to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from skill.app import App
from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import FORMATS, FileMicrophone, read_recording
from skill.companion import Companion, Reaction
from skill.errors import StorageError
from skill.evaluation.page import Draw
from skill.evaluation.tables import Table

TAIL_S: Final = 1.0  # of silence, so that the last utterance ends


@dataclass(frozen=True, slots=True)
class FalseStart:
    """At `at` seconds of a recording `text` was heard and taken for `intent`."""

    at: float
    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Listened:
    """One recording of `seconds`, and what was answered in it."""

    file: str
    seconds: float
    starts: tuple[FalseStart, ...]


@dataclass(frozen=True, slots=True)
class OtherSoundReport:
    """A folder of other talk and noise."""

    listened: Sequence[Listened]

    @property
    def hours(self) -> float:
        """The length of all the recordings."""
        return sum(one.seconds for one in self.listened) / 3600

    @property
    def false_starts(self) -> int:
        """How often it answered."""
        return sum(len(one.starts) for one in self.listened)

    def as_json(self) -> dict[str, Any]:
        """Return all of it for `--json`."""
        return {
            "recordings": len(self.listened),
            "hours": round(self.hours, 4),
            "false_starts": self.false_starts,
            "false_starts_an_hour": round(self.false_starts / self.hours, 2),
            "heard": [
                {"file": one.file, "at": round(start.at, 1), "text": start.text,
                 "intent": start.intent}
                for one in self.listened for start in one.starts
            ],
        }  # fmt: skip

    def tables(self) -> list[Table]:
        """Return all of it for people."""
        rate = self.false_starts / self.hours
        return [
            Table(
                "False starts in the recordings given",
                ("recordings", "minutes", "false starts", "an hour"),
                ((len(self.listened), f"{60 * self.hours:.1f}", self.false_starts, f"{rate:.2f}"),),
            ),
            Table(
                "What was answered",
                ("file", "second", "heard", "taken for"),
                tuple(
                    (one.file, f"{start.at:.1f}", start.text, start.intent)
                    for one in self.listened
                    for start in one.starts
                ),
            ),
        ]

    def plots(self) -> dict[str, Draw]:
        """Return what to draw: nothing."""
        return {}


def evaluate_other_sound(app: App, folder: Path) -> OtherSoundReport:
    """Return what is answered in the WAV and FLAC files of a folder and the folders in it.

    Raises StorageError where there are none, AudioError for one that cannot be read.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in FORMATS)
    if not files:
        raise StorageError(
            f"{folder} holds neither a manifest.tsv nor recordings.",
            "Name a folder with WAV or FLAC files.",
        )
    listened = []
    for path in tqdm(files, desc="Listening", unit="recording", leave=False):
        samples = read_recording(path)
        starts = tuple(_false_starts(app, samples))
        name = str(path.relative_to(folder))
        listened.append(Listened(name, len(samples) / SAMPLE_RATE_HZ, starts))
    return OtherSoundReport(listened)


def _false_starts(app: App, samples: Samples) -> Iterator[FalseStart]:
    """Listen to (n,) int16 mono 16 kHz; after every answer the night begins anew."""
    answered: list[Reaction] = []

    def note(_at: float, what: object) -> None:
        if isinstance(what, Reaction) and what.latency_ms is not None:
            answered.append(what)

    def fresh() -> Companion:
        companion = app.fresh_companion()
        companion.observe = note
        return companion

    companion = fresh()
    for frame in FileMicrophone(samples, tail_s=TAIL_S).frames():
        companion.frame(frame)
        if answered:
            yield from map(_start, answered)
            answered.clear()
            companion = fresh()
    companion.flush()
    yield from map(_start, answered)


def _start(reaction: Reaction) -> FalseStart:
    understood = reaction.interpretation
    return FalseStart(reaction.start, understood.text, understood.intent)
