"""Whether to act on what was understood, ask first, or let it pass.

There is no wake word: a complaint or a danger is taken from anybody at any time; everything else
only when addressed by name, or shortly after Uncramp has spoken.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from skill.interpretation import NONE_INTENT, Interpretation
from skill.understanding.intents import CRAMP, EMERGENCY

NEEDS_NO_NAME = frozenset((CRAMP, EMERGENCY))


class Decision(StrEnum):
    """What the conversation does with an interpretation."""

    ACT = "act"
    CONFIRM = "confirm"  # a soft chime and one short question
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Confidences (0..1), chosen on recorded complaints and recorded other talk."""

    act_confidence: float = 0.65
    confirm_confidence: float = 0.35


DEFAULT_SETTINGS = PolicySettings()


def decide(
    interpretation: Interpretation,
    *,
    coaching: bool,
    attention_open: bool,
    settings: PolicySettings = DEFAULT_SETTINGS,
) -> Decision:
    """Decide on one utterance.

    `attention_open` is true in the attention window after the assistant has spoken.
    """
    if interpretation.intent == NONE_INTENT:
        return Decision.IGNORE
    invited = coaching or attention_open or interpretation.addressed
    if not invited and interpretation.intent not in NEEDS_NO_NAME:
        return Decision.IGNORE
    if coaching or interpretation.confidence >= settings.act_confidence:
        return Decision.ACT
    if interpretation.confidence >= settings.confirm_confidence:
        # Only help is asked about; a request that was mistaken does no harm.
        return Decision.CONFIRM if interpretation.intent in NEEDS_NO_NAME else Decision.ACT
    return Decision.IGNORE
