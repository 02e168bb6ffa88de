"""What happens when an engine is missing, hangs or dies."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from skill.errors import VoiceError
from skill.voice import espeak
from skill.voice.espeak import EspeakVoice
from skill.voice.render_child import RenderChild, RenderFailedError, RenderProgram
from skill.voice.voices import choose_voice, installed_voices


def broken_pyttsx3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a pyttsx3 in front of the real one that fails as it does without its library."""
    (folder / "pyttsx3.py").write_text("raise RuntimeError('libespeak-ng.so.1: not found')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_the_espeak_program_speaks_when_pyttsx3_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_pyttsx3(tmp_path, monkeypatch)
    first, second = EspeakVoice().render(["Straighten that leg.", "Good."])
    assert len(first) > len(second) > 0


def test_without_espeak_one_sentence_says_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_pyttsx3(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(espeak.ctypes.util, "find_library", lambda _: None)
    with pytest.raises(VoiceError, match=r"not installed\. Install it: sudo apt install espeak-ng"):
        list(EspeakVoice().render(["Good."]))
    listed = next(voice for voice in installed_voices() if voice.name == "espeak")
    assert not listed.installed
    assert listed.to_do == "sudo apt install espeak-ng"


def test_a_voice_that_espeak_does_not_know_is_told() -> None:
    with pytest.raises(VoiceError, match="cannot speak with the voice nonsense"):
        list(EspeakVoice("nonsense").render(["Good."]))


def test_an_unknown_voice_name_is_told() -> None:
    with pytest.raises(VoiceError, match=r"no voice 'alexa'\. Choose auto, piper or espeak\."):
        choose_voice("alexa")


def test_piper_without_a_model_for_the_language_is_told() -> None:
    with pytest.raises(VoiceError, match=r"'nl' is not installed\. Run: pip install"):
        choose_voice("piper", "nl")


def test_auto_prefers_piper_and_falls_back_to_espeak() -> None:
    assert choose_voice().name == "piper"
    assert choose_voice("auto", "nl").name == "espeak"


def test_every_listed_voice_can_be_chosen() -> None:
    voices = installed_voices()
    assert {voice.name for voice in voices} == {"piper", "espeak"}
    for voice in voices:
        assert voice.installed
        assert not voice.to_do
        assert choose_voice(voice.name, voice.language).name == voice.name


def program(script: str) -> RenderProgram:
    return RenderProgram(
        command=lambda folder: (sys.executable, "-c", script, str(folder)),
        question=lambda line, _: line,
        answer=re.compile(r"^done (?P<wav>.+)$"),
        start_timeout_s=-9.0,
    )


def test_a_child_that_hangs_is_killed_and_started_once_more(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    hanging = f"import time\nopen({str(runs)!r}, 'a').write('x')\ntime.sleep(600)\n"
    with RenderChild(program(hanging)) as child:
        with pytest.raises(RenderFailedError, match="no sound within"):
            child.render("Good.")
        with pytest.raises(RenderFailedError, match="failed before"):
            child.render("Good.")
        assert child.broken
    assert runs.read_text() == "xx"


def test_a_child_that_dies_says_why() -> None:
    with (
        RenderChild(program("import sys; sys.exit('out of memory')")) as child,
        pytest.raises(RenderFailedError, match="out of memory"),
    ):
        child.render("Good.")


def test_an_empty_file_is_not_speech() -> None:
    script = (
        "import sys, wave\n"
        "for line in sys.stdin:\n"
        "    path = sys.argv[1] + '/a.wav'\n"
        "    with wave.open(path, 'wb') as file: file.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "    print('done', path)\n"
    )
    with (
        RenderChild(program(script)) as child,
        pytest.raises(RenderFailedError, match="without sound"),
    ):
        child.render("Good.")
