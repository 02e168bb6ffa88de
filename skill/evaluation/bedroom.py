"""A bedroom to put recordings into: its echo, and the noises of a night, made here.

All of it is computed from a seed, so that the same recording always sounds the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.levels import FULL_SCALE, to_int16
from skill.evaluation.baselines import missing

Sound = NDArray[np.float64]

ROOM_M: Final = (4.2, 3.6, 2.5)
REVERBERATION_S: Final = 0.3  # until -60 dB: carpet, curtains and a bed
MICROPHONE_M: Final = (0.5, 2.1, 0.7)  # on a bedside table
HEADS_M: Final = ((1.3, 2.3, 0.6), (1.8, 1.5, 0.6), (2.1, 2.2, 1.1))  # both pillows, sitting up
SPEECH_DBFS: Final = -26.0  # RMS of the voiced parts, as the capture gate leaves it
BEFORE_S, AFTER_S = 0.7, 1.0  # of noise alone around the speech
VOICED: Final = 0.05  # of the peak: what is louder counts into the level of the speech
FAN_BLADES_HZ: Final = 87.0
FAN_TONES: Final = ((1, 0.25), (2, 0.12), (3, 0.06))  # overtone, amplitude beside its rumble
FAN_SWAY, FAN_SWAY_HZ = 0.2, 0.3
BABBLE_VOICES: Final = 6


class Noise(StrEnum):
    """What is heard beside the voice."""

    PINK = "pink noise"
    FAN = "fan"
    BABBLE = "babble"


@dataclass(frozen=True, slots=True)
class Condition:
    """How a recording reaches the microphone; `snr_db` None: close by, in no room at all."""

    name: str
    snr_db: float | None


CONDITIONS: Final = (
    Condition("close, clean", None),
    Condition("bedroom, 20 dB", 20.0),
    Condition("bedroom, 10 dB", 10.0),
    Condition("bedroom, 5 dB", 5.0),
)


class Bedroom:
    """Mixes recordings into a room.

    Raises UncrampError when pyroomacoustics is not installed.
    """

    def __init__(self) -> None:
        try:
            import pyroomacoustics
        except ImportError:
            raise missing("pyroomacoustics") from None
        absorption, order = pyroomacoustics.inverse_sabine(REVERBERATION_S, ROOM_M)
        room: Any = pyroomacoustics.ShoeBox(
            ROOM_M,
            fs=SAMPLE_RATE_HZ,
            materials=pyroomacoustics.Material(absorption),
            max_order=order,
        )
        for head in HEADS_M:
            room.add_source(head)
        room.add_microphone(MICROPHONE_M)
        room.compute_rir()
        # From each head to the microphone, by image sources.
        self._echoes: list[Sound] = [np.asarray(one, dtype=np.float64) for one in room.rir[0]]

    def heard(
        self, samples: Samples, condition: Condition, name: str, talkers: Sequence[Samples]
    ) -> Samples:
        """Return (n,) int16 as the microphone gets it.

        `name` is the seed; `talkers` are the recordings that babble is made of.
        """
        speech = samples.astype(np.float64) / FULL_SCALE
        if condition.snr_db is None:
            return _played(_at_level(speech))
        seed = zlib.crc32(name.encode())
        random = np.random.default_rng(seed)
        echoed = _convolved(speech, self._echoes[seed % len(self._echoes)])
        before, after = round(BEFORE_S * SAMPLE_RATE_HZ), round(AFTER_S * SAMPLE_RATE_HZ)
        voice = np.pad(_at_level(echoed), (before, after))
        kind = list(Noise)[seed // len(self._echoes) % len(Noise)]
        noise = _noise(kind, len(voice), random, talkers)
        level = 10 ** ((SPEECH_DBFS - condition.snr_db) / 20)
        return _played(voice + noise * level / np.sqrt(np.mean(noise**2)))


def _noise(
    kind: Noise, length: int, random: np.random.Generator, talkers: Sequence[Samples]
) -> Sound:
    if kind is Noise.BABBLE and talkers:
        return _babble(length, random, talkers)
    pink = _pink(length, random)
    if kind is not Noise.FAN:
        return pink
    seconds = np.arange(length) / SAMPLE_RATE_HZ
    tones = sum(
        amplitude * np.sin(2 * np.pi * FAN_BLADES_HZ * overtone * seconds)
        for overtone, amplitude in FAN_TONES
    )
    sway = 1 + FAN_SWAY * np.sin(2 * np.pi * FAN_SWAY_HZ * seconds)
    fan: Sound = (pink / np.std(pink) + tones) * sway
    return fan


def _babble(length: int, random: np.random.Generator, talkers: Sequence[Samples]) -> Sound:
    """Return several talkers at once, each from somewhere within what they say."""
    babble = np.zeros(length)
    for _ in range(BABBLE_VOICES):
        talker = _at_level(talkers[int(random.integers(len(talkers)))] / FULL_SCALE)
        babble += np.resize(np.roll(talker, random.integers(len(talker))), length)
    return babble


def _convolved(sound: Sound, echo: Sound) -> Sound:
    length = len(sound) + len(echo) - 1
    heard: Sound = np.fft.irfft(np.fft.rfft(sound, length) * np.fft.rfft(echo, length), length)
    return heard


def _pink(length: int, random: np.random.Generator) -> Sound:
    """Return noise with as much power in every octave."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    noise: Sound = np.fft.irfft(spectrum, length)
    return noise


def _at_level(speech: Sound) -> Sound:
    """Return speech whose voiced parts have SPEECH_DBFS."""
    loud = np.abs(speech) > VOICED * np.abs(speech).max(initial=0.0)
    if not loud.any():
        return speech
    level: Sound = speech * 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(speech[loud] ** 2))
    return level


def _played(sound: Sound) -> Samples:
    return to_int16(sound * FULL_SCALE)
