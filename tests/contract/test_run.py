"""The daemon as it runs by the bed: a real program, a virtual microphone and speaker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from virtual_card import VirtualCard

from skill.audio.levels import dbfs
from skill.audio.recording import read_recording, write_recording
from skill.hearing.moonshine import MoonshineRecognizer
from skill.rehearsal.hear import heard_text
from skill.resources import dialogs_dir

NIGHT = dialogs_dir("en") / "night"
UNCRAMP = Path(sys.executable).with_name("uncramp")
READY_WITHIN_S = 240.0


@contextmanager
def running(card: VirtualCard, config: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `uncramp run` and wait until it listens; it is killed at the end if need be."""
    daemon = subprocess.Popen(
        [str(UNCRAMP), "--config", str(config), "run"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **card.env},
    )
    try:
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if "Listening" in line:
                break
        else:
            raise AssertionError(f"uncramp run ended with {daemon.wait()}")
        yield daemon
    finally:
        daemon.kill()
        daemon.wait()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("voice: espeak\n")
    return path


def text_of(samples: np.ndarray, tmp_path: Path) -> str:
    heard = tmp_path / "heard.wav"
    write_recording(heard, samples)
    return heard_text(read_recording(heard), MoonshineRecognizer()).lower()


def test_a_complaint_is_coached_stop_silences_and_sigterm_ends_it(
    card: VirtualCard, config: Path, tmp_path: Path
) -> None:
    with running(card, config) as daemon:
        with card.recording_speaker() as track:
            card.play_into_microphone(NIGHT / "my-calf-is-cramping.flac")
            time.sleep(7)
            coached = track.samples.copy()
            card.play_into_microphone(NIGHT / "stop.flac")
            time.sleep(2)
            said_by_then = len(track.samples)
            time.sleep(12)
            afterwards = track.samples[said_by_then:]
        spoken = text_of(coached, tmp_path)
        assert "toes slowly up" in spoken
        assert dbfs(afterwards) < -70
        asked = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=30) == 0
        assert time.monotonic() - asked < 30


def test_other_talk_gets_no_sound_at_all(card: VirtualCard, config: Path) -> None:
    with running(card, config), card.recording_speaker() as track:
        card.play_into_microphone(NIGHT / "did-you-put-the-bins-out-tonight.flac")
        time.sleep(4)
        assert dbfs(track.samples) < -70


@pytest.mark.parametrize(("setting", "device"), [("microphone", "mic"), ("speaker", "speaker")])
def test_an_unknown_device_is_one_sentence(
    card: VirtualCard, tmp_path: Path, setting: str, device: str
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"voice: espeak\n{setting}: no such {device}\n")
    run = subprocess.run(
        [str(UNCRAMP), "--config", str(config), "run"],
        capture_output=True, text=True, timeout=READY_WITHIN_S, check=False,
        env={**os.environ, **card.env},
    )  # fmt: skip
    assert run.returncode == 1
    assert f"no such {device}" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_lost_sound_server_ends_it_with_one_sentence(own_card: VirtualCard, config: Path) -> None:
    with running(own_card, config) as daemon:
        own_card.kill_server()
        assert daemon.stderr is not None
        told = daemon.stderr.read()
        assert daemon.wait(timeout=60) == 1
        assert "microphone" in told or "speaker" in told
        assert "Traceback" not in told


def test_a_sound_card_that_vanishes_while_it_starts_is_one_sentence(
    own_card: VirtualCard, config: Path
) -> None:
    daemon = subprocess.Popen(
        [str(UNCRAMP), "--config", str(config), "run"],
        stderr=subprocess.PIPE, text=True, env={**os.environ, **own_card.env},
    )  # fmt: skip
    try:
        time.sleep(1)
        own_card.kill_server()
        _, told = daemon.communicate(timeout=READY_WITHIN_S)
    finally:
        daemon.kill()
        daemon.wait()
    assert daemon.returncode == 1
    last = told.strip().splitlines()[-1]
    assert "microphone" in last or "speaker" in last or "sound" in last
    assert "check" in last.lower()
    assert "Traceback" not in told
