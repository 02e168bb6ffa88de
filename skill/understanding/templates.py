"""Exact understanding: the sentence templates of one language, loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skill.errors import Fault
from skill.interpretation import Context
from skill.understanding.grammar import Matcher
from skill.understanding.intents import EMERGENCY
from skill.understanding.normalise import Normaliser
from skill.understanding.phrases import Cover
from skill.understanding.sentence_files import Meaning, read_sentences

PHRASES_PER_TEMPLATE = 24
"""`phrases()` says each template at most this often; neighbours begin at different words."""

EXAMPLES_PER_TEMPLATE = 8
"""`ambiguities()` tries each template this often, unless asked for more."""


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of an utterance."""

    intent: str
    slots: tuple[tuple[str, str], ...]  # sorted by name


class Templates:
    """The templates of a `sentences/` folder.

    Raises FileFaultsError naming every mistake in the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._sentences = read_sentences(folder)
        self._longest_skip = max(map(len, self._sentences.skips), default=0)

    @property
    def normaliser(self) -> Normaliser:
        """The rules that turn text into the words of the templates."""
        return self._sentences.normaliser

    def match(
        self, words: Sequence[str], context: Context, *, skipping: bool = False
    ) -> list[Match]:
        """Return every reading of all the `words`, the best first.

        A danger comes before anything else; then what stands first in the files.

        With `skipping`, the skip words may stand anywhere between the template's words.
        """
        skips = self.skips(words) if skipping else None
        readings = Matcher(words, skips).whole(self._sentences.networks[context])
        return list(dict.fromkeys(map(_read, sorted(readings, key=_rank))))

    def skips(self, words: Sequence[str]) -> Mapping[int, list[int]]:
        """Return, for each position of a skip word or phrase, the positions after it."""
        found: dict[int, list[int]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest_skip) + 1):
                if tuple(words[start:end]) in self._sentences.skips:
                    found.setdefault(start, []).append(end)
        return found

    def phrases(self) -> list[str]:
        """Return phrases for the recogniser: unique, sorted, lower case, without digits.

        At most PHRASES_PER_TEMPLATE for each template.
        """
        cover = Cover(self._sentences.hassil)
        spoken: set[str] = set()
        for index, template in enumerate(self._sentences.templates):
            offset = index * PHRASES_PER_TEMPLATE
            spoken.update(cover.phrases(template.expression, PHRASES_PER_TEMPLATE, offset))
        return sorted(phrase for phrase in spoken if not any(map(str.isdigit, phrase)))

    def vocabulary(self) -> list[str]:
        """Return every word the templates know as it is written there, sorted."""
        cover = Cover(self._sentences.hassil)
        words: set[str] = set()
        for template in self._sentences.templates:
            for phrase in cover.phrases(template.expression, cover.width(template.expression)):
                words.update(phrase.split())
        return sorted(word for word in words if not any(map(str.isdigit, word)))

    def ambiguities(self, examples: int = EXAMPLES_PER_TEMPLATE) -> list[Fault]:
        """Return templates that another one contradicts, with an example of each.

        Tries `examples` phrases of each template, spread over its alternatives. A danger may
        share words with anything else, because it wins.
        """
        first: dict[tuple[Path, int], Fault] = {}
        for fault in self._ambiguities(examples):
            first.setdefault((fault.file, fault.line), fault)
        return sorted(first.values())

    def _ambiguities(self, examples: int) -> Iterator[Fault]:
        cover = Cover(self._sentences.hassil)
        for template in self._sentences.templates:
            contexts = [template.meaning.context] if template.meaning.context else list(Context)
            for phrase in cover.phrases(template.expression, examples, spread=True):
                words = self.normaliser.words(phrase)
                for context in contexts:
                    matches = self.match(words, context)
                    dangers = [match for match in matches if match.intent == EMERGENCY]
                    rivals = dangers or matches
                    if len(rivals) > 1:
                        meanings = " or ".join(map(_describe, rivals))
                        source = template.source
                        message = f'"{phrase}" ({context}) could mean {meanings}'
                        yield Fault(source.file, source.line, message)


def _rank(marks: Sequence[object]) -> tuple[bool, int]:
    meaning = marks[-1]
    assert isinstance(meaning, Meaning)
    return meaning.intent != EMERGENCY, meaning.place


def _read(marks: Sequence[object]) -> Match:
    meaning = marks[-1]
    assert isinstance(meaning, Meaning)
    captured: dict[str, str] = dict(mark for mark in marks[:-1] if isinstance(mark, tuple))
    return Match(meaning.intent, tuple(sorted((dict(meaning.slots) | captured).items())))


def _describe(match: Match) -> str:
    slots = ", ".join(f"{name} {value}" for name, value in match.slots if name != "level")
    return f"{match.intent} ({slots})" if slots else match.intent
