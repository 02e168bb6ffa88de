"""One suite for every engine: the real model hears real recordings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from spoken import AUDIO, NIGHT, recordings_of, word_accuracy, words

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import FileMicrophone, read_recording
from skill.hearing.moonshine import MoonshineRecognizer
from skill.hearing.recognizer import Recognizer

ENGINES: dict[str, Callable[[], Recognizer]] = {"moonshine": MoonshineRecognizer}
MY_CALF = NIGHT / "my-calf-is-cramping.flac"


@pytest.fixture(scope="module", params=ENGINES)
def recognizer(request: pytest.FixtureRequest) -> Iterator[Recognizer]:
    recognizer = ENGINES[request.param]()
    yield recognizer
    recognizer.close()


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.int16)


def heard(recognizer: Recognizer, sound: Path | Samples) -> str:
    recognizer.start()
    for frame in FileMicrophone(sound).frames():
        recognizer.accept(frame)
    return recognizer.finish().text


def test_tells_its_name(recognizer: Recognizer) -> None:
    assert recognizer.name in ENGINES


def test_hears_the_complaint(recognizer: Recognizer) -> None:
    assert words(heard(recognizer, MY_CALF)) == ["my", "calf", "is", "cramping"]


@pytest.mark.parametrize(("folder", "share"), [("coaching", 0.8), ("dangers", 0.9), ("talk", 0.9)])
def test_hears_most_words_in_every_voice(recognizer: Recognizer, folder: str, share: float) -> None:
    spoken = recordings_of(AUDIO / folder)
    assert word_accuracy((one.text, heard(recognizer, one.path)) for one in spoken) >= share


def test_hears_every_word_of_the_bundled_night(recognizer: Recognizer) -> None:
    spoken = recordings_of(NIGHT)
    assert word_accuracy((one.text, heard(recognizer, one.path)) for one in spoken) >= 0.95


def test_hears_a_voice_from_far_away(recognizer: Recognizer) -> None:
    quiet = (read_recording(MY_CALF) * 0.02).astype(np.int16)
    assert "cramping" in words(heard(recognizer, quiet))


def test_hears_the_beginning_and_the_end_of_a_long_tale(recognizer: Recognizer) -> None:
    tale = [one for one in recordings_of(AUDIO / "talk") if one.voice == "piper-joe"]
    parts = [part for one in tale for part in (read_recording(one.path), silence(0.4))]
    said = " ".join(one.text for one in tale)
    assert sum(len(part) for part in parts) > 14 * SAMPLE_RATE_HZ
    assert word_accuracy([(said, heard(recognizer, np.concatenate(parts)))]) >= 0.85


@pytest.mark.parametrize(
    "sound",
    [
        silence(0.032),
        silence(2),
        np.array([0, 20_000, -20_000, 0], np.int16),
        np.full(32_000, 5, np.int16),
    ],
    ids=["a frame of nothing", "silence", "a click", "a humming sound card"],
)
def test_hears_nothing_in_nothing(recognizer: Recognizer, sound: Samples) -> None:
    assert heard(recognizer, sound) == ""


def test_no_frames_no_words(recognizer: Recognizer) -> None:
    recognizer.start()
    assert recognizer.finish().text == ""


def test_an_utterance_leaves_nothing_behind_for_the_next(recognizer: Recognizer) -> None:
    before = heard(recognizer, MY_CALF)
    recognizer.start()
    for frame in FileMicrophone(NIGHT / "thank-you.flac").frames():
        recognizer.accept(frame)
    # The voice is given up: the next utterance begins without an end of this one.
    assert heard(recognizer, MY_CALF) == before
    recognizer.start()
    assert recognizer.finish().text == ""


def test_partial_texts_are_words_or_nothing(recognizer: Recognizer) -> None:
    recognizer.start()
    partials = [recognizer.accept(frame) for frame in FileMicrophone(MY_CALF).frames()]
    recognizer.finish()
    assert all(partial is None or isinstance(partial, str) for partial in partials)


@pytest.mark.parametrize("engine", ENGINES)
def test_may_be_closed_twice(engine: str) -> None:
    recognizer = ENGINES[engine]()
    recognizer.close()
    recognizer.close()
