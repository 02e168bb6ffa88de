"""What the conversation can ask for. Every action is one frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a prompt. `prompt` is its id, `text` its words with the numbers filled in.

    `gain_db` is relative to the night's level; a `danger` prompt is never played below
    normal level and is not cut by someone's voice.
    """

    prompt: str
    text: str
    gain_db: float = 0.0
    danger: bool = False


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Fall silent at once and forget the prompt that was playing."""


@dataclass(frozen=True, slots=True)
class Chime:
    """Play a short sound: `listening`, `unsure`, `error` or `goodbye`."""

    name: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The conversation went into another state (`idle`, `holding`, `asking`, ...)."""

    state: str


@dataclass(frozen=True, slots=True)
class EpisodeEnded:
    """A cramp episode is over: one line for the diary. `seconds` is its length."""

    site: str
    side: str
    who: str
    seconds: float
    ended: str
    helped: str | None


Action = Say | StopSpeaking | Chime | StateChanged | EpisodeEnded
