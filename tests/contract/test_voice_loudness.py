"""Every prompt is equally loud, never clipped, and free of silence around it."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.voice.loudness import TARGET_LUFS, loudness_lufs, normalised, trimmed
from skill.voice.voices import choose_voice


def tone(seconds: float, level_dbfs: float, hertz: float = 1000) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave = np.sin(2 * np.pi * hertz * time) * 10 ** (level_dbfs / 20)
    return np.rint(wave * 32_767).astype(np.int16)


def test_loudness_is_that_of_bs_1770() -> None:
    # ITU-R BS.1770-4: a full-scale sine near 1 kHz in one channel reads -3.01 LKFS.
    assert loudness_lufs(tone(2, 0, 997)) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("seconds", [0.05, 0.39, 0.4, 0.41, 3.0])
@pytest.mark.parametrize("level_dbfs", [-60, -30, -3])
def test_a_sound_of_any_length_and_level_comes_to_the_target(
    seconds: float, level_dbfs: float
) -> None:
    sound = normalised(tone(seconds, level_dbfs))
    assert loudness_lufs(sound) == pytest.approx(TARGET_LUFS, abs=0.2)


def test_a_peaky_sound_is_kept_below_minus_1_dbfs() -> None:
    clicks = np.zeros(2 * SAMPLE_RATE_HZ, np.int16)
    clicks[::4000] = 3000
    sound = normalised(clicks)
    assert np.abs(sound.astype(int)).max() <= 10 ** (-1 / 20) * 32_768 + 1
    assert loudness_lufs(sound) < TARGET_LUFS


@pytest.mark.parametrize("samples", [0, 1, 100, 20_000])
def test_silence_stays_silence(samples: int) -> None:
    silence = np.zeros(samples, np.int16)
    assert not normalised(silence).any()
    assert len(trimmed(silence)) <= SAMPLE_RATE_HZ // 10


def test_silence_around_speech_is_trimmed_to_50_ms() -> None:
    quiet = np.full(SAMPLE_RATE_HZ, 3, np.int16)
    sound = trimmed(np.concatenate([quiet, tone(1, -10), quiet]))
    assert len(sound) / SAMPLE_RATE_HZ == pytest.approx(1.1, abs=0.005)


def test_both_voices_are_equally_loud() -> None:
    line = "Bend the other knee."
    for name in ("espeak", "piper"):
        [raw] = choose_voice(name).render([line])
        assert loudness_lufs(normalised(raw)) == pytest.approx(TARGET_LUFS, abs=0.2)
