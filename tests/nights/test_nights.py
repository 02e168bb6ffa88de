"""Plays every night file of this folder: what people say, what they must hear, in pure time."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.app import App
from skill.audio.file_speaker import FileSpeaker
from skill.audio.recording import ScriptedMicrophone
from skill.config import Settings
from skill.errors import FileFaultsError
from skill.rehearsal.hear import SilentPrompts
from skill.rehearsal.night_file import load_night
from skill.rehearsal.rehearse import ExpectationFailedError, Rehearsal
from skill.rehearsal.transcript import NightTranscript

NIGHTS = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.fixture(scope="session")
def app() -> App:
    return App(Settings())


def play(app: App, path: Path) -> NightTranscript:
    night = load_night(path)
    tonight = app.changed(night.config)
    transcript, speaker = NightTranscript(lambda _line: None), FileSpeaker()
    Rehearsal(
        night=night,
        folder=path.parent,
        companion=tonight.companion(speaker, prompts=SilentPrompts(), observe=transcript.observe),
        microphone=ScriptedMicrophone(noise_dbfs=None),
        speaker=speaker,
        transcript=transcript,
        synthesise=tonight.person_says,
    ).run()
    return transcript


@pytest.mark.parametrize("path", NIGHTS, ids=lambda path: path.stem)
def test_the_night_goes_as_written(app: App, path: Path) -> None:
    transcript = play(app, path)
    assert transcript.reactions


def test_a_failed_expectation_tells_step_wish_and_the_last_lines(app: App, tmp_path: Path) -> None:
    night = tmp_path / "wrong.yaml"
    night.write_text(
        "title: Wrong\nsteps:\n- hear: my calf is cramping\n- expect: {said: hop on one leg}\n"
    )
    with pytest.raises(ExpectationFailedError) as failure:
        play(app, night)
    assert "Step 2 of 'Wrong'" in str(failure.value)
    assert "hop on one leg" in str(failure.value)
    assert "P1.first: Straighten that leg." in str(failure.value)


def test_a_broken_night_file_is_told_with_its_line(tmp_path: Path) -> None:
    night = tmp_path / "broken.yaml"
    night.write_text("title: Broken\nsteps:\n- hear: my calf\n  wait: 3\n- whistle: loud\n")
    with pytest.raises(FileFaultsError) as faults:
        load_night(night)
    told = str(faults.value)
    assert f"{night}:3: " in told
    assert f"{night}:5: unknown key 'whistle'" in told
