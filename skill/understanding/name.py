"""Whether a name can be told from everything else that is listened for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from skill.understanding.sounds import CLASSES, Pronounce, distance, phonemes

VOWELS: Final = frozenset(CLASSES[0])
FEWEST_PHONEMES: Final = 4
FEWEST_SYLLABLES: Final = 2
TOO_ALIKE: Final = 0.3  # at this distance a misheard answer is still taken for one


def name_fault(name: str, words: Iterable[str], pronounce: Pronounce) -> str | None:
    """Return in one sentence why `name` will not be recognised well; None when it will.

    `words` are those that mean something by themselves.
    """
    sound = phonemes(pronounce(name.lower()))
    if not sound:
        return None  # nothing here can pronounce it
    syllables = sum(
        phoneme in VOWELS and (at == 0 or sound[at - 1] not in VOWELS)
        for at, phoneme in enumerate(sound)
    )
    if len(sound) < FEWEST_PHONEMES or syllables < FEWEST_SYLLABLES:
        return f"The name '{name}' is too short to be recognised well."
    alike = min((distance(sound, phonemes(pronounce(word))), word) for word in words)
    if alike[0] <= TOO_ALIKE:
        return f"The name '{name}' sounds like '{alike[1]}', which it listens for."
    return None
