"""From the words of an utterance to its meaning: a list of stages, the first that knows wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from skill.interpretation import NONE_INTENT, Context, Interpretation
from skill.understanding.classifier import Classifier
from skill.understanding.clauses import EXACT, ClauseReader
from skill.understanding.dangers import DangerStage
from skill.understanding.facts import FactStage
from skill.understanding.intents import CRAMP, EMERGENCY
from skill.understanding.judge import Judge, Thresholds
from skill.understanding.name import name_fault
from skill.understanding.reading import Reading
from skill.understanding.sounds import Pronounce, distance, phonemes
from skill.understanding.subjects import SubjectStage
from skill.understanding.templates import Templates
from skill.understanding.tolerant import TolerantStage
from skill.understanding.turns import Turns

AGREEMENT_DISTANCE = 0.45  # the distance at which misheard words are repaired
AGREED_CONFIDENCE = 0.8
TEMPLATE = "template"
HEARD_AGAIN = 0.02  # a lesser suspicion is not worth two more decodes
CLEARLY_HEARD = 0.8  # of the letters in common between two transcripts of the same sound
AGREEING = 2  # transcripts that have to mean a complaint or danger before it is acted on
SUSPECTED = 0.5  # asked about, never acted on
MAX_CHARACTERS = 300
"""Longer than anybody says in one breath: a broadcast, or not speech at all."""


class Stage(Protocol):
    """One way of understanding."""

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return the meaning of an utterance given as normalised clauses, or None."""


