"""The moves a conversation is made of; the agenda is a queue of them."""

from __future__ import annotations

from dataclasses import dataclass

from skill.dialog.script import Step, Verb

LONGEST_SILENCE_S = 11.0  # while coaching, "slower" stretches no silence beyond this


@dataclass(frozen=True, slots=True)
class Speak:
    """Say one line, then leave its pause. A `danger` line is not cut by a voice."""

    line: str
    danger: bool = False
    boost_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """Say a question and wait for its answer; `asked` counts how often it was said before."""

    question: str
    asked: int = 0
    boost_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Breathe:
    """Keep still for `breaths` breaths on the beat.

    `lines` are spoken at the start of a breath, one a breath from the second on. The cues
    get softer by `fade_db` over the whole, and sparser when `sparse`. `hold` is false for
    breaths taken between two lines. `done` of the breaths were taken before.
    """

    breaths: int
    lines: tuple[str, ...] = ()
    fade_db: float = 0.0
    sparse: bool = False
    hold: bool = True
    done: int = 0


@dataclass(frozen=True, slots=True)
class Rest:
    """Say nothing for some seconds; "slower" stretches it to `longest_s` at most."""

    seconds: float
    longest_s: float = LONGEST_SILENCE_S


@dataclass(frozen=True, slots=True)
class Instruct:
    """Give the instruction of a step, hold and check, if it is allowed by now."""

    step: Step


@dataclass(frozen=True, slots=True)
class Decide:
    """Do what a verb says when its turn comes."""

    verb: Verb


@dataclass(frozen=True, slots=True)
class Warn:
    """Say a danger line, and stay with the person, instead of everything else."""

    line: str


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a breathing session or the stretching, instead of everything else."""

    routine: str


Decision = Decide | Instruct | Warn | Start
Move = Speak | Ask | Breathe | Rest | Decision
