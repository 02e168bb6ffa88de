"""Spoken or typed text as plain lower-case words, so that one template covers many spellings.

The language's own facts (contractions, odd spellings, joining words) come from the sentence
files; the same rules are applied to templates and to utterances, so both meet half-way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"))
_WORD = re.compile(r"'?[^\W_]+(?:'[^\W_]+)*")
_PAUSE = re.compile(r"[.,;:!?\u2026\u2014\u2013\n]+|\s-+\s|\s-+$")
_LONGEST_REPEAT = 4  # words: "my calf is cramping my calf is cramping"


@dataclass(frozen=True, slots=True)
class Normaliser:
    """Turns text into words.

    `contractions` maps an ending to the word it stands for; `spellings` maps a whole word to
    the words it becomes; `joiners` are the words between two clauses.
    """

    contractions: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    joiners: frozenset[str] = frozenset()

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words of `text`: lower case, no punctuation, contractions opened."""
        plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
        words: list[str] = []
        for token in _WORD.findall(plain):
            words.extend(self._open(token))
        return tuple(words)

    def _open(self, token: str) -> list[str]:
        if token in self.spellings:
            return self.spellings[token].split()
        if "'" not in token:
            return [token]
        for ending, word in self.contractions.items():
            if token.endswith(ending):
                stem = token[: -len(ending)]
                return [*(self._open(stem) if stem else []), word]
        return [token.strip("'")]

    def clauses(self, text: str) -> list[tuple[str, ...]]:
        """Split `text` at its pauses and joining words; a joiner begins the clause it leads."""
        clauses: list[tuple[str, ...]] = []
        for segment in _PAUSE.split(text.translate(_APOSTROPHES)):
            words = self.words(segment)
            starts = [0, *(i for i, word in enumerate(words) if i and word in self.joiners)]
            ends = [*starts[1:], len(words)]
            clauses.extend(words[a:b] for a, b in zip(starts, ends, strict=True) if b > a)
        return clauses


def collapse_repeats(words: Sequence[str]) -> tuple[str, ...]:
    """Say each repeated word or short phrase once: "my foot my foot" is "my foot"."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for length in range(1, _LONGEST_REPEAT + 1):
            if len(kept) >= 2 * length and kept[-length:] == kept[-2 * length : -length]:
                del kept[-length:]
                break
    return tuple(kept)
