"""What was understood of each labelled utterance, and what that counts up to."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from skill.evaluation.labelled import Labelled
from skill.evaluation.tables import Share, share
from skill.interpretation import NONE_INTENT, Context, Interpretation
from skill.understanding.intents import CRAMP, EMERGENCY
from skill.understanding.policy import Decision, PolicySettings, decide

ALARMS: Final = frozenset((CRAMP, EMERGENCY))
BINS: Final = 10  # of the reliability table
WORST: Final = 20  # confusions shown
EXAMPLES: Final = 3  # of each confusion

Understand = Callable[[str, Context], Interpretation]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An utterance and what was made of it."""

    said: Labelled
    understood: Interpretation

    @property
    def found(self) -> bool:
        """Whether the intent is the right one."""
        return self.understood.intent == self.said.intent

    def slot_is_right(self, name: str) -> bool:
        """Whether a slot is as it was labelled."""
        return self.understood.slots.get(name) == self.said.slots[name]


@dataclass(frozen=True, slots=True)
class Confusion:
    """One intent taken for another, `count` times; `examples` of what was said."""

    context: str
    meant: str
    taken_for: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences from `low` up to `high`: their mean, and how many intents were right."""

    low: float
    high: float
    mean: float
    right: Share


def outcomes(utterances: Iterable[Labelled], understand: Understand) -> tuple[list[Outcome], float]:
    """Return what is made of every utterance, and how many are understood in a second."""
    began = time.process_time()
    made = [Outcome(said, understand(said.text, said.context)) for said in utterances]
    passed = max(time.process_time() - began, 1e-9)
    return made, len(made) / passed


def measures(made: Sequence[Outcome], policy: PolicySettings) -> dict[str, Share]:
    """Return the figures that have targets, by name.

    `answered`: what the policy acts on or asks about when nobody has been spoken to.
    """

    def answered(one: Outcome) -> bool:
        decision = decide(one.understood, coaching=False, attention_open=False, settings=policy)
        return decision is not Decision.IGNORE

    idle = [one for one in made if one.said.context is Context.IDLE]
    coaching = [one for one in made if one.said.context is Context.COACHING]
    complaints = [one for one in idle if one.said.intent == CRAMP]
    dangers = [one for one in made if one.said.intent == EMERGENCY]
    apart = {CRAMP, EMERGENCY, NONE_INTENT}
    other = [one for one in idle if one.said.intent not in apart]
    coached = [one for one in coaching if one.said.intent not in (EMERGENCY, NONE_INTENT)]
    nothing = [one for one in idle if one.said.intent == NONE_INTENT]
    nothing_coached = [one for one in coaching if one.said.intent == NONE_INTENT]
    return {
        "complaints": share(one.found for one in complaints),
        "complaints_answered": share(map(answered, complaints)),
        **{f"complaint_{slot}": _slot(complaints, slot) for slot in ("site", "side", "who")},
        "dangers": share(one.found for one in dangers),
        **{f"danger_{slot}": _slot(dangers, slot) for slot in ("flag", "line")},
        "other_idle": share(one.found for one in other),
        "coaching": share(one.found for one in coached),
        "none_as_alarm": share(one.understood.intent in ALARMS for one in nothing),
        "none_answered": share(map(answered, nothing)),
        "none_as_anything": share(not one.found for one in nothing),
        "coaching_none_as_danger": share(
            one.understood.intent == EMERGENCY for one in nothing_coached
        ),
        "coaching_none_as_anything": share(not one.found for one in nothing_coached),
    }


def _slot(made: Iterable[Outcome], slot: str) -> Share:
    """Return how often a slot is right where the intent is."""
    return share(one.slot_is_right(slot) for one in made if one.found and slot in one.said.slots)


def by_intent(made: Iterable[Outcome]) -> dict[tuple[str, str], Share]:
    """Return how many of each intent were found, by context and intent."""
    found: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in made:
        found[one.said.context, one.said.intent].append(one.found)
    return {key: share(found[key]) for key in sorted(found)}


def confusions(made: Iterable[Outcome]) -> list[Confusion]:
    """Return the most frequent confusions, the worst first."""
    examples: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in made:
        if not one.found:
            key = one.said.context, one.said.intent, one.understood.intent
            examples[key].append(one.said.text)
    counted = Counter({key: len(texts) for key, texts in examples.items()})
    worst = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:WORST]
    return [Confusion(*key, count, tuple(examples[key][:EXAMPLES])) for key, count in worst]


def reliability(made: Iterable[Outcome]) -> list[Bin]:
    """Return, for confidences binned by size, how often the intent was right.

    Only of what was taken for something: `none` carries no confidence.
    """
    binned: defaultdict[int, list[Outcome]] = defaultdict(list)
    for one in made:
        if one.understood.intent != NONE_INTENT:
            binned[min(int(one.understood.confidence * BINS), BINS - 1)].append(one)
    return [
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            mean=sum(one.understood.confidence for one in group) / len(group) if group else 0.0,
            right=share(one.found for one in group),
        )
        for at, group in ((at, binned[at]) for at in range(BINS))
    ]
