"""Whose turn it is: whether somebody is likely to go on, and when to be silent before they have.

The words are those of `turns.yaml`; nothing of it changes what an utterance means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from skill.understanding.cues import any_said
from skill.yaml_file import Strict, YamlFile


class TurnWords(Strict):
    """`turns.yaml`: the words of an unfinished turn, and those that ask for silence."""

    unfinished: tuple[str, ...]
    beside_a_place: tuple[str, ...]
    before_a_place: tuple[str, ...]
    interrupting: tuple[str, ...]


class Turns:
    """Reads turns out of normalised words; `places` are the names of the places that cramp.

    Raises FileFaultsError when the file holds mistakes.
    """

    def __init__(self, path: Path, places: Iterable[str]) -> None:
        self._words = YamlFile(path).read(TurnWords)
        self._places = sorted(places, key=len, reverse=True)
        self._beside = sorted(self._words.beside_a_place, key=len, reverse=True)

    def ends_open(self, words: Sequence[str]) -> bool:
        """Return whether the last word asks for another one."""
        said = f" {' '.join(words)}"
        return any(said.endswith(f" {ending}") for ending in self._words.unfinished)

    def is_bare_place(self, words: Sequence[str]) -> bool:
        """Return whether a place is named once, perhaps misheard, and nothing is said of it."""
        said = f" {' '.join(words)} "
        for place in self._places:
            if f" {place} " in said:
                return not self._beyond(said.replace(f" {place} ", "  ", 1))
        beyond = self._beyond(said)
        mine = (words[at - 1] for at, word in enumerate(words) if at and [word] == beyond)
        return any(word in self._words.before_a_place for word in mine)

    def interrupts(self, words: Sequence[str], own: Sequence[str]) -> bool:
        """Return whether a word asks for silence that is not among our `own`, being said now."""
        said, own_said = " ".join(words), " ".join(own)
        return any(
            any_said(said, [word]) and not any_said(own_said, [word])
            for word in self._words.interrupting
        )

    def _beyond(self, said: str) -> list[str]:
        """Return the words of `said` that are not those beside a place."""
        for phrase in self._beside:
            while f" {phrase} " in said:
                said = said.replace(f" {phrase} ", "  ")
        return said.split()
