"""The recordings are what their manifests say, and small enough to keep."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from spoken import AUDIO, PROJECT, manifests, recordings_of


@pytest.mark.parametrize("manifest", list(manifests()), ids=lambda path: path.parent.name)
def test_manifest_and_recordings_agree(manifest: Path) -> None:
    spoken = recordings_of(manifest.parent)
    assert {one.path for one in spoken} == set(manifest.parent.glob("*.flac"))
    assert len({one.path for one in spoken}) == len(spoken)
    for one in spoken:
        sound = soundfile.info(one.path)
        assert (sound.samplerate, sound.channels) == (16_000, 1)
        assert one.text and one.voice and all(one.expected.values())


def test_at_least_four_voices_speak() -> None:
    voices = {
        one.voice for path in AUDIO.glob("*/manifest.tsv") for one in recordings_of(path.parent)
    }
    assert len(voices) >= 4


def test_all_recordings_together_stay_small() -> None:
    sounds = [*AUDIO.glob("**/*.flac"), *PROJECT.glob("dialogs/*/night/*.flac")]
    assert sum(sound.stat().st_size for sound in sounds) < 12_000_000
