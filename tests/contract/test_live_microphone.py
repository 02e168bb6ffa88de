"""What only a microphone in a room does. A real sound server carries the sound."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from virtual_card import MICROPHONE, VirtualCard

from skill.audio.capture_records import CaptureSettings
from skill.audio.frames import FRAME_S, SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.levels import dbfs
from skill.audio.microphone import LiveMicrophone
from skill.audio.recording import read_recording
from skill.errors import AudioError

COMPLAINT = Path(__file__).parents[1] / "audio" / "complaints" / "complaint-01.flac"
QUIET_AGAIN_S = 20.0  # long before it, the gate has closed

OPEN_AND_DIE = f"""
import os
from skill.audio.capture_records import CaptureSettings
from skill.audio.microphone import LiveMicrophone
microphone = LiveMicrophone(CaptureSettings(device={MICROPHONE!r}))
print(microphone.pid, flush=True)
os._exit(1)
"""


def tone(seconds: float, pitch_hz: float = 440.0) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.rint(6_000 * np.sin(2 * np.pi * pitch_hz * at)).astype(np.int16)


def hear(card: VirtualCard, sound: Path | Samples, microphone: LiveMicrophone) -> list[Frame]:
    """Play into the room and return every frame until it is quiet again."""
    for _heartbeat in range(3):  # it has heard the quiet room
        microphone.read(timeout_s=1.0)
    frames: list[Frame] = []
    with card.playing_into_microphone(sound):
        give_up_at = time.monotonic() + QUIET_AGAIN_S
        while not frames or not microphone.is_quiet:
            assert time.monotonic() < give_up_at, "it never became quiet"
            frames += microphone.read(timeout_s=1.0)
    return frames


def samples_of(frames: list[Frame]) -> Samples:
    return np.concatenate([frame.samples for frame in frames])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("rate_hz", [None, 44_100, 48_000])
def test_a_tone_arrives_with_its_pitch_its_level_and_the_quiet_around_it(
    card: VirtualCard, rate_hz: int | None
) -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE, rate_hz=rate_hz))
    frames = hear(card, tone(1.5), microphone)
    microphone.close()

    times = [frame.time for frame in frames]
    assert np.allclose(np.diff(times), FRAME_S, atol=FRAME_S / 2), "a frame is missing"
    sound = samples_of(frames)
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 1_000)
    first, last = loud[0] / SAMPLE_RATE_HZ, loud[-1] / SAMPLE_RATE_HZ
    assert first > 0.3, "the pre-roll is missing"
    assert len(sound) / SAMPLE_RATE_HZ - last > 1.0, "the quiet after it is missing"
    middle = sound[loud[0] + 4_000 : loud[0] + 12_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() * SAMPLE_RATE_HZ / len(middle) == pytest.approx(440, abs=3)
    assert dbfs(middle) == pytest.approx(dbfs(tone(1.0)), abs=1)


def test_speech_arrives_whole(card: VirtualCard) -> None:
    speech = read_recording(COMPLAINT)
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    sound = samples_of(hear(card, speech, microphone)).astype(float)
    microphone.close()

    spectra = np.fft.rfft(sound, 2 * len(sound)) * np.conj(np.fft.rfft(speech, 2 * len(sound)))
    begins = int(np.fft.irfft(spectra)[: len(sound)].argmax())
    heard = sound[begins : begins + len(speech)]
    assert np.corrcoef(heard, speech[: len(heard)])[0, 1] > 0.9
    assert microphone.overflows == 0


def test_frame_times_are_when_the_sound_was_in_the_air(card: VirtualCard) -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    before = time.monotonic()
    frames = hear(card, tone(0.5), microphone)
    after = time.monotonic()
    microphone.close()
    loud = [frame for frame in frames if dbfs(frame.samples) > -40]
    assert before < loud[0].time < loud[-1].end < after


@pytest.mark.usefixtures("card")
def test_a_quiet_room_sends_no_frames_until_it_is_asked_to() -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    heard = [microphone.read(timeout_s=1.0) for _ in range(4)]
    assert heard == [()] * 4
    assert microphone.is_quiet
    microphone.hold_open(True)
    assert any(microphone.read(timeout_s=1.0) for _ in range(4))
    assert not microphone.is_quiet
    microphone.hold_open(False)
    while not microphone.is_quiet:
        microphone.read(timeout_s=1.0)
    microphone.close()


@pytest.mark.usefixtures("card")
def test_an_unknown_name_tells_the_names_there_are() -> None:
    with pytest.raises(AudioError, match=f"no microphone named 'kitchen'.*{MICROPHONE}"):
        LiveMicrophone(CaptureSettings(device="kitchen"))


@pytest.mark.usefixtures("card")
def test_part_of_a_name_in_any_case_is_enough() -> None:
    microphone = LiveMicrophone(CaptureSettings(device="BED_M"))
    assert microphone.device_name == MICROPHONE
    microphone.close()


def test_no_microphone_at_all_is_one_clear_sentence(own_card: VirtualCard) -> None:
    own_card.kill_server()
    with pytest.raises(AudioError, match="There is no microphone"):
        LiveMicrophone()


def listen_until_lost(microphone: LiveMicrophone) -> None:
    with pytest.raises(AudioError, match=f"microphone '{MICROPHONE}'"):
        for _ in microphone.frames():
            pass
    microphone.close()
    assert not is_running(microphone.pid)


def test_a_card_that_delivers_nothing_more_is_an_error(own_card: VirtualCard) -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    own_card.freeze_microphone()
    listen_until_lost(microphone)


def test_a_crash_of_the_sound_server_is_an_error(own_card: VirtualCard) -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    own_card.kill_server()
    listen_until_lost(microphone)


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.usefixtures("card")
def test_the_death_or_hanging_of_its_process_is_an_error(fate: signal.Signals) -> None:
    microphone = LiveMicrophone(CaptureSettings(device=MICROPHONE))
    os.kill(microphone.pid, fate)
    listen_until_lost(microphone)


@pytest.mark.usefixtures("card")
def test_its_process_does_not_outlive_a_daemon_that_was_killed() -> None:
    daemon = subprocess.run(
        [sys.executable, "-c", OPEN_AND_DIE], stdout=subprocess.PIPE, text=True, timeout=60
    )
    pid = int(daemon.stdout)
    give_up_at = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
