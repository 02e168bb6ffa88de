"""Whom to listen to just now: the window after we spoke, the pause asked for, what was rejected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from skill.interpretation import Interpretation
from skill.understanding.intents import EMERGENCY
from skill.understanding.policy import Decision, PolicySettings, decide

FALSE_START_S: Final = 20.0  # stopped so soon after it began by itself, it was not wanted
UNANSWERED: Final = 2  # questions running, after which there is nobody to ask


@dataclass(frozen=True, slots=True)
class AttentionSettings:
    """Seconds, and the confidences of the policy."""

    window_s: float = 60.0  # after it has spoken no name is needed
    refractory_s: float = 120.0  # after a rejection nothing doubtful is asked about
    policy: PolicySettings = field(default_factory=PolicySettings)


class Attention:
    """Decides on each utterance; told of rejections and of the pause by the conversation."""

    def __init__(self, settings: AttentionSettings) -> None:
        self._settings = settings
        self._paused = False
        self._unanswered = 0
        self._refractory_until = float("-inf")

    @property
    def paused(self) -> bool:
        """Whether it was asked to be quiet until called by name, or until the evening."""
        return self._paused

    def is_open(self, last_spoke: float, now: float) -> bool:
        """Return whether what is said needs no name, because Uncramp has just spoken."""
        return now - last_spoke <= self._settings.window_s

    def decide(
        self, said: Interpretation, *, in_conversation: bool, last_spoke: float, now: float
    ) -> Decision:
        """Decide on one utterance; being called by name ends the pause."""
        if self._paused and not (said.addressed or said.intent == EMERGENCY):
            return Decision.IGNORE
        self._paused = False
        decision = decide(
            said,
            coaching=in_conversation,
            attention_open=self.is_open(last_spoke, now),
            settings=self._settings.policy,
        )
        refractory = now < self._refractory_until and not said.addressed
        if decision is Decision.CONFIRM and refractory:
            return Decision.IGNORE
        return decision

    def pause(self) -> None:
        """Be quiet until called by name, or until the evening."""
        self._paused = True

    def evening_came(self) -> None:
        """End the pause: a new night begins."""
        self._paused = False

    def answered(self) -> None:
        """Somebody answered our question."""
        self._unanswered = 0

    def unanswered(self, now: float) -> None:
        """Nobody answered whether they have a cramp; twice running counts as a rejection."""
        self._unanswered += 1
        if self._unanswered >= UNANSWERED:
            self.rejected(now)

    def rejected(self, now: float) -> None:
        """We spoke for nothing: ask about nothing doubtful for a while."""
        self._unanswered = 0
        self._refractory_until = now + self._settings.refractory_s


def always_open(settings: AttentionSettings) -> AttentionSettings:
    """Return the settings with a window that never closes."""
    return replace(settings, window_s=float("inf"))
