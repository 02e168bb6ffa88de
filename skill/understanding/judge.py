"""Weighs what the rules found against the classifier, which knows the long tail.

A sentence that a template knows word for word needs no second opinion. Everything else is judged
by both: what the rules found is a hint to the classifier, and gives the slots where they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from skill.interpretation import NONE_INTENT, Context
from skill.understanding.classifier import Classifier, Looks
from skill.understanding.clauses import EXACT
from skill.understanding.intents import CRAMP, EMERGENCY
from skill.understanding.reading import Reading

MAX_WORDS_SUSPECTED: Final = 14  # nobody in pain says more in one breath
MAX_WORDS: Final = 40  # a longer one is a story or a broadcast, whatever words are in it
FOUND_DANGER: Final = 0.1  # where the rules found it: a miss is worse than a question too many
ONLY_A_CRAMP: Final = 0.85  # a sign of danger was found in the words of a plain complaint
SLOT: Final = 0.6  # of a slot without a cue; a wrong place is worse than none
UNSAID: Final = frozenset(("unknown", "leg", "self"))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities (0..1) from which on something is believed, chosen on the tuning split.

    A complaint and a danger are two ways to need help: they are weighed together against the
    rest. `found` is where the rules found one of them, too; `complaint` and `danger` where they
    did not. docs/evaluation.md has what each value misses and what it starts falsely.
    """

    found: float = 0.5
    complaint: float = 0.65
    danger: float = 0.65
    coaching_danger: float = 0.35
    other: float = 0.3
    suspicion: float = 0.3  # the mean over transcripts of speech: misheard, so asked about


# Too rare in what was labelled, or of no use without a slot that only a rule fills.
RULES_ONLY: Final = frozenset(
    (
        "about_me", "routine_sign", "duration", "helper", "raising_hurts", "help_called",
        "cannot_call", "are_you_there",
    )
)  # fmt: skip

NEARLY_ALWAYS_RIGHT: Final = frozenset(("template", "subject"))  # nearly always right there

Slots = Mapping[str, str]


def hint_of(found: Reading | None) -> str:
    """Return what the rules found, as the classifier knows it."""
    return NONE_INTENT if found is None else f"{found.intent}/{found.by}"


class Judge:
    """Decides with the classifier; `cramp_slots` finds the slots of a cramp in its words.

    `lines` are the triage lines of the emergency flags.
    """

    def __init__(
        self,
        classifier: Classifier,
        cramp_slots: Callable[[Sequence[str]], Slots],
        subject: Callable[[Sequence[str]], Slots | None],
        lines: Mapping[str, str],
        thresholds: Thresholds,
    ) -> None:
        self._classifier = classifier
        self._cramp_slots = cramp_slots
        self._subject = subject
        self._lines = lines
        self._thresholds = thresholds

    def weigh(
        self, words: Sequence[str], context: Context, found: Reading | None
    ) -> Reading | None:
        """Return the meaning of the words after what the rules `found`."""
        certain = found is not None and _is_certain(found, context, len(words))
        if certain or len(words) > MAX_WORDS:
            return found
        seen = self._classifier.looks(words)
        odds = self._classifier.judge(context.value, seen, hint_of(found))
        if found is not None and found.intent == EMERGENCY:
            alarm = odds[EMERGENCY] + odds[CRAMP]
            if alarm >= FOUND_DANGER and odds[CRAMP] < ONLY_A_CRAMP:
                return replace(found, confidence=max(alarm, self._thresholds.found))
        by_rules = found is not None and found.intent == CRAMP
        intent, confidence = self._choose(odds, context, by_rules=by_rules)
        if intent == NONE_INTENT and found is not None and found.by in NEARLY_ALWAYS_RIGHT:
            kept = odds.get(found.intent, 0.0)
            if found.intent not in (CRAMP, EMERGENCY) and kept >= self._thresholds.other:
                return replace(found, confidence=kept)
        if found is not None and intent == found.intent:
            said = self._completed(found.slots, seen) if intent == CRAMP else found.slots
            return Reading(intent, said, confidence, found.by)
        slots = self._slots(intent, seen)
        if slots is None or intent in RULES_ONLY:
            return None
        return Reading(intent, slots, confidence, "classifier")

    def suspect(self, words: Sequence[str]) -> Reading | None:
        """Return the complaint or danger that words which mean nothing may be misheard from."""
        if len(words) > MAX_WORDS_SUSPECTED:
            return None
        seen = self._classifier.looks(words)
        odds = self._classifier.judge(Context.IDLE.value, seen, NONE_INTENT)
        intent = CRAMP if odds[CRAMP] >= odds[EMERGENCY] else EMERGENCY
        slots = self._slots(intent, seen)
        if slots is None:
            return None
        return Reading(intent, slots, odds[CRAMP] + odds[EMERGENCY], "suspicion")

    def _choose(
        self, odds: Mapping[str, float], context: Context, *, by_rules: bool
    ) -> tuple[str, float]:
        """Return the intent to believe, and how far."""
        limits = self._thresholds
        cramp, danger = odds.get(CRAMP, 0.0), odds.get(EMERGENCY, 0.0)
        if context is Context.IDLE:
            intent = CRAMP if cramp >= danger else EMERGENCY
            unaided = limits.complaint if intent == CRAMP else limits.danger
            if cramp + danger >= (limits.found if by_rules else unaided):
                return intent, cramp + danger
            odds = {**odds, CRAMP: 0.0, EMERGENCY: 0.0}
        if context is Context.COACHING and danger >= limits.coaching_danger:
            return EMERGENCY, danger
        best = max(odds, key=odds.__getitem__)
        others = {intent: value for intent, value in odds.items() if intent != NONE_INTENT}
        other = max(others, key=others.__getitem__)
        if best != NONE_INTENT and others[other] >= limits.other:
            return other, others[other]
        return NONE_INTENT, 0.0

    def _slots(self, intent: str, seen: Looks) -> Slots | None:
        """Return the slots that go with `intent`; None when it can't do without what is missing."""
        match intent:
            case "none":
                return None
            case "cramp":
                return self._completed(self._cramp_slots(seen.words), seen)
            case "emergency":
                flag, _ = self._best("flag", seen)
                line = self._lines[flag]
                level = "urgent" if line.startswith("U") else "emergency"
                return {"flag": flag, "line": line, "level": level}
            case "question":
                return self._subject(seen.words) or {"topic": self._best("topic", seen)[0]}
            case "numb_or_restless":
                return {"kind": self._best("kind", seen)[0]}
            case "other_leg":
                said = self._cramp_slots(seen.words)
                unsaid = ("unknown", "none")
                return {key: said[key] for key in ("site", "side") if said[key] not in unsaid}
        return {}

    def _completed(self, slots: Slots, seen: Looks) -> Slots:
        """Return the slots of a cramp with what no cue gave away."""
        likely = {slot: self._best(slot, seen) for slot in ("site", "who")}
        return {
            **slots,
            **{
                slot: value
                for slot, (value, probability) in likely.items()
                if slots.get(slot) in UNSAID and probability >= SLOT
            },
        }

    def _best(self, model: str, seen: Looks) -> tuple[str, float]:
        odds = self._classifier.judge(model, seen)
        best = max(odds, key=odds.__getitem__)
        return best, odds[best]


def _is_certain(found: Reading, context: Context, words: int) -> bool:
    """Return whether a rule needs no second opinion: while being coached no template does,
    nor a single word that only sounded like an answer."""
    if context is Context.COACHING and (found.by in NEARLY_ALWAYS_RIGHT or words == 1):
        return True
    return found.confidence >= EXACT or found.intent in RULES_ONLY
