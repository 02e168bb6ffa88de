"""Levels as a meter would show them."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.levels import dbfs, fade, gain, peak_normalise

SINE = np.rint(16_384 * np.sin(2 * np.pi * np.arange(16_000) / 16)).astype(np.int16)


def test_silence_has_a_floor() -> None:
    assert dbfs(np.zeros(100, dtype=np.int16)) == -100
    assert dbfs(np.zeros(0, dtype=np.int16)) == -100


def test_a_half_scale_sine_is_nine_decibels_down() -> None:
    assert dbfs(SINE) == pytest.approx(-9.03, abs=0.01)


@pytest.mark.parametrize("gain_db", [-40.0, -6.0, 0.0, 6.0])
def test_gain_moves_the_level_by_as_much(gain_db: float) -> None:
    assert dbfs(gain(SINE, gain_db)) == pytest.approx(dbfs(SINE) + gain_db, abs=0.1)


def test_too_much_gain_stops_at_full_scale() -> None:
    loud = gain(SINE, 40)
    assert (loud.min(), loud.max()) == (-32_768, 32_767)
    assert (np.sign(loud) == np.sign(SINE)).all()


def test_a_fade_begins_and_ends_in_silence() -> None:
    faded = fade(np.full(16_000, 10_000, dtype=np.int16), fade_in_s=0.1, fade_out_s=0.2)
    assert faded[0] == 0
    assert faded[-1] == 0
    assert (np.diff(faded[:1_600]) >= 0).all()
    assert set(faded[1_600:12_800]) == {10_000}
    assert (np.diff(faded[12_800:]) <= 0).all()


def test_a_fade_longer_than_the_sound_takes_all_of_it() -> None:
    faded = fade(np.full(100, 10_000, dtype=np.int16), fade_out_s=5)
    assert faded[-1] == 0
    assert len(fade(np.zeros(0, dtype=np.int16), 1, 1)) == 0


def test_peaks_are_brought_to_one_level() -> None:
    for sound in (SINE, gain(SINE, -30), np.array([-32_768, 5], dtype=np.int16)):
        peak = np.abs(peak_normalise(sound, -6.0206).astype(int)).max()
        assert peak == pytest.approx(16_384, abs=2)
    assert not peak_normalise(np.zeros(9, dtype=np.int16)).any()
