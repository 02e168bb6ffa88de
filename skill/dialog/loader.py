"""Reads a language's dialog folder into a Script, or tells every mistake in it at once."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import TypeVar

from skill.dialog.checks import NEEDED_LINES, check
from skill.dialog.folder import DialogFolder, Part
from skill.dialog.script import Script
from skill.errors import Fault, FileFaultsError

T = TypeVar("T")


def load_script(folder: Path, needed: Set[str] = NEEDED_LINES) -> Script:
    """Return what `folder` (`dialogs/en`) says.

    `needed` are the ids of the lines that must be there. Raises FileFaultsError with every
    fault of every file when there is any.
    """
    dialogs = DialogFolder(folder)
    faults = check(dialogs, needed)
    if faults:
        raise FileFaultsError(faults)
    return Script(
        language=folder.name,
        shared=_content(dialogs.shared),
        protocols={
            part.content.protocol: part.content for part in dialogs.protocols if part.content
        },
        triage=_content(dialogs.triage),
        answers=_content(dialogs.answers),
        routines=_content(dialogs.routines),
        sources=_content(dialogs.sources).sources,
    )


def _content(part: Part[T] | None) -> T:
    assert part is not None and part.content is not None  # the folder has no fault
    return part.content


def check_folder(folder: Path, needed: Set[str] = NEEDED_LINES) -> list[Fault]:
    """Return every fault of the dialog files in `folder`, sorted by file and line."""
    return check(DialogFolder(folder), needed)
