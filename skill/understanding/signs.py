"""Signs: a few words that together give something away, however the rest is put."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skill.understanding.normalise import Normaliser


@dataclass(frozen=True, slots=True)
class Sign:
    """The parts that must all be there, and what must not."""

    parts: tuple[re.Pattern[str], ...]
    without: re.Pattern[str] | None

    def find(self, said: str) -> list[tuple[int, int]] | None:
        """Return where its parts are said, in characters, or None."""
        found = [part.search(said) for part in self.parts]
        if not all(found) or (self.without and self.without.search(said)):
            return None
        return [match.span() for match in found if match]


class SignCompiler:
    """Turns the words of a file of signs into patterns over normalised words.

    `<name>` stands for a list of `words`, `stem*` for every word that begins so, and `...` for
    up to four words in between, none of them one of `never_between`.
    """

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        normaliser: Normaliser,
        never_between: Sequence[str] = (),
    ) -> None:
        self._words = words
        self._normaliser = normaliser
        shut = "|".join(re.escape(word) for word in never_between)
        self._gap = rf"(?:(?!(?:{shut})\s)[^\s/]+ ){{0,4}}" if shut else r"(?:[^\s/]+ ){0,4}"

    def sign(self, text: str) -> Sign:
        """Return "a|b + <c> without d" as a sign; raise ValueError if it cannot be read."""
        wanted, _, unwanted = text.partition(" without ")
        parts = tuple(self.any_of(part.split("|")) for part in wanted.split("+"))
        return Sign(parts, self.any_of(unwanted.split("|")) if unwanted else None)

    def any_of(self, phrases: Sequence[str]) -> re.Pattern[str]:
        """Return a pattern of any of these phrases as whole words."""
        patterns = [self._phrase(phrase.strip()) for phrase in phrases]
        return re.compile(rf"(?<!\S)(?:{'|'.join(patterns)})(?!\S)")

    def _phrase(self, phrase: str, open_names: tuple[str, ...] = ()) -> str:
        if not phrase:
            raise ValueError("an expression is missing beside a '|' or '+'")
        pattern, gap = "", ""
        for token in phrase.split():
            if token == "...":
                gap = self._gap
                continue
            pattern += f"{' ' if pattern else ''}{gap}{self._token(token, open_names)}"
            gap = ""
        return pattern

    def _token(self, token: str, open_names: tuple[str, ...]) -> str:
        if token.startswith("<") and token.endswith(">"):
            name = token[1:-1]
            if name not in self._words or name in open_names:
                raise ValueError(f"there is no list of words {token} that can be used here")
            inner = (self._phrase(phrase, (*open_names, name)) for phrase in self._words[name])
            return f"(?:{'|'.join(inner)})"
        if token.endswith("*"):
            return re.escape(token[:-1]) + r"[^\s/]*"
        return " ".join(re.escape(word) for word in self._normaliser.words(token))
