"""A statistical judgement of an utterance, learnt from labelled ones.

The file is `models/understanding-en.npz`; `scripts/train-understanding` makes it. It holds linear
models over hashed n-grams of words, letters and phonemes and the senses of words, so that judging
costs a fraction of a millisecond and a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from skill.errors import ModelError
from skill.understanding.features import (
    Floats,
    WordVectors,
    buckets,
    letter_grams,
    sound_grams,
    word_grams,
)
from skill.understanding.sounds import Pronounce, phonemes

SENSE_WEIGHT: Final = 1.5  # of the word senses beside the n-grams, chosen on the tuning split
FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Looks:
    """What the models see of an utterance: its normalised words, phonemes and sense."""

    words: Sequence[str]
    phonemes: str
    sense: Floats


@dataclass(frozen=True, slots=True)
class GramWeights:
    """What hashed n-grams say for each class."""

    weights: NDArray[np.int8]  # (buckets, classes), to be multiplied with `scales`
    scales: Floats  # (classes,)
    rarity: Floats  # (buckets,), inverse document frequency

    def scores(self, grams: Iterator[str]) -> Floats:
        """Return (classes,), zeros when nothing is known."""
        found = buckets(grams, len(self.rarity))
        rarity = self.rarity[found]
        length = float(np.linalg.norm(rarity))
        if not length:
            return np.zeros_like(self.scales)
        scores: Floats = ((rarity / length) @ self.weights[found].astype(np.float32)) * self.scales
        return scores


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Softmax over one linear score a class."""

    classes: tuple[str, ...]
    text: GramWeights
    sound: GramWeights
    sense: Floats  # (dimensions, classes)
    hints: Mapping[str, Floats]  # what another stage found -> (classes,)
    bias: Floats  # (classes,)

    def probabilities(self, looks: Looks, hint: str | None = None) -> dict[str, float]:
        """Return the probability of each class; `hint` is what the rules found."""
        scores = self.bias + SENSE_WEIGHT * (looks.sense @ self.sense)
        scores = scores + self.text.scores(word_grams(looks.words))
        scores = scores + self.text.scores(letter_grams(looks.words))
        scores = scores + self.sound.scores(sound_grams(looks.phonemes))
        if hint is not None and hint in self.hints:
            scores = scores + self.hints[hint]
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        return dict(zip(self.classes, odds.tolist(), strict=True))


class Classifier:
    """The models of one language, by name; `pronounce` gives the phonemes of a word.

    Raises ModelError when the file cannot be read.
    """

    def __init__(self, path: Path, pronounce: Pronounce) -> None:
        self._pronounce = pronounce
        try:
            with np.load(path) as stored:
                data: dict[str, Any] = {name: stored[name] for name in stored.files}
            if int(data["format"]) != FORMAT:
                raise ValueError("it is of another version")
            words = [str(word) for word in data["words"]]
            self._vectors = WordVectors(
                rows={word: row for row, word in enumerate(words)},
                vectors=data["vectors"],
                weights=data["word_weights"].astype(np.float32),
                scale=float(data["vector_scale"]),
            )
            self._models = {str(name): _model(data, str(name)) for name in data["models"]}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"The model of understanding {path} cannot be read: {error}.",
                "Install Uncramp again, or run scripts/train-understanding.",
            ) from error

    def looks(self, words: Sequence[str]) -> Looks:
        """Return what the models see of these normalised words."""
        return looks(words, self._pronounce, self._vectors)

    def judge(self, model: str, seen: Looks, hint: str | None = None) -> dict[str, float]:
        """Return the probability of every class of `model`."""
        return self._models[model].probabilities(seen, hint)


def looks(words: Sequence[str], pronounce: Pronounce, vectors: WordVectors) -> Looks:
    """Return what training and understanding see of normalised words."""
    sound = "".join(phonemes(pronounce(word)) for word in words)
    return Looks(words, sound, vectors.sense(words))


def _model(data: Mapping[str, Any], name: str) -> LinearModel:
    hints = zip(data[f"{name}.hint_names"], data[f"{name}.hints"].astype(np.float32), strict=True)
    return LinearModel(
        classes=tuple(map(str, data[f"{name}.classes"])),
        text=_gram_weights(data, f"{name}.text"),
        sound=_gram_weights(data, f"{name}.sound"),
        sense=data[f"{name}.sense"].astype(np.float32),
        hints={str(hint): weights for hint, weights in hints},
        bias=data[f"{name}.bias"].astype(np.float32),
    )


def _gram_weights(data: Mapping[str, Any], name: str) -> GramWeights:
    return GramWeights(
        weights=data[f"{name}.weights"],
        scales=data[f"{name}.scales"].astype(np.float32),
        rarity=data[f"{name}.rarity"].astype(np.float32),
    )