class TemplateStage:
    """The sentence templates: exact, so nearly certain."""

    def __init__(self, reader: ClauseReader) -> None:
        self._reader = reader

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return the meaning of the whole, or of the clause that matters."""
        found = self._reader.read(clauses, context)
        if found is None:
            return None
        match, confidence = found
        return Reading(match.intent, dict(match.slots), confidence, TEMPLATE)


def _silent(_text: str) -> str:
    return ""


class Interpreter:
    """Understands utterances; `name` is what the assistant is called by.

    Raises FileFaultsError when the sentence files hold mistakes.
    """

    def __init__(
        self,
        sentences: Path,
        name: str = "Luna",
        pronounce: Pronounce | None = None,
        classifier: Classifier | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._thresholds = thresholds or Thresholds()
        templates = Templates(sentences)
        self._templates = templates
        self._pronounce = pronounce or _silent
        self._name = templates.normaliser.words(name)
        reader = ClauseReader(templates)
        self._stages: list[Stage] = [TemplateStage(reader)]
        self._subjects: SubjectStage | None = None
        subjects = sentences.parent / "subjects.yaml"
        if subjects.exists():
            self._subjects = SubjectStage(subjects, reader, templates.normaliser)
            self._stages.insert(0, self._subjects)
        self._dangers: DangerStage | None = None
        dangers = sentences.parent / "dangers.yaml"
        if dangers.exists():
            self._dangers = DangerStage(dangers, reader, templates.normaliser)
            self._stages.insert(0, self._dangers)
        self._facts: FactStage | None = None
        facts = sentences.parent / "facts.yaml"
        if facts.exists():
            self._facts = FactStage(facts, templates.normaliser)
            self._stages.append(self._facts)
        self._lone_words: frozenset[str] = frozenset()
        cues = sentences.parent / "cues.yaml"
        self._judge: Judge | None = None
        places: tuple[str, ...] = ()
        if cues.exists():
            tolerant = TolerantStage(cues, reader, self._pronounce)
            places = tolerant.places
            self._lone_words = tolerant.lone_words()
            self._stages.append(tolerant)
            if classifier and self._dangers and self._subjects:
                self._judge = Judge(
                    classifier,
                    tolerant.slots,
                    self._subjects.slots,
                    self._dangers.lines,
                    self._thresholds,
                )
        turns = sentences.parent / "turns.yaml"
        self._turns = Turns(turns, places) if turns.exists() else None

    def name_fault(self, name: str) -> str | None:
        """Return in one sentence why `name` will not be recognised well; None when it will."""
        return name_fault(name, self._lone_words, self._pronounce)

    def words(self, text: str) -> tuple[str, ...]:
        """Return the normalised words of `text` without the name."""
        clauses, _ = self._without_name(self._templates.normaliser.clauses(text))
        return tuple(word for clause in clauses for word in clause)

    def is_unfinished(self, said: Interpretation, context: Context) -> bool:
        """Return whether more is likely to come after what was `said`, understood in `context`.

        It ends in the middle of a phrase, or it is no more than a place, said out of the blue.
        """
        if self._turns is None:
            return False
        words = self.words(said.text)
        if context is Context.IDLE and self._turns.is_bare_place(words):
            return True
        is_whole = said.by == TEMPLATE and said.confidence >= EXACT
        return self._turns.ends_open(words) and not is_whole

    def interrupts(self, text: str, own: str) -> bool:
        """Return whether a word of `text`, unfinished, asks for silence while we say `own`."""
        return self._turns is not None and self._turns.interrupts(self.words(text), self.words(own))

    def by_rules(self, text: str, context: Context) -> Reading | None:
        """Return what the rules alone make of `text`."""
        clauses, _ = self._without_name(self._templates.normaliser.clauses(text))
        return self._by_rules(clauses, context)

    def phrases(self) -> list[str]:
        """Return the phrases for a recogniser that takes a list, unique and sorted."""
        return self._templates.phrases()

    def interpret(self, text: str, context: Context) -> Interpretation:
        """Return the meaning of `text`; never raises, whatever the text."""
        return self._interpret(text, context)

    def interpret_heard(
        self,
        text: str,
        context: Context,
        phrase_text: str = "",
        alternatives: Callable[[], Iterable[str]] = tuple,
    ) -> Interpretation:
        """Return the meaning of the sound whose transcript is `text`.

        `phrase_text` is the same sound decoded over our own phrases only. Such a decode makes a
        phrase of any noise, so it counts only where the free `text` means nothing to us and
        sounds like it. `alternatives` gives other transcripts, asked for where nothing goes on
        and `text` may be a misheard complaint; what is only suspected has a low confidence.
        """
        understood = self._interpret(text, context)
        if understood.intent != NONE_INTENT:
            return understood
        if context is Context.IDLE and (suspected := self._suspected(text, alternatives)):
            return suspected
        if not phrase_text:
            return understood
        if distance(self._sound(text), self._sound(phrase_text)) > AGREEMENT_DISTANCE:
            return understood
        agreed = self._interpret(phrase_text, context)
        confidence = agreed.confidence * AGREED_CONFIDENCE
        return replace(agreed, text=text, confidence=confidence, by="phrase")

    def _suspected(
        self, text: str, alternatives: Callable[[], Iterable[str]]
    ) -> Interpretation | None:
        """Return what `text`, which means nothing, may have been misheard from.

        Clear speech is heard the same each time; what was misheard is misheard otherwise.
        """
        suspicion = self._suspicion(text)
        if suspicion is None or suspicion.confidence < HEARD_AGAIN:
            return None
        others = tuple(alternatives())
        if not others or self._likeness(text, others) > CLEARLY_HEARD:
            return None
        heard = [self._interpret(other, Context.IDLE) for other in others]
        alarms = [one for one in heard if one.intent in (CRAMP, EMERGENCY)]
        if len(alarms) >= AGREEING:
            return max(alarms, key=lambda one: one.confidence)
        nothing = (one.text for one in heard if one not in alarms)
        suspicions = [suspicion, *filter(None, map(self._suspicion, nothing))]
        suspicions += [Reading(one.intent, one.slots, one.confidence, one.by) for one in alarms]
        mean = sum(one.confidence for one in suspicions) / (1 + len(others))
        if mean < self._thresholds.suspicion:
            return None
        most = max(suspicions, key=lambda one: one.confidence)
        slots = MappingProxyType(dict(most.slots))
        return Interpretation(text, most.intent, slots, SUSPECTED, "suspicion")

    def _likeness(self, text: str, others: Iterable[str]) -> float:
        said = " ".join(self.words(text))
        likeness = (SequenceMatcher(None, said, " ".join(self.words(one))) for one in others)
        return min(one.ratio() for one in likeness)

    def _suspicion(self, text: str) -> Reading | None:
        words = self.words(text) if len(text) <= MAX_CHARACTERS else ()
        return self._judge.suspect(words) if self._judge is not None and words else None

    def _sound(self, text: str) -> str:
        return phonemes(self._pronounce(text.lower()))

    def _interpret(self, text: str, context: Context) -> Interpretation:
        if len(text) > MAX_CHARACTERS:
            return Interpretation(text)
        clauses, addressed = self._without_name(self._templates.normaliser.clauses(text))
        reading = self._by_rules(clauses, context)
        if self._judge is not None and clauses:
            words = tuple(word for clause in clauses for word in clause)
            reading = self._judge.weigh(words, context, reading)
        if reading is None:
            return Interpretation(text, addressed=addressed)
        told = self._facts.told(clauses) if self._facts else None
        if told is not None:
            reading = told.beside(reading)
        slots = MappingProxyType(dict(reading.slots))
        return Interpretation(
            text, reading.intent, slots, reading.confidence, reading.by, addressed
        )

    def _by_rules(self, clauses: Sequence[tuple[str, ...]], context: Context) -> Reading | None:
        readings = (stage.read(clauses, context) for stage in self._stages if clauses)
        return next((reading for reading in readings if reading is not None), None)

    def _without_name(
        self, clauses: Sequence[tuple[str, ...]]
    ) -> tuple[list[tuple[str, ...]], bool]:
        """Drop the name from the beginning (after greetings) or the very end."""
        kept = list(clauses)
        size = len(self._name)
        if not kept or not size:
            return kept, False
        addressed = False
        lead = 0
        while lead < len(kept) and self._only_skips(kept[lead]):
            lead += 1
        if lead < len(kept):
            words = kept[lead]
            for start in sorted(self._reachable(words)):
                if words[start : start + size] == self._name:
                    kept[: lead + 1] = [words[start + size :]]
                    addressed = True
                    break
        if kept[-1][-size:] == self._name:
            kept[-1] = kept[-1][:-size]
            addressed = True
        return [clause for clause in kept if clause], addressed

    def _only_skips(self, words: tuple[str, ...]) -> bool:
        return len(words) in self._reachable(words)

    def _reachable(self, words: tuple[str, ...]) -> set[int]:
        """Return the positions that only skip words stand before."""
        skips = self._templates.skips(words)
        reachable = {0}
        for start in range(len(words)):
            if start in reachable:
                reachable.update(skips.get(start, ()))
        return reachable
