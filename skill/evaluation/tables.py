"""Counts and tables, written as text for a terminal and as Markdown for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a number of cases."""

    hits: int
    total: int

    def __str__(self) -> str:
        """Return `96.2 % (50 of 52)`."""
        if not self.total:
            return "none to count"
        return f"{100 * self.hits / self.total:.1f} % ({self.hits} of {self.total})"

    def as_json(self) -> dict[str, Any]:
        """Return the counts and the share, 0..1; None where there is nothing to count."""
        share = round(self.hits / self.total, 4) if self.total else None
        return {"hits": self.hits, "total": self.total, "share": share}


def share(cases: Iterable[bool]) -> Share:
    """Return how many of the cases are true."""
    counted = list(cases)
    return Share(sum(counted), len(counted))


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the names of the columns, and rows of cells; `note` says what they rest on."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    note: str = ""

    def text(self) -> str:
        """Return the table for a terminal."""
        lines = [self.columns, *(tuple(map(str, row)) for row in self.rows)]
        widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        aligned = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
        return "\n".join([self.title, *([self.note] if self.note else []), *aligned, ""])

    def markdown(self) -> str:
        """Return the table for a page."""
        return "\n".join(self._markdown()) + "\n"

    def _markdown(self) -> Iterator[str]:
        yield f"### {self.title}"
        yield ""
        if self.note:
            yield self.note
            yield ""
        yield _row(self.columns)
        yield "|---" * len(self.columns) + "|"
        for row in self.rows:
            yield _row(map(str, row))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
