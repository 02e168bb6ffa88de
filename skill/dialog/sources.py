"""Where every fact comes from: the schema of `sources.yaml`."""

from __future__ import annotations

from typing import Literal

from skill.yaml_file import Strict

Category = Literal[
    "cause", "first-aid technique", "exercise", "situation", "classification", "folk remedy",
    "prevention", "food", "muscle/site", "medicine", "when-to-see-a-doctor", "home therapy",
    "breathing/calming",
]  # fmt: skip


class Source(Strict):
    """Where a clinical fact comes from, and what becomes of it when no line says it."""

    fact: str
    source: str
    category: Category | None = None
    treatment: Literal["adopt", "adapt", "decline"] | None = None  # declined is never instructed
    used_as: str | None = None  # what it decides in the program, beside any line
    not_spoken: str | None = None  # why no line says it


class Sources(Strict):
    """`sources.yaml`: every id that a line may rest on."""

    notice: tuple[str, ...] = ()  # what the page of first aid says before all else
    open_points: tuple[str, ...] = ()  # for a clinician to confirm before release
    sources: dict[str, Source]
