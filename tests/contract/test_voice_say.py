"""The `say` command: a sentence as a WAV file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.errors import UncrampError, VoiceError
from skill.voice.espeak import EspeakVoice
from skill.voice.say import say


def test_the_file_holds_what_is_returned(tmp_path: Path) -> None:
    samples = say("Well done.", tmp_path / "done.wav", EspeakVoice())
    written, rate_hz = soundfile.read(tmp_path / "done.wav", dtype="int16")
    assert rate_hz == 16_000
    assert np.array_equal(written, samples)
    assert [path.name for path in tmp_path.iterdir()] == ["done.wav"]


def test_without_a_file_it_only_returns_the_sound() -> None:
    assert len(say("Well done.", None, EspeakVoice())) > 8000


def test_no_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"^There is no word to say\. Give some words as TEXT\.$"):
        say(" ... ", tmp_path / "none.wav", EspeakVoice())
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UncrampError, match=r"absent"):
        say("Well done.", tmp_path / "absent" / "a.wav", EspeakVoice())
    (tmp_path / "old.wav").mkdir()
    with pytest.raises(UncrampError, match=r"old\.wav"):
        say("Well done.", tmp_path / "old.wav", EspeakVoice())
