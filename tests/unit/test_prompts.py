"""Prompts are ready before the night, and it speaks whatever happens to them."""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.errors import StorageError, VoiceError
from skill.voice.espeak import EspeakVoice
from skill.voice.prompts import PromptCache

LINES = ["Stay there.", "Good.", "Breathe in gently..."]


class CountedVoice(EspeakVoice):
    """The real espeak-ng voice, noting what it was asked to say; it may lose its voice."""

    def __init__(self, rate_wpm: int = 130, loses_voice_after: int = 1000) -> None:
        super().__init__(rate_wpm=rate_wpm)
        self.asked: list[str] = []
        self._loses_voice_after = loses_voice_after

    def render(self, texts: Iterable[str]) -> Iterator[Samples]:
        for text in texts:
            if len(self.asked) >= self._loses_voice_after:
                raise VoiceError("The voice is gone.", "Install it again.")
            self.asked.append(text)
            yield from super().render([text])


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_rendered_once_and_then_only_read(tmp_path: Path) -> None:
    PromptCache(tmp_path / "new" / "prompts", first := CountedVoice()).render_all(
        [*LINES, LINES[0]]
    )
    assert first.asked == LINES
    again = PromptCache(tmp_path / "new" / "prompts", second := CountedVoice())
    again.render_all(LINES)
    heard = [again.get(line) for line in LINES]
    assert second.asked == []
    for samples in heard:
        assert samples.dtype == np.int16
        assert samples.ndim == 1
        assert 0.2 < len(samples) / SAMPLE_RATE_HZ < 3


def test_what_is_read_back_is_what_was_rendered(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, CountedVoice())
    fresh = cache.get("Good.")
    assert np.array_equal(PromptCache(tmp_path, CountedVoice()).get("Good."), fresh)


def test_other_settings_are_other_prompts(tmp_path: Path) -> None:
    slow = PromptCache(tmp_path, CountedVoice(rate_wpm=100)).get(LINES[0])
    quick = PromptCache(tmp_path, CountedVoice(rate_wpm=180)).get(LINES[0])
    assert len(slow) > len(quick)
    assert len(entries(tmp_path)) == 2


