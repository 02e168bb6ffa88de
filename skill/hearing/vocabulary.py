"""Which of the dialog's words a recognition model knows.

A phrase decode silently drops words that the model lacks, so every word is looked up first: a
phrase with an unknown word is left out, and the report says which and why.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

UNKNOWN_WORD = "[unk]"
"""What a phrase decode answers for speech that is none of its phrases, where the model has it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The dialog's phrases against one model's words.

    `phrases` are those it can recognise, in order and without repeats. `unknown` are the words
    it lacks, each with the phrases left out for it. `rejects` tells whether the model has
    `[unk]`; without it every sound is made into some phrase.
    """

    phrases: tuple[str, ...]
    unknown: Mapping[str, tuple[str, ...]]
    rejects: bool

    @property
    def grammar(self) -> tuple[str, ...]:
        """What to give a phrase decode: the phrases and, where the model has it, `[unk]`."""
        return (*self.phrases, UNKNOWN_WORD) if self.rejects else self.phrases

    @property
    def report(self) -> str:
        """One line for the log and for `uncramp doctor`; empty when every word is known."""
        if not self.unknown:
            return ""
        left_out = len({phrase for phrases in self.unknown.values() for phrase in phrases})
        return (
            f"Words of the dialog that the recognition model lacks: "
            f"{', '.join(sorted(self.unknown))}; phrases left to its free decode: {left_out}."
        )


def check_vocabulary(find_word: Callable[[str], int], phrases: Iterable[str]) -> Vocabulary:
    """Look up every word of `phrases`; `find_word` returns a negative number for unknown ones."""
    known: dict[str, bool] = {}
    fitting: dict[str, None] = {}
    unknown: dict[str, list[str]] = {}
    for phrase in phrases:
        # Models store composed characters; case matters to them, and they are all lower case.
        words = unicodedata.normalize("NFC", phrase).lower().split()
        for word in words:
            if word not in known:
                known[word] = find_word(word) >= 0
        spoken = " ".join(words)
        lacking = [word for word in words if not known[word]]
        if words and not lacking:
            fitting[spoken] = None
        for word in lacking:
            left_out = unknown.setdefault(word, [])
            if spoken not in left_out:
                left_out.append(spoken)
    return Vocabulary(
        tuple(fitting),
        MappingProxyType({word: tuple(phrases) for word, phrases in unknown.items()}),
        find_word(UNKNOWN_WORD) >= 0,
    )
