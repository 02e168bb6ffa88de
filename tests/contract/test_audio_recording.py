"""Recordings of every kind in, one clear sentence for what is none."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.frames import FRAME_S, SAMPLE_RATE_HZ, Samples
from skill.audio.levels import dbfs
from skill.audio.recording import (
    FileMicrophone,
    ScriptedMicrophone,
    read_recording,
    write_recording,
)
from skill.errors import AudioError, StorageError, UncrampError


def tone(seconds: float, rate_hz: int = SAMPLE_RATE_HZ) -> Samples:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.rint(8_000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)


def says(error: pytest.ExceptionInfo[UncrampError], path: Path) -> str:
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Whoever runs the tests, permissions count: root becomes `nobody` for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    yield
    if root:
        os.seteuid(0)


@pytest.mark.parametrize("suffix", ["wav", "flac"])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_and_channel_count(
    tmp_path: Path, rate_hz: int, channels: int, suffix: str
) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, np.tile(tone(2, rate_hz)[:, None], channels), rate_hz)
    samples = read_recording(path)
    assert samples.dtype == np.int16
    assert abs(len(samples) - 2 * SAMPLE_RATE_HZ) <= 2
    middle = slice(4_000, 28_000)
    assert np.abs(samples[middle].astype(int) - tone(2)[middle]).max() < 40


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "ALAW"])
def test_any_sample_format(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(1) / 32_768, SAMPLE_RATE_HZ, subtype=subtype)
    assert dbfs(read_recording(tmp_path / "tone.wav")) == pytest.approx(dbfs(tone(1)), abs=0.5)


def test_a_recording_of_its_own_kind_is_read_sample_by_sample(tmp_path: Path) -> None:
    sound = np.random.default_rng(2).integers(-32_768, 32_767, 70_000, dtype=np.int16)
    for name in ("sound.wav", "sound.flac"):
        write_recording(tmp_path / name, sound)
        assert np.array_equal(read_recording(tmp_path / name), sound)


def test_samples_that_are_no_numbers_do_no_harm(tmp_path: Path) -> None:
    sound = np.array([0.5, np.nan, np.inf, -np.inf, 3.0, -3.0] * 100, dtype=np.float32)
    soundfile.write(tmp_path / "odd.wav", sound, SAMPLE_RATE_HZ, subtype="FLOAT")
    samples = read_recording(tmp_path / "odd.wav")
    assert list(samples[:6]) == [16_384, 0, 32_767, -32_768, 32_767, -32_768]


def test_a_wav_written_to_a_pipe_does_not_know_its_length(tmp_path: Path) -> None:
    path = tmp_path / "piped.wav"
    soundfile.write(path, tone(1), SAMPLE_RATE_HZ)
    header = bytearray(path.read_bytes())
    header[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(header)
    assert len(read_recording(path)) == SAMPLE_RATE_HZ


def make_text(path: Path) -> None:
    path.write_text("This is a letter, not a recording. " * 50)


def make_empty(path: Path) -> None:
    path.touch()


def make_folder(path: Path) -> None:
    path.mkdir()


def make_soundless(path: Path) -> None:
    soundfile.write(path, tone(0), SAMPLE_RATE_HZ, format="WAV")


def make_cut_off_wav(path: Path) -> None:
    soundfile.write(path, tone(2), SAMPLE_RATE_HZ, format="WAV")
    path.write_bytes(path.read_bytes()[:20_000])


def make_cut_off_flac(path: Path) -> None:
    noise = np.random.default_rng(3).integers(-9_000, 9_000, 32_000, dtype=np.int16)
    soundfile.write(path, noise, SAMPLE_RATE_HZ, format="FLAC")
    path.write_bytes(path.read_bytes()[:20_000])


def make_header_only(path: Path) -> None:
    make_soundless(path)
    path.write_bytes(path.read_bytes()[:30])


def make_impossible_rate(path: Path) -> None:
    soundfile.write(path, tone(1), 7, format="WAV")


def make_nothing(path: Path) -> None:
    assert not path.exists()


def make_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("gone.wav"))


def make_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (make_nothing, "no file"),
        (make_dangling_link, "no file"),
        (make_link_to_itself, "cannot be read"),
        (make_folder, "not a file"),
        (make_empty, "empty"),
        (make_text, "not a readable recording"),
        (make_header_only, "not a readable recording"),
        (make_soundless, "no sound"),
        (make_cut_off_wav, "cut off"),
        (make_cut_off_flac, "not a readable recording"),
        (make_impossible_rate, "sample rate of 7 Hz"),
    ],
)
def test_what_is_no_recording_is_named_in_one_sentence(
    tmp_path: Path,
    make: Callable[[Path], None],
    what: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "sound.wav"
    make(path)
    with pytest.raises(AudioError) as error:
        read_recording(path)
    assert what in says(error, path)
    assert capfd.readouterr() == ("", "")


def test_a_forbidden_recording(tmp_path: Path, as_nobody: None) -> None:  # noqa: ARG001
    path = tmp_path / "mine.wav"
    if os.getuid():
        write_recording(path, tone(1))
        path.chmod(0)
    with pytest.raises(AudioError) as error:
        read_recording(path)
    assert "Permission denied" in says(error, path)


def test_a_forbidden_folder(tmp_path: Path, as_nobody: None) -> None:  # noqa: ARG001
    folder = tmp_path / "locked"
    if os.getuid():
        folder.mkdir(mode=0o500)
    with pytest.raises(StorageError) as error:
        write_recording(folder / "night.wav", tone(1))
    assert "Permission denied" in says(error, folder)


def test_a_name_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as error:
        write_recording(tmp_path / "night.mp3", tone(1))
    assert ".wav" in says(error, tmp_path / "night.mp3")


def test_a_device_or_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "device.wav").symlink_to(os.devnull)
    for name in ("folder.wav", "device.wav"):
        with pytest.raises(StorageError) as error:
            write_recording(tmp_path / name, tone(1))
        assert "not a file" in says(error, tmp_path / name)
    assert Path(os.devnull).is_char_device()


def test_no_space_leaves_the_old_recording_whole(tmp_path: Path) -> None:
    path = tmp_path / "night.wav"
    write_recording(path, tone(1))
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageError) as error:
            write_recording(path, tone(20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    says(error, path)
    assert np.array_equal(read_recording(path), tone(1))
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_heard_whole_with_silence_around_it(tmp_path: Path) -> None:
    write_recording(tmp_path / "tone.wav", tone(1))
    microphone = FileMicrophone(tmp_path / "tone.wav", lead_s=0.5, tail_s=0.25)
    frames = list(microphone.frames())
    sound = np.concatenate([frame.samples for frame in frames])
    assert frames[0].time == 0
    assert frames[-1].end >= 1.75 > frames[-1].end - FRAME_S
    assert not sound[:8_000].any()
    assert np.array_equal(sound[8_000:24_000], tone(1))
    assert not sound[24_000:].any()


def test_an_unreadable_file_is_no_microphone(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no file"):
        FileMicrophone(tmp_path / "none.wav")


def test_speech_is_heard_when_it_was_scheduled() -> None:
    microphone = ScriptedMicrophone(noise_dbfs=None)
    assert microphone.voice_ends_at == 0
    frames = microphone.frames()
    sound = [next(frames).samples for _ in range(10)]
    microphone.speak(tone(0.5), at=1.0)
    microphone.speak(tone(0.5), at=1.25)
    assert microphone.voice_ends_at == 1.75
    sound += [next(frames).samples for _ in range(60)]
    heard = np.concatenate(sound)
    assert not heard[:16_000].any()
    assert np.array_equal(heard[16_000:20_000], tone(0.5)[:4_000])
    assert np.array_equal(heard[20_000:24_000], tone(0.5)[4_000:] + tone(0.5)[:4_000])
    assert np.array_equal(heard[24_000:28_000], tone(0.5)[4_000:])
    assert not heard[28_000:].any()


def test_speech_scheduled_for_the_past_loses_no_syllable() -> None:
    microphone = ScriptedMicrophone(noise_dbfs=None)
    frames = microphone.frames()
    for _ in range(5):
        next(frames)
    microphone.speak(tone(0.1), at=0)
    heard = np.concatenate([next(frames).samples for _ in range(5)])
    assert np.array_equal(heard[:1_600], tone(0.1))
    assert microphone.voice_ends_at == pytest.approx(5 * FRAME_S + 0.1)


def test_the_room_is_faintly_noisy_and_the_same_every_time() -> None:
    def minute(seed: int) -> Samples:
        frames = ScriptedMicrophone(noise_dbfs=-65, seed=seed).frames()
        return np.concatenate([next(frames).samples for _ in range(60)])

    assert dbfs(minute(0)) == pytest.approx(-65, abs=0.3)
    assert np.array_equal(minute(0), minute(0))
    assert not np.array_equal(minute(0), minute(1))


def test_shouting_does_not_wrap_around() -> None:
    microphone = ScriptedMicrophone()
    loud = np.full(512, 30_000, dtype=np.int16)
    microphone.speak(loud, at=0)
    microphone.speak(loud, at=0)
    assert next(microphone.frames()).samples.min() == 32_767
