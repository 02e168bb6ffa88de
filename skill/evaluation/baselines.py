"""Simpler ways of understanding, to be measured beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from skill.errors import UncrampError
from skill.evaluation.labelled import Labelled
from skill.interpretation import Context, Interpretation
from skill.understanding.clauses import ClauseReader
from skill.understanding.dangers import DangerStage
from skill.understanding.interpreter import TemplateStage
from skill.understanding.templates import Templates

ALIKE: Final = 70.0  # of 100: what is less alike than this is taken for none


class TemplatesAlone:
    """The sentence templates, matched as hassil's grammar says, and nothing after them."""

    def __init__(self, sentences: Path, name: str) -> None:
        self._templates = Templates(sentences)
        reader = ClauseReader(self._templates)
        self._stage = TemplateStage(reader)
        self._name = frozenset(self._templates.normaliser.words(name))
        self.danger_lines: Mapping[str, str] = {}
        dangers = sentences.parent / "dangers.yaml"
        if dangers.exists():
            stage = DangerStage(dangers, reader, self._templates.normaliser)
            self.danger_lines = stage.lines

    def understand(self, text: str, context: Context) -> Interpretation:
        """Return what the templates make of `text`."""
        clauses = [
            tuple(word for word in clause if word not in self._name)
            for clause in self._templates.normaliser.clauses(text)
        ]
        said = [clause for clause in clauses if clause]
        reading = self._stage.read(said, context) if said else None
        if reading is None:
            return Interpretation(text)
        return Interpretation(text, reading.intent, reading.slots, reading.confidence, reading.by)


class NearestPhrase:
    """The label of the learnt phrase that shares the most words (rapidfuzz's token_set_ratio).

    Raises UncrampError when rapidfuzz is not installed.
    """

    def __init__(self, learnt: Iterable[Labelled]) -> None:
        try:
            from rapidfuzz import fuzz, process
        except ImportError:
            raise missing("rapidfuzz") from None
        self._nearest, self._alike = process.extractOne, fuzz.token_set_ratio
        self._learnt: dict[Context, list[Labelled]] = {context: [] for context in Context}
        for phrase in learnt:
            self._learnt[phrase.context].append(phrase)
        self._texts = {
            context: [phrase.text.lower() for phrase in phrases]
            for context, phrases in self._learnt.items()
        }

    def understand(self, text: str, context: Context) -> Interpretation:
        """Return the meaning of the nearest phrase."""
        nearest = self._nearest(
            text.lower(), self._texts[context], scorer=self._alike, score_cutoff=ALIKE
        )
        if nearest is None:
            return Interpretation(text)
        _, score, at = nearest
        phrase = self._learnt[context][at]
        return Interpretation(text, phrase.intent, phrase.slots, score / 100, "rapidfuzz")


def missing(package: str) -> UncrampError:
    """Return what to raise when a package only an evaluation needs is not installed."""
    return UncrampError(
        f"An evaluation needs {package}, which is not installed.",
        "In a checkout run: pip install --group evaluate",
    )
