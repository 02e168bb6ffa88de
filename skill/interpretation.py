"""What an utterance was understood to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NONE_INTENT = "none"


class Context(StrEnum):
    """What the conversation is doing while the utterance is spoken."""

    IDLE = "idle"
    COACHING = "coaching"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The intent and slots of one utterance.

    `confidence` is 0..1; `by` names the stage that decided (`template`, ...);
    `addressed` is true when the utterance began with the assistant's name.
    """

    text: str
    intent: str = NONE_INTENT
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    by: str = NONE_INTENT
    addressed: bool = False
