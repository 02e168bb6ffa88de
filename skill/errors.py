"""The one family of errors; each says what happened and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class UncrampError(Exception):
    """Something a person can put right.

    The message is one or two plain sentences: what happened, then what to do.
    """

    def __init__(self, happened: str, to_do: str = "") -> None:
        self.happened = happened
        self.to_do = to_do
        super().__init__(f"{happened} {to_do}".strip())


class AudioError(UncrampError):
    """A recording, microphone or speaker cannot be used."""


class ModelError(UncrampError):
    """A recognition model is missing or broken."""


class VoiceError(UncrampError):
    """A voice is missing or failed to render."""


class StorageError(UncrampError):
    """A folder or file cannot be written or read."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in a YAML file, found at a 1-based line."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class FileFaultsError(UncrampError):
    """One or more YAML files hold mistakes; every one is listed, sorted by file and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
