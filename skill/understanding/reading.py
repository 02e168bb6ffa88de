"""What one stage of the understanding makes of an utterance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """A meaning, how sure the stage is of it (0..1), and the stage's name."""

    intent: str
    slots: Mapping[str, str]
    confidence: float
    by: str
