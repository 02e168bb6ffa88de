"""Which lines rest on each id of `sources.yaml`, and why an id has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from skill.dialog.folder import DialogFolder
from skill.dialog.sources import Source
from skill.errors import Fault

BREATHING = "breathing"  # stands for the rhythm of routines.yaml, which has sources of its own
Fate = Literal["spoken", "used", "not spoken", "gap"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One id, with the ids of the lines that rest on it."""

    id: str
    source: Source
    lines: tuple[str, ...]

    @property
    def fate(self) -> Fate:
        """Tell whether it is spoken, decides something else, is left out, or is forgotten."""
        if self.lines:
            return "spoken"
        if self.source.used_as:
            return "used"
        return "not spoken" if self.source.not_spoken else "gap"

    @property
    def why(self) -> str:
        """Return what it is used as beside its lines, or why it has none."""
        used = self.source.used_as and f"used as: {self.source.used_as}"
        left_out = self.source.not_spoken and f"not spoken: {self.source.not_spoken}"
        return "; ".join(part for part in (used, left_out) if part)


def coverage(folder: DialogFolder) -> tuple[Covered, ...]:
    """Return every id in the order of `sources.yaml`; the folder must have no fault."""
    lines: dict[str, list[str]] = {}
    for spoken in folder.spoken():
        for source_id in spoken.line.sources:
            lines.setdefault(source_id, []).append(spoken.id)
    if folder.routines and folder.routines.content:
        for source_id in folder.routines.content.breathing.sources:
            lines.setdefault(source_id, []).append(BREATHING)
    sources = folder.sources.content.sources if folder.sources and folder.sources.content else {}
    return tuple(
        Covered(source_id, source, tuple(lines.get(source_id, ())))
        for source_id, source in sources.items()
    )


def check_coverage(folder: DialogFolder) -> list[Fault]:
    """Return the ids that are forgotten, and those said to be left out that are not."""
    if folder.sources is None:
        return []
    faults = []
    for covered in coverage(folder):
        place = ("sources", covered.id)
        if covered.fate == "gap":
            message = (
                f"'{covered.id}' is forgotten: name it under the 'sources' of a line, "
                "or give 'used_as' or 'not_spoken' here"
            )
            faults.append(folder.sources.fault(message, *place))
        elif covered.lines and covered.source.not_spoken:
            message = f"'{covered.id}' is 'not_spoken', and yet {covered.lines[0]} rests on it"
            faults.append(folder.sources.fault(message, *place, "not_spoken"))
    return faults


def counts(rows: Iterable[Covered]) -> dict[str, dict[str, dict[str, int]]]:
    """Count the fates by treatment, by category and by the letter of the id."""
    tables: dict[str, dict[str, Counter[str]]] = {"treatment": {}, "category": {}, "kind": {}}
    for row in rows:
        groups = {
            "treatment": row.source.treatment,
            "category": row.source.category,
            "kind": row.id[0],
        }
        for table, group in groups.items():
            if group is not None:
                tables[table].setdefault(group, Counter())[row.fate] += 1
    return {
        table: {group: dict(fates) for group, fates in groups.items()}
        for table, groups in tables.items()
    }