@pytest.mark.parametrize("damage", ["empty", "half", "noise", "flipped", "other file", "folder"])
def test_a_damaged_prompt_is_rendered_again(tmp_path: Path, damage: str) -> None:
    whole = PromptCache(tmp_path, CountedVoice()).get("Stay there.")
    [entry] = entries(tmp_path)
    stored = bytearray(entry.read_bytes())
    match damage:
        case "empty":
            stored = bytearray()
        case "half":
            stored = stored[: len(stored) // 2]
        case "noise":
            stored = bytearray(b"\x5a" * len(stored))
        case "flipped":
            stored[len(stored) // 2] ^= 0x55
        case "other file":
            soundfile.write(entry, np.full(8000, 900, np.int16), 8000)
            stored = bytearray(entry.read_bytes())
    entry.write_bytes(stored)
    if damage == "folder":
        entry.unlink()
        entry.mkdir()
    cache = PromptCache(tmp_path, voice := CountedVoice())
    assert abs(len(cache.get("Stay there.")) - len(whole)) < SAMPLE_RATE_HZ // 20
    assert voice.asked == ["Stay there."]
    assert len(cache.get("Stay there.")) > 0
    assert voice.asked == ["Stay there."]


def test_a_folder_that_cannot_be_made_still_lets_it_speak(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = PromptCache(tmp_path / "file" / "prompts", voice := CountedVoice())
    with caplog.at_level(logging.WARNING):
        assert all(len(cache.get(line)) for line in LINES)
    assert len(caplog.records) == 1, "told once, not at every prompt"
    with pytest.raises(
        StorageError, match=r"cannot be kept in .*prompts \(Not a directory\)\. Make"
    ):
        cache.render_all([*LINES, "Well done."])
    cache.get("Well done.")
    assert voice.asked == [*LINES, "Well done."], "each prompt is rendered once and kept in memory"


def test_a_full_disk_leaves_nothing_half_written_and_still_speaks(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, CountedVoice())
    cache.get("Good.")
    before = {path: path.read_bytes() for path in entries(tmp_path)}

    class FullAfterRendering(CountedVoice):
        def render(self, texts: Iterable[str]) -> Iterator[Samples]:
            for samples in super().render(texts):
                resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
                yield samples
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    full = PromptCache(tmp_path, FullAfterRendering())
    try:
        with pytest.raises(StorageError, match="free some space"):
            full.render_all(LINES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert all(len(full.get(line)) for line in LINES)
    assert {path: path.read_bytes() for path in entries(tmp_path)} == before


def test_a_voice_lost_on_the_way_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fallback = CountedVoice(rate_wpm=150)
    cache = PromptCache(tmp_path, CountedVoice(loses_voice_after=1), fallback)
    with caplog.at_level(logging.WARNING):
        cache.render_all(LINES)
    assert fallback.asked == LINES[1:]
    assert [record.getMessage() for record in caplog.records] == [
        "The voice is gone. Install it again. Speaking with espeak instead."
    ]
    assert all(len(cache.get(line)) for line in LINES)
    assert fallback.asked == LINES[1:], "the stand-in's prompts are ready too"
    mended = PromptCache(tmp_path, voice := CountedVoice(), fallback)
    mended.render_all(LINES)
    assert voice.asked == LINES[1:], "when the voice is back, it replaces the stand-in"


def test_prompts_rendered_before_are_spoken_by_a_lost_voice(tmp_path: Path) -> None:
    PromptCache(tmp_path, CountedVoice()).render_all(LINES)
    mute = CountedVoice(loses_voice_after=0)
    cache = PromptCache(tmp_path, mute, CountedVoice(150, loses_voice_after=0))
    assert all(len(cache.get(line)) for line in LINES)
    with pytest.raises(VoiceError, match="voice is gone"):
        cache.get("Something new.")


def test_prune_removes_only_prompts_that_are_no_longer_said(tmp_path: Path) -> None:
    PromptCache(tmp_path, CountedVoice(rate_wpm=100)).render_all(LINES)
    cache = PromptCache(tmp_path, voice := CountedVoice())
    cache.render_all(LINES)
    (tmp_path / "notes.txt").write_text("not a prompt")
    (tmp_path / "old.flac").write_text("not a prompt either")
    assert cache.prune(LINES[:2]) == 4
    assert len(entries(tmp_path)) == 4
    voice.asked.clear()
    cache.render_all(LINES)
    assert voice.asked == LINES[2:]
    assert PromptCache(tmp_path / "nowhere", voice).prune(LINES) == 0


def test_a_bar_shows_on_standard_error_while_it_renders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = PromptCache(tmp_path, CountedVoice())
    cache.render_all(LINES, progress=True)
    shown = capsys.readouterr()
    assert "0/3" in shown.err
    assert "3/3" in shown.err
    assert shown.out == ""
    cache.render_all(LINES, progress=True)
    assert capsys.readouterr().err == "", "nothing to do, nothing to show"


def test_a_complete_cache_needs_no_engine_and_no_scipy(tmp_path: Path) -> None:
    PromptCache(tmp_path, EspeakVoice()).render_all(LINES)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from skill.voice.espeak import EspeakVoice\n"
        "from skill.voice.prompts import PromptCache\n"
        "cache = PromptCache(Path(sys.argv[1]), EspeakVoice())\n"
        f"cache.render_all({LINES!r})\n"
        f"assert all(len(cache.get(line)) for line in {LINES!r})\n"
        "sys.exit(', '.join({'scipy', 'pyloudnorm', 'pyttsx3'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"PATH": ""},
    )
    assert (done.returncode, done.stderr) == (0, "")
