"""What every engine does with the frames of an utterance, whatever its language.

A test module imports all of this and gives the fixtures `build` (makes a recogniser), `recognizer`
(one for the module), `hears` (what of its transcript is held to the word), and the recordings
`complaint` and `other_words`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import FileMicrophone, read_recording
from skill.hearing.recognizer import Recognizer, Transcript

Build = Callable[[], Recognizer]
Hears = Callable[[Transcript], str]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.int16)


def transcript_of(recognizer: Recognizer, sound: Path | Samples) -> Transcript:
    recognizer.start()
    for frame in FileMicrophone(sound).frames():
        recognizer.accept(frame)
    return recognizer.finish()


@pytest.mark.parametrize(
    "sound",
    [
        silence(0.032),
        silence(0.2),
        silence(2),
        np.array([0, 20_000, -20_000, 0], np.int16),
        np.full(32_000, 5, np.int16),
    ],
    ids=["a frame of nothing", "a moment of nothing", "silence", "a click", "a humming sound card"],
)
def test_hears_nothing_in_nothing(recognizer: Recognizer, sound: Samples) -> None:
    assert transcript_of(recognizer, sound) == Transcript("")


def test_no_frames_no_words(recognizer: Recognizer) -> None:
    recognizer.start()
    assert recognizer.finish() == Transcript("")


def test_hears_a_voice_from_far_away(recognizer: Recognizer, complaint: Path, hears: Hears) -> None:
    near = hears(transcript_of(recognizer, complaint))
    quiet = (read_recording(complaint) * 0.02).astype(np.int16)
    assert hears(transcript_of(recognizer, quiet)) == near


def test_an_utterance_leaves_nothing_behind_for_the_next(
    recognizer: Recognizer, complaint: Path, other_words: Path, hears: Hears
) -> None:
    before = hears(transcript_of(recognizer, complaint))
    assert before
    recognizer.start()
    for frame in FileMicrophone(other_words).frames():
        recognizer.accept(frame)
    # The voice is given up: the next utterance begins without an end of this one.
    assert hears(transcript_of(recognizer, complaint)) == before
    recognizer.start()
    assert recognizer.finish() == Transcript("")


def test_partial_texts_are_words_or_nothing(recognizer: Recognizer, complaint: Path) -> None:
    recognizer.start()
    partials = [recognizer.accept(frame) for frame in FileMicrophone(complaint).frames()]
    recognizer.finish()
    assert all(partial is None or isinstance(partial, str) for partial in partials)


def test_may_be_closed_twice(build: Build) -> None:
    recognizer = build()
    recognizer.close()
    recognizer.close()
