"""One language's folder as it lies on disk: every file read, every line with its place.

A file that breaks the schema keeps its ids, so that the other files are still checked against
them and all faults of all files come out at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from skill.dialog.script import Answers, Line, Protocol, Routines, SharedLines, Triage
from skill.dialog.sources import Sources
from skill.dialog.wording import answer_id
from skill.errors import Fault, FileFaultsError
from skill.yaml_file import Key, YamlFile

T = TypeVar("T")
Place = tuple[Key, ...]

# Key of a protocol file -> the last part of the line's id.
PROTOCOL_PARTS = {
    "ask_first": "ask",
    "first": "first",
    "coming": "coming",
    "hold_line": "hold",
    "where": "where",
    "better": "better",
    "worse_line": "worse",
}


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A file of the folder; `content` is None when it breaks the schema."""

    file: YamlFile
    content: T | None

    def fault(self, message: str, *place: Key) -> Fault:
        """Return a fault at the line of `place`."""
        return self.file.fault(message, *place)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line with its id and where it is written."""

    id: str
    line: Line
    part: Part[Any]
    place: Place

    def fault(self, message: str, *inner: Key) -> Fault:
        """Return a fault at this line, or at `inner` in it."""
        return self.part.fault(message, *self.place, *inner)


class DialogFolder:
    """Everything in `dialogs/<language>/` but its sentences. `faults` are those of the schema."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.shared = self._read("lines.yaml", SharedLines)
        self.triage = self._read("triage.yaml", Triage)
        self.answers = self._read("answers.yaml", Answers)
        self.routines = self._read("routines.yaml", Routines)
        self.sources = self._read("sources.yaml", Sources)
        self.protocols: list[Part[Protocol]] = []
        names = sorted((path / "protocols").glob("*.yaml"))
        if not names:
            self.faults.append(
                Fault(path / "protocols", 1, "there is no protocol here; add a .yaml file")
            )
        for name in names:
            protocol = self._read(f"protocols/{name.name}", Protocol)
            if protocol is not None:
                self.protocols.append(protocol)

    @property
    def whole(self) -> bool:
        """Whether every file could be read and follows the schema."""
        return not self.faults

    def _read(self, name: str, kind: type[T]) -> Part[T] | None:
        try:
            file = YamlFile(self.path / name)
        except FileFaultsError as error:
            self.faults.extend(error.faults)
            return None
        try:
            return Part(file, file.read(kind))
        except FileFaultsError as error:
            self.faults.extend(error.faults)
            return Part(file, None)

    def spoken(self) -> Iterator[Spoken]:
        """Yield every line of the files that follow the schema, in their order."""
        if self.shared and self.shared.content:
            for key in ("lines", "questions"):
                for line_id, line in getattr(self.shared.content, key).items():
                    yield Spoken(line_id, line, self.shared, (key, line_id))
        for protocol in self.protocols:
            yield from _protocol_lines(protocol)
        if self.triage and self.triage.content:
            for line_id, line in self.triage.content.triage.items():
                yield Spoken(line_id, line, self.triage, ("triage", line_id))
        if self.answers and self.answers.content:
            for topic, answer in self.answers.content.answers.items():
                for index, line in enumerate(answer.lines):
                    place = ("answers", topic, "lines", index)
                    yield Spoken(answer_id(topic, index), line, self.answers, place)

    def routine_names(self) -> frozenset[str]:
        """Return the names of the routines that an outcome can begin."""
        routines = self.routines.content if self.routines else None
        return routines.names if routines else frozenset()

    def ids(self) -> set[str]:
        """Return the id of every line, also of those in files that break the schema."""
        ids = {spoken.id for spoken in self.spoken()}
        for part, keys in ((self.shared, ("lines", "questions")), (self.triage, ("triage",))):
            if part is not None and part.content is None:
                ids.update(_keys(part.file.data, *keys))
        for protocol in self.protocols:
            if protocol.content is None:
                ids.update(_raw_protocol_ids(protocol.file.data))
        return ids


def _protocol_lines(part: Part[Protocol]) -> Iterator[Spoken]:
    protocol = part.content
    if protocol is None:
        return
    for key, suffix in PROTOCOL_PARTS.items():
        line = getattr(protocol, key)
        if line is not None:
            yield Spoken(f"{protocol.protocol}.{suffix}", line, part, (key,))
    for index, step in enumerate(protocol.steps):
        yield Spoken(f"{protocol.protocol}.{step.id}", step, part, ("steps", index))
    for key in ("lines", "questions"):
        for line_id, line in getattr(protocol, key).items():
            yield Spoken(line_id, line, part, (key, line_id))


def _keys(data: Any, *names: str) -> Iterator[str]:
    for name in names:
        section = data.get(name) if isinstance(data, dict) else None
        if isinstance(section, dict):
            yield from section


def _raw_protocol_ids(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        return
    yield from _keys(data, "lines", "questions")
    name = data.get("protocol")
    yield from (f"{name}.{suffix}" for key, suffix in PROTOCOL_PARTS.items() if key in data)
    steps = data.get("steps")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            yield f"{name}.{step.get('id')}"
