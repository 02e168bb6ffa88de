"""Moonshine, the engine that is always there, against the contract and real recordings.

Vosk runs the same contract in `tests/korean/vosk_in_korean.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from recognizer_contract import *  # noqa: F403
from recognizer_contract import Build, Hears, silence, transcript_of
from spoken import AUDIO, NIGHT, recordings_of, word_accuracy, words

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import read_recording
from skill.hearing.moonshine import MoonshineRecognizer
from skill.hearing.recognizer import Recognizer

MY_CALF = NIGHT / "my-calf-is-cramping.flac"


@pytest.fixture(scope="module")
def build() -> Build:
    return MoonshineRecognizer


@pytest.fixture(scope="module")
def recognizer() -> Iterator[Recognizer]:
    recognizer = MoonshineRecognizer()
    yield recognizer
    recognizer.close()


@pytest.fixture
def complaint() -> Path:
    return MY_CALF


@pytest.fixture
def other_words() -> Path:
    return NIGHT / "thank-you.flac"


@pytest.fixture
def hears() -> Hears:
    return lambda transcript: " ".join(words(transcript.text))


def heard(recognizer: Recognizer, sound: Path | Samples) -> str:
    return transcript_of(recognizer, sound).text


def test_tells_its_name(recognizer: Recognizer) -> None:
    assert recognizer.name == "moonshine"


def test_hears_the_complaint(recognizer: Recognizer) -> None:
    assert words(heard(recognizer, MY_CALF)) == ["my", "calf", "is", "cramping"]


@pytest.mark.parametrize(("folder", "share"), [("coaching", 0.8), ("dangers", 0.9), ("talk", 0.9)])
def test_hears_most_words_in_every_voice(recognizer: Recognizer, folder: str, share: float) -> None:
    spoken = recordings_of(AUDIO / folder)
    assert word_accuracy((one.text, heard(recognizer, one.path)) for one in spoken) >= share


def test_hears_every_word_of_the_bundled_night(recognizer: Recognizer) -> None:
    spoken = recordings_of(NIGHT)
    assert word_accuracy((one.text, heard(recognizer, one.path)) for one in spoken) >= 0.95


def test_hears_the_beginning_and_the_end_of_a_long_tale(recognizer: Recognizer) -> None:
    tale = [one for one in recordings_of(AUDIO / "talk") if one.voice == "piper-joe"]
    parts = [part for one in tale for part in (read_recording(one.path), silence(0.4))]
    said = " ".join(one.text for one in tale)
    assert sum(len(part) for part in parts) > 14 * SAMPLE_RATE_HZ
    assert word_accuracy([(said, heard(recognizer, np.concatenate(parts)))]) >= 0.85
