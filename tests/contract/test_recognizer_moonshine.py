"""What only Moonshine does: no partials, long tales in pieces, no belief in loops."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from skill.audio.frames import SAMPLE_RATE_HZ
from skill.audio.recording import FileMicrophone, read_recording
from skill.errors import ModelError
from skill.hearing.moonshine import LONGEST_PIECE_S, MoonshineRecognizer, pieces, plausible
from skill.resources import dialogs_dir


@pytest.mark.parametrize(
    ("text", "seconds", "kept"),
    [
        ("My calf is cramping.", 1.2, "My calf is cramping."),
        ("No, no, no, no.", 1.2, "No, no, no, no."),
        ("Stop, stop, stop, stop, stop, stop.", 3.0, "Stop,"),
        ("Oh, oh, oh, oh, oh, my calf.", 2.0, "Oh, my calf."),
        ("Thank you for watching and please subscribe to my channel.", 0.6, ""),
        ("© transcript Emily Beynon", 3.0, ""),
        ("Yes.", 0.2, "Yes."),
        ("", 1.0, ""),
    ],
)
def test_believes_only_what_can_have_been_said(text: str, seconds: float, kept: str) -> None:
    assert plausible(text, seconds) == kept


def test_a_long_utterance_is_cut_in_its_pauses() -> None:
    rng = np.random.default_rng(0)
    sound = rng.integers(-8_000, 8_000, 20 * SAMPLE_RATE_HZ).astype(np.int16)
    for pause_s in (6.0, 12.5):
        begin = round(pause_s * SAMPLE_RATE_HZ)
        sound[begin : begin + SAMPLE_RATE_HZ // 5] = 0
    cut = pieces(sound)
    assert np.array_equal(np.concatenate(cut), sound)
    assert max(len(piece) for piece in cut) <= LONGEST_PIECE_S * SAMPLE_RATE_HZ
    assert [len(piece) / SAMPLE_RATE_HZ for piece in cut[:2]] == pytest.approx([6.1, 6.5], abs=0.15)


def test_where_there_is_no_wheel_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moonshine_voice", None)
    with pytest.raises(ModelError, match=r"Moonshine cannot be used here.*vosk"):
        MoonshineRecognizer()


COMPLAINT = dialogs_dir("en") / "night" / "my-calf-is-cramping.flac"


def finished(times: int) -> MoonshineRecognizer:
    """A recogniser that has just heard the complaint so many times over."""
    recognizer = MoonshineRecognizer()
    recognizer.start()
    sound = np.concatenate(times * [read_recording(COMPLAINT)])
    for frame in FileMicrophone(sound).frames():
        recognizer.accept(frame)
    recognizer.finish()
    return recognizer


def test_an_utterance_is_decoded_otherwise_when_asked() -> None:
    texts = list(finished(1).alternatives())
    assert len(texts) == 2
    assert all("calf" in text.lower() for text in texts)


def test_a_long_tale_is_not_decoded_again() -> None:
    assert list(finished(6).alternatives()) == []
