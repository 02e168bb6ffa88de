"""What every microphone does. Live ones join by adding a case to `MICROPHONES`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from skill.audio.frames import FRAME_S, FRAME_SAMPLES, Microphone
from skill.audio.recording import FileMicrophone, ScriptedMicrophone, write_recording


def file_microphone(folder: Path) -> Microphone:
    sound = np.random.default_rng(1).integers(-9_000, 9_000, 20_000, dtype=np.int16)
    write_recording(folder / "sound.wav", sound)
    return FileMicrophone(folder / "sound.wav", lead_s=0.1, tail_s=0.1)


def scripted_microphone(_folder: Path) -> Microphone:
    return ScriptedMicrophone()


MICROPHONES: dict[str, Callable[[Path], Microphone]] = {
    "file": file_microphone,
    "scripted": scripted_microphone,
}


@pytest.fixture(params=MICROPHONES)
def microphone(request: pytest.FixtureRequest, tmp_path: Path) -> Microphone:
    return MICROPHONES[request.param](tmp_path)


def test_every_frame_is_512_samples_of_int16(microphone: Microphone) -> None:
    for frame in islice(microphone.frames(), 20):
        assert frame.samples.shape == (FRAME_SAMPLES,)
        assert frame.samples.dtype == np.int16
    microphone.close()


def test_time_runs_on_from_frame_to_frame(microphone: Microphone) -> None:
    times = [frame.time for frame in islice(microphone.frames(), 20)]
    assert np.allclose(np.diff(times), FRAME_S)
    microphone.close()


def test_asking_for_frames_again_goes_on_where_it_was(microphone: Microphone) -> None:
    first = next(microphone.frames())
    again = next(microphone.frames())
    assert again.time == pytest.approx(first.end)
    microphone.close()


def test_frames_end_when_it_is_closed(microphone: Microphone) -> None:
    frames = microphone.frames()
    next(frames)
    microphone.close()
    assert list(frames) == []
    assert list(microphone.frames()) == []


def test_closing_twice_is_harmless(microphone: Microphone) -> None:
    microphone.close()
    microphone.close()
