"""From the words of an utterance to its meaning: a list of stages, the first that knows wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from skill.interpretation import NONE_INTENT, Context, Interpretation
from skill.understanding.clauses import ClauseReader
from skill.understanding.dangers import DangerStage
from skill.understanding.facts import FactStage
from skill.understanding.reading import Reading
from skill.understanding.sounds import Pronounce, distance, phonemes
from skill.understanding.subjects import SubjectStage
from skill.understanding.templates import Templates
from skill.understanding.tolerant import TolerantStage

AGREEMENT_DISTANCE = 0.45  # the distance at which misheard words are repaired
AGREED_CONFIDENCE = 0.8
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
        return Reading(match.intent, dict(match.slots), confidence, "template")


def _silent(_text: str) -> str:
    return ""


class Interpreter:
    """Understands utterances; `name` is what the assistant is called by.

    Raises FileFaultsError when the sentence files hold mistakes.
    """

    def __init__(
        self, sentences: Path, name: str = "Luna", pronounce: Pronounce | None = None
    ) -> None:
        templates = Templates(sentences)
        self._templates = templates
        self._pronounce = pronounce or _silent
        self._name = templates.normaliser.words(name)
        reader = ClauseReader(templates)
        self._stages: list[Stage] = [TemplateStage(reader)]
        subjects = sentences.parent / "subjects.yaml"
        if subjects.exists():
            self._stages.insert(0, SubjectStage(subjects, reader, templates.normaliser))
        dangers = sentences.parent / "dangers.yaml"
        if dangers.exists():
            self._stages.insert(0, DangerStage(dangers, reader, templates.normaliser))
        self._facts: FactStage | None = None
        facts = sentences.parent / "facts.yaml"
        if facts.exists():
            self._facts = FactStage(facts, templates.normaliser)
            self._stages.append(self._facts)
        cues = sentences.parent / "cues.yaml"
        if cues.exists():
            self._stages.append(TolerantStage(cues, reader, self._pronounce))

    def phrases(self) -> list[str]:
        """Return the phrases for a recogniser that takes a list, unique and sorted."""
        return self._templates.phrases()

    def interpret(self, text: str, context: Context, phrase_text: str = "") -> Interpretation:
        """Return the meaning of `text`; never raises, whatever the text.

        `phrase_text` is the same sound decoded over our own phrases only. Such a decode makes a
        phrase of any noise, so it counts only where the free `text` means nothing to us and
        sounds like it.
        """
        understood = self._interpret(text, context)
        if understood.intent != NONE_INTENT or not phrase_text:
            return understood
        if distance(self._sound(text), self._sound(phrase_text)) > AGREEMENT_DISTANCE:
            return understood
        agreed = self._interpret(phrase_text, context)
        confidence = agreed.confidence * AGREED_CONFIDENCE
        return replace(agreed, text=text, confidence=confidence, by="phrase")

    def _sound(self, text: str) -> str:
        return phonemes(self._pronounce(text.lower()))

    def _interpret(self, text: str, context: Context) -> Interpretation:
        if len(text) > MAX_CHARACTERS:
            return Interpretation(text)
        clauses, addressed = self._without_name(self._templates.normaliser.clauses(text))
        told = self._facts.told(clauses) if self._facts else None
        for stage in self._stages:
            reading = stage.read(clauses, context) if clauses else None
            if reading is not None:
                if told is not None:
                    reading = told.beside(reading)
                return Interpretation(
                    text,
                    reading.intent,
                    MappingProxyType(dict(reading.slots)),
                    reading.confidence,
                    reading.by,
                    addressed,
                )
        return Interpretation(text, addressed=addressed)

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
