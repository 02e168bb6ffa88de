"""Recordings played to a fresh night, and whether it did what was called for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from skill.actions import Say
from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.companion import Reaction
from skill.evaluation.labelled import Labelled, Recorded
from skill.evaluation.tables import Share, share
from skill.interpretation import NONE_INTENT, Context
from skill.understanding.intents import CRAMP, EMERGENCY

ASKED_FIRST: Final = "CONFIRM"
CHECK_ANSWERS: Final = frozenset(("better", "not_better", "worse"))


class Kind(StrEnum):
    """What is called for."""

    COMPLAINT = "complaint"
    DANGER = "danger"
    STOP = "stop"
    YES_NO = "yes or no"
    ANSWER = "answer to the check"
    WORD = "other words while coaching"
    REQUEST = "other requests"
    OTHER_TALK = "other talk"
    OTHER_TALK_COACHING = "other talk while coaching"


QUIET: Final = frozenset((Kind.OTHER_TALK, Kind.OTHER_TALK_COACHING))


def kind_of(said: Labelled) -> Kind:
    """Return what an utterance calls for."""
    coaching = said.context is Context.COACHING
    match said.intent:
        case "none":
            return Kind.OTHER_TALK_COACHING if coaching else Kind.OTHER_TALK
        case "emergency":
            return Kind.DANGER
        case "cramp" if not coaching:
            return Kind.COMPLAINT
        case "stop":
            return Kind.STOP
        case "yes" | "no":
            return Kind.YES_NO
        case intent if intent in CHECK_ANSWERS:
            return Kind.ANSWER
    return Kind.WORD if coaching else Kind.REQUEST


@dataclass(frozen=True, slots=True)
class Trial:
    """One recording under one condition: what was heard in `seconds` and done about it.

    `found`: acted on or asked about; while nothing is called for, that nothing was done.
    `right`: the site of a complaint, the flag of a danger; `asked`: only after a question.
    """

    recorded: Recorded
    condition: str
    seconds: float
    text: str
    found: bool
    right: bool
    asked: bool

    @property
    def kind(self) -> Kind:
        """What it calls for."""
        return kind_of(self.recorded.said)


def judged(
    recorded: Recorded, condition: str, samples: Samples, reactions: Sequence[Reaction]
) -> Trial:
    """Return the trial in which `samples` led to `reactions`."""
    said, kind = recorded.said, kind_of(recorded.said)
    done = [reaction for reaction in reactions if reaction.latency_ms is not None]
    if kind is Kind.OTHER_TALK:
        first, found = None, not done
    else:
        meant = [one for one in reactions if one.interpretation.intent != NONE_INTENT]
        first = next(iter(done if kind in (Kind.COMPLAINT, Kind.DANGER) else meant), None)
        understood = first.interpretation.intent if first else NONE_INTENT
        found = understood == said.intent
    slot = {CRAMP: "site", EMERGENCY: "flag"}.get(said.intent, "")
    slots = first.interpretation.slots if first else {}
    return Trial(
        recorded=recorded,
        condition=condition,
        seconds=len(samples) / SAMPLE_RATE_HZ,
        text=" / ".join(reaction.interpretation.text for reaction in reactions),
        found=found,
        right=found and slots.get(slot) == said.slots.get(slot),
        asked=first is not None and _asks_first(first),
    )


def _asks_first(reaction: Reaction) -> bool:
    return any(isinstance(one, Say) and one.prompt == ASKED_FIRST for one in reaction.actions)


@dataclass(frozen=True, slots=True)
class Count:
    """What a group of trials adds up to; the hours are of sound that calls for nothing."""

    found: dict[Kind, Share]
    right: dict[Kind, Share]
    asked: int
    false_starts: int
    quiet_hours: float

    @property
    def false_starts_an_hour(self) -> float | None:
        """False starts for each hour of other talk; None without any."""
        return self.false_starts / self.quiet_hours if self.quiet_hours else None


def counted(trials: Iterable[Trial]) -> Count:
    """Add up."""
    by_kind: defaultdict[Kind, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_kind[trial.kind].append(trial)
    talk = by_kind[Kind.OTHER_TALK]
    return Count(
        found={kind: share(one.found for one in by_kind[kind]) for kind in Kind},
        right={
            kind: share(one.right for one in by_kind[kind])
            for kind in (Kind.COMPLAINT, Kind.DANGER)
        },
        asked=sum(one.asked for one in by_kind[Kind.COMPLAINT]),
        false_starts=sum(not one.found for one in talk),
        quiet_hours=sum(one.seconds for one in talk) / 3600,
    )


def grouped(
    trials: Iterable[Trial], key: Callable[[Trial], tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], Count]]:
    """Yield the counts of each group, in the order in which the groups first appear."""
    groups: defaultdict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[key(trial)].append(trial)
    for name, group in groups.items():
        yield name, counted(group)
