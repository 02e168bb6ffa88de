"""What every microphone does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from virtual_card import MICROPHONE

from skill.audio.capture_records import CaptureSettings
from skill.audio.frames import FRAME_S, FRAME_SAMPLES, Microphone
from skill.audio.microphone import LiveMicrophone
from skill.audio.recording import FileMicrophone, ScriptedMicrophone, write_recording


def file_microphone(folder: Path) -> Microphone:
    sound = np.random.default_rng(1).integers(-9_000, 9_000, 20_000, dtype=np.int16)
    write_recording(folder / "sound.wav", sound)
    return FileMicrophone(folder / "sound.wav", lead_s=0.1, tail_s=0.1)


def scripted_microphone(_folder: Path) -> Microphone:
    return ScriptedMicrophone()


def live_microphone(_folder: Path) -> Microphone:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    microphone.hold_open(True)
    return microphone


MICROPHONES: dict[str, Callable[[Path], Microphone]] = {
    "file": file_microphone,
    "scripted": scripted_microphone,
    "live": live_microphone,
}


@pytest.fixture(params=MICROPHONES)
def microphone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Microphone]:
    if request.param == "live":
        request.getfixturevalue("card")
    microphone = MICROPHONES[request.param](tmp_path)
    yield microphone
    microphone.close()


def test_every_frame_is_512_samples_of_int16(microphone: Microphone) -> None:
    for frame in islice(microphone.frames(), 20):
        assert frame.samples.shape == (FRAME_SAMPLES,)
        assert frame.samples.dtype == np.int16
    microphone.close()


def test_time_runs_on_from_frame_to_frame(microphone: Microphone) -> None:
    times = [frame.time for frame in islice(microphone.frames(), 20)]
    assert np.allclose(np.diff(times), FRAME_S, atol=0.002)  # a live clock is followed softly
    microphone.close()


def test_asking_for_frames_again_goes_on_where_it_was(microphone: Microphone) -> None:
    first = next(microphone.frames())
    again = next(microphone.frames())
    assert again.time == pytest.approx(first.end, abs=0.002)
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
