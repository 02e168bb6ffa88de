"""How an utterance looks to the classifier: words, their neighbours, letters, sound and sense.

The same code serves training and understanding, so that both see the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORDS_TOGETHER: Final = (1, 2, 3)
LETTERS_TOGETHER: Final = (3, 4, 5)
PHONEMES_TOGETHER: Final = (3, 4, 5)
# Words so common that they carry little sense weigh less: smooth inverse frequency, Arora 2017.
COMMON: Final = 1e-3

# Each class of phonemes as its first one; what is often swallowed is left out.
COARSE: Final = str.maketrans(
    {other: group[0] for group in ("ɪiɛeæaɑɒɔoʊuʌɜɐɚ", "pb", "td", "kɡ", "fv", "sθðz", "ʃʒ", "nmŋ",
                                   "lɹrw") for other in group} | dict.fromkeys("hjə")
)  # fmt: skip

Floats = NDArray[np.float32]
Buckets = NDArray[np.intp]


def word_grams(words: Sequence[str]) -> Iterator[str]:
    """Yield every run of up to three words, with the edges of the utterance as words."""
    said = ("^", *words, "$")
    for length in WORDS_TOGETHER:
        for start in range(len(said) - length + 1):
            run = said[start : start + length]
            if run not in (("^",), ("$",)):
                yield " ".join(run)


def letter_grams(words: Sequence[str]) -> Iterator[str]:
    """Yield every run of three to five letters of each word, its edges as spaces."""
    for word in words:
        padded = f" {word} "
        for length in LETTERS_TOGETHER:
            yield from (padded[at : at + length] for at in range(len(padded) - length + 1))


def sound_grams(phonemes: str) -> Iterator[str]:
    """Yield every run of three to five phonemes, across the words, which a misheard utterance
    divides otherwise than the said one; and of the classes of phonemes that are taken for each
    other, marked with "~"."""
    coarse = phonemes.translate(COARSE)
    for length in PHONEMES_TOGETHER:
        yield from (phonemes[at : at + length] for at in range(len(phonemes) - length + 1))
        yield from ("~" + coarse[at : at + length] for at in range(len(coarse) - length + 1))


def buckets(grams: Iterator[str], size: int) -> Buckets:
    """Return the distinct buckets, of `size`, that the grams fall into."""
    return np.array(sorted({zlib.crc32(gram.encode()) % size for gram in grams}), dtype=np.intp)


@dataclass(frozen=True, slots=True)
class WordVectors:
    """The sense of words as directions: near ones mean nearly the same."""

    rows: Mapping[str, int]
    vectors: NDArray[np.int8]  # (words, dimensions), to be multiplied with `scale`
    weights: Floats  # (words,), small for common words
    scale: float

    @property
    def dimensions(self) -> int:
        """How many numbers describe a sense."""
        return int(self.vectors.shape[1])

    def sense(self, words: Sequence[str]) -> Floats:
        """Return the direction, of length 1, that the words have together; zeros if unknown."""
        known = [self.rows[word] for word in words if word in self.rows]
        if not known:
            return np.zeros(self.dimensions, np.float32)
        total: Floats = self.weights[known] @ self.vectors[known].astype(np.float32)
        length = float(np.linalg.norm(total))
        return total / length if length else total
