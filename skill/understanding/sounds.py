"""How alike two words sound: a weighted edit distance over their phonemes.

Recognisers slip by sound ("carf" for "calf", "clamping" for "cramping"), so letters mislead:
"cough" is nearer to "calf" in sound than in spelling.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

Pronounce = Callable[[str], str]
"""Returns the phonemes (IPA) of a word or short phrase; empty when it has none."""

# Phonemes that are easily taken for each other; a swap within a class costs less.
CLASSES: Final = (
    "iɪeɛæaɑɒɔoʊuʌəɜɐɚ",
    "pbtdkɡ",
    "fvθðsz",
    "ʃʒszθ",
    "mnŋ",
    "lɹrw",
)
SAME_CLASS_COST: Final = 0.4
WEAK: Final = frozenset("hɹlwjtdəŋ")  # often swallowed
WEAK_COST: Final = 0.6
_IGNORED: Final = str.maketrans("", "", "ˈˌːʲ̩ ̃‿-")
_SAME: Final = str.maketrans("gɾɝɫʔ", "ɡtɜlt")


def phonemes(ipa: str) -> str:
    """Return the phonemes of an IPA transcription without stress, length and spaces."""
    return ipa.translate(_IGNORED).translate(_SAME)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float:
    """Return how unlike two phoneme strings sound, 0 (the same) to 1 (nothing in common)."""
    if not one or not other:
        return 1.0
    above = [0.0]
    for phoneme in other:
        above.append(above[-1] + _gap(phoneme))
    for phoneme in one:
        row = [above[0] + _gap(phoneme)]
        for column, against in enumerate(other):
            row.append(
                min(
                    above[column] + _swap(phoneme, against),
                    above[column + 1] + _gap(phoneme),
                    row[-1] + _gap(against),
                )
            )
        above = row
    return min(above[-1] / max(len(one), len(other)), 1.0)


def _gap(phoneme: str) -> float:
    return WEAK_COST if phoneme in WEAK else 1.0


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    alike = any(one in group and other in group for group in CLASSES)
    return SAME_CLASS_COST if alike else 1.0
