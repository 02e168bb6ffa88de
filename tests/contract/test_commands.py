"""The commands as a person calls them: a program, its output, its exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.recording import read_recording
from skill.resources import dialogs_dir

NIGHT = dialogs_dir("en") / "night"
COMPLAINT = NIGHT / "my-calf-is-cramping.flac"
UNCRAMP = Path(sys.executable).with_name("uncramp")


def uncramp(
    *arguments: object, said: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(UNCRAMP), *map(str, arguments)],
        input=said,
        capture_output=True,
        timeout=300,
        check=False,
        env={**os.environ, **(env or {})},
    )


def objects(run: subprocess.CompletedProcess[bytes]) -> list[dict]:
    return [json.loads(line) for line in run.stdout.decode("utf-8").splitlines()]


def assert_one_sentence(run: subprocess.CompletedProcess[bytes], *words: str) -> None:
    told = run.stderr.decode()
    assert run.returncode == 1, told
    assert "Traceback" not in told
    for word in words:
        assert word in told


def test_understand_gives_one_object_a_line_whatever_the_line() -> None:
    lines = [
        b"my calf is cramping",
        b"",
        b"a" * 10_000,
        b"\xff\xfe\x00",
        b"Luna, what about magnesium",
        "it\u2019s my toes, they\u2019re curling".encode(),
    ]
    run = uncramp("understand", said=b"\n".join(lines))
    understood = objects(run)
    assert run.returncode == 0
    assert [o["intent"] for o in understood] == [
        "cramp", "none", "none", "none", "question", "cramp",
    ]  # fmt: skip
    assert understood[0]["slots"] == {"site": "calf", "side": "none", "who": "self"}
    assert [o["confidence"] for o in understood[1:4]] == [0, 0, 0]
    assert understood[2]["text"] == "a" * 10_000
    assert understood[4]["addressed"] is True
    assert "addressed" not in understood[0]


def test_a_bare_no_means_something_only_while_coaching() -> None:
    assert objects(uncramp("understand", said=b"no"))[0]["intent"] == "none"
    coaching = uncramp("understand", "--context", "coaching", said=b"no")
    assert objects(coaching)[0]["intent"] == "no"


def test_hear_answers_a_recorded_complaint_with_the_first_action() -> None:
    heard = objects(uncramp("hear", COMPLAINT))[0]
    assert heard["activated"] is True
    assert heard["reaction"].startswith("Straighten that leg.")
    assert heard["utterances"][0]["slots"]["site"] == "calf"
    assert heard["latency_ms"] > 0
    assert heard["audio_s"] == pytest.approx(soundfile.info(COMPLAINT).duration, abs=0.01)


def test_hear_lets_other_talk_pass() -> None:
    heard = objects(uncramp("hear", NIGHT / "did-you-put-the-bins-out-tonight.flac"))[0]
    assert heard["utterances"]
    assert (heard["activated"], heard["reaction"], heard["latency_ms"]) == (False, None, None)


def test_hear_while_coaching_takes_short_answers() -> None:
    heard = objects(uncramp("hear", "--context", "coaching", NIGHT / "not-yet.flac"))[0]
    assert heard["utterances"][0]["intent"] == "not_better"
    assert heard["activated"] is True


def test_hear_takes_any_rate_and_goes_on_after_an_unreadable_file(tmp_path: Path) -> None:
    speech = read_recording(COMPLAINT)
    wide = tmp_path / "wide.flac"
    slow = np.repeat(speech, 6)
    soundfile.write(wide, np.stack([slow, slow], axis=1), 96_000)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("not sound")
    run = uncramp("hear", tmp_path / "empty.wav", tmp_path / "text.wav", wide)
    empty, text, good = objects(run)
    assert "0 bytes" in empty["error"]
    assert "text.wav" in text["error"]
    assert good["utterances"][0]["slots"]["site"] == "calf"
    assert_one_sentence(run)


def test_rehearse_holds_a_night_and_writes_both_voices(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("voice: espeak\n")
    out = tmp_path / "out"
    run = uncramp("--config", config, "rehearse", "--out", out)
    lines = run.stdout.decode().splitlines()
    assert run.returncode == 0, run.stderr.decode()
    assert sum(" You " in line for line in lines) >= 7
    assert any("Straighten that leg." in line for line in lines)
    events = [json.loads(line) for line in (out / "night.jsonl").read_text().splitlines()]
    assert {e["event"] for e in events} >= {"heard", "said", "state", "diary"}
    heard = [e for e in events if e["event"] == "heard"]
    assert heard[1]["intent"] == "cramp"
    assert heard[1]["latency_ms"] > 0
    diary = next(e for e in events if e["event"] == "diary")
    assert (diary["site"], diary["ended"]) == ("calf", "eased")
    night = read_recording(out / "night.wav")
    first = next(e for e in events if e["event"] == "said")
    spoken = night[int(first["t"] * 16_000) : int((first["t"] + 4) * 16_000)]
    assert np.abs(spoken).max() > 1000
    first_words = tmp_path / "first.wav"
    soundfile.write(first_words, spoken, 16_000)
    text = objects(uncramp("hear", first_words))[0]["utterances"][0]["text"].lower()
    assert "straight" in text
    assert "leg" in text


def test_rehearse_fails_where_a_night_does_not_go_as_written(tmp_path: Path) -> None:
    night = tmp_path / "night.yaml"
    night.write_text(
        "title: Wrong\nconfig: {voice: espeak}\nsteps:\n"
        "- hear: my calf is cramping\n- expect: {said: hopping, within: 3}\n"
    )
    run = uncramp("rehearse", night, "--out", tmp_path / "out")
    assert_one_sentence(run, "Step 2", "hopping")
    assert (tmp_path / "out" / "night.wav").stat().st_size > 0


def test_dialogs_check_lists_every_mistake_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    shutil.copytree(dialogs_dir("en"), folder)
    assert uncramp("dialogs", "check", folder).returncode == 0
    lines = folder / "lines.yaml"
    lines.write_text(lines.read_text().replace("[rub]", "[rubb]").replace("  CALM:", "  CAML:"))
    run = uncramp("dialogs", "check", folder)
    assert_one_sentence(run, "lines.yaml:", "CALM")


def test_dialogs_list_and_grammar() -> None:
    listed = objects(uncramp("dialogs", "list"))
    first = next(o for o in listed if o["id"] == "P1.first")
    assert first["text"].startswith("Straighten that leg.")
    assert first["words"] == 15
    assert "S-22" in first["sources"]
    phrases = uncramp("dialogs", "grammar").stdout.decode().splitlines()
    assert {"calf", "cramping", "toes"} <= {word for phrase in phrases for word in phrase.split()}
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--config", "missing.yaml", "understand"], ["missing.yaml"]),
        (["--language", "xx", "understand"], ["xx", "en"]),
        (["rehearse", "missing-night.yaml"], ["missing-night.yaml"]),
        (["say", "hello", "--out", "/proc/no.wav"], ["/proc/no.wav"]),
        (["rehearse", "--out", "/proc/no"], ["/proc/no"]),
    ],
)
def test_what_cannot_be_had_is_one_clear_sentence(arguments: list[str], words: list[str]) -> None:
    assert_one_sentence(uncramp(*arguments), *words)


def test_wrong_usage_exits_with_2() -> None:
    assert uncramp("hear").returncode == 2
    assert uncramp("understand", "--context", "asleep").returncode == 2


def test_wrong_settings_are_all_named_with_their_lines(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("nmae: Luna\nemergency_number: call me\n")
    run = uncramp("--config", config, "understand")
    assert_one_sentence(run, "config.yaml:1: unknown key 'nmae'", "config.yaml:2: ")


def test_say_speaks_even_where_no_prompt_can_be_kept(tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    run = uncramp(
        "say", "my calf is cramping", "--voice", "espeak", "--out", out,
        env={"XDG_CACHE_HOME": "/proc/nowhere"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr.decode()
    assert np.abs(read_recording(out)).max() > 1000


def test_without_espeak_ng_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    """espeak-ng is hidden from this one program by an unreadable place in a namespace of links."""
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text(
        "import ctypes, shutil\n"
        "real, which = ctypes.CDLL, shutil.which\n"
        "def missing(name, *a, **k):\n"
        "    if name and 'espeak' in str(name): raise OSError(name)\n"
        "    return real(name, *a, **k)\n"
        "ctypes.CDLL = ctypes.cdll._dlltype = missing\n"
        "shutil.which = lambda n, *a, **k: None if 'espeak' in n else which(n, *a, **k)\n"
    )
    run = uncramp(
        "say", "hello", "--voice", "espeak", "--out", tmp_path / "o.wav",
        env={"PYTHONPATH": str(tmp_path), "PATH": "/nowhere"},
    )  # fmt: skip
    assert_one_sentence(run, "espeak-ng", "apt install espeak-ng")
