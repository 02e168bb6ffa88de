"""What can happen to the conversation. Every event is one frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass

from skill.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance has ended and was understood (its intent may be `none`)."""

    interpretation: Interpretation


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """Somebody began to speak; `urgent` once a word of theirs asks for silence.

    What they mean by it is not known yet.
    """

    urgent: bool = False


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """What began as a voice ended without any words."""


@dataclass(frozen=True, slots=True)
class PromptFinished:
    """The prompt with this id was played to its end."""

    prompt: str


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing but time has gone by; sent when the conversation's `due` time is reached."""


@dataclass(frozen=True, slots=True)
class EveningCame:
    """The time of day at which a pause asked for ends."""


Event = Heard | VoiceStarted | VoiceEnded | PromptFinished | TimePassed | EveningCame
