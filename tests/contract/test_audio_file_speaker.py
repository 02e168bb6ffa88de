"""What is on the track after a rehearsal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skill.audio.file_speaker import FileSpeaker
from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import read_recording
from skill.errors import StorageError


def steady(seconds: float, value: int = 1_000) -> Samples:
    return np.full(round(seconds * SAMPLE_RATE_HZ), value, dtype=np.int16)


def heard(mix: Samples, begin_s: float, end_s: float) -> Samples:
    return mix[round(begin_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]


def test_both_voices_are_mixed_where_they_were_spoken() -> None:
    speaker = FileSpeaker()
    speaker.play(steady(1), key="a", now=1)
    speaker.add(steady(1, 500), 1.5)
    mix = speaker.mix()
    assert len(mix) == 2.5 * SAMPLE_RATE_HZ
    assert set(heard(mix, 0, 1)) == {0}
    assert set(heard(mix, 1, 1.5)) == {1_000}
    assert set(heard(mix, 1.5, 2)) == {1_500}
    assert set(heard(mix, 2, 2.5)) == {500}


@pytest.mark.parametrize(("asked_s", "silent_after_s"), [(0.05, 0.05), (5.0, 0.1), (0.0, 0.0)])
def test_a_stopped_prompt_fades_and_is_gone(asked_s: float, silent_after_s: float) -> None:
    speaker = FileSpeaker()
    speaker.play(steady(2), key="a", now=0)
    speaker.stop(now=1, fade_out_s=asked_s)
    mix = speaker.mix()
    assert len(mix) <= (1 + silent_after_s) * SAMPLE_RATE_HZ
    assert set(heard(mix, 0, 1)) == {1_000}
    assert (np.diff(mix[SAMPLE_RATE_HZ:].astype(int)) <= 0).all()


def test_gain_and_fade_in_are_heard() -> None:
    speaker = FileSpeaker()
    speaker.play(steady(1), key="a", now=0, gain_db=-6.0206, fade_in_s=0.5)
    mix = speaker.mix()
    assert abs(int(mix[0])) < 5
    assert mix[SAMPLE_RATE_HZ // 4] == pytest.approx(250, abs=3)
    assert mix[-1] == pytest.approx(500, abs=2)


def test_two_loud_voices_at_once_do_not_clip() -> None:
    speaker = FileSpeaker()
    speaker.play(steady(1, 30_000), key="a", now=0)
    speaker.add(steady(0.5, 30_000), 0)
    mix = speaker.mix()
    assert mix[0] == pytest.approx(2 * int(mix[-1]), abs=2)


def test_the_track_is_saved_and_heard_again(tmp_path: Path) -> None:
    speaker = FileSpeaker()
    speaker.play(steady(1), key="a", now=0.5)
    speaker.save(tmp_path / "night.wav")
    assert np.array_equal(read_recording(tmp_path / "night.wav"), speaker.mix())


def test_a_track_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        FileSpeaker().save(tmp_path / "missing" / "night.wav")
