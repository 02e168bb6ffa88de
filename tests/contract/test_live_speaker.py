"""What only a speaker in a room does: what it plays is recorded from a real sound server."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest
from virtual_card import SPEAKER, SpeakerTrack, VirtualCard

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.levels import dbfs
from skill.audio.speaker import LiveSpeaker
from skill.errors import AudioError

LONG_S = 20.0


def tone(seconds: float, pitch_hz: float) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.rint(6_000 * np.sin(2 * np.pi * pitch_hz * at)).astype(np.int16)


def await_end(speaker: LiveSpeaker, key: str) -> None:
    give_up_at = time.monotonic() + LONG_S
    while speaker.finished(time.monotonic()) != key:
        assert time.monotonic() < give_up_at, f"{key} never finished"
        time.sleep(0.02)


def await_sound(track: SpeakerTrack) -> None:
    give_up_at = time.monotonic() + LONG_S
    while dbfs(track.samples[-800:]) < -40:
        assert time.monotonic() < give_up_at, "nothing is heard"
        time.sleep(0.02)


def loud_s(track: SpeakerTrack) -> float:
    """Seconds of sound on the track, counted in pieces of 20 ms."""
    pieces = track.samples[: len(track.samples) // 320 * 320].reshape(-1, 320)
    return sum(dbfs(piece) > -40 for piece in pieces) * 0.02


def pitch_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SAMPLE_RATE_HZ / len(samples))


def test_a_prompt_is_heard_to_its_end_and_from_its_beginning(card: VirtualCard) -> None:
    speaker = LiveSpeaker(SPEAKER)  # and at once, while the card wakes up
    with card.recording_speaker() as track:
        speaker.play(tone(1.0, 440), key="P1.first", now=time.monotonic())
        await_end(speaker, "P1.first")
        time.sleep(0.3)
    speaker.close()
    assert loud_s(track) == pytest.approx(1.0, abs=0.1)
    loud = np.flatnonzero(np.abs(track.samples.astype(int)) > 1_000)
    middle = track.samples[loud[0] + 4_000 : loud[0] + 12_000]
    assert pitch_hz(middle) == pytest.approx(440, abs=3)
    assert dbfs(middle) == pytest.approx(dbfs(tone(1.0, 440)), abs=1)


def test_told_to_stop_it_leaves_out_the_rest(card: VirtualCard) -> None:
    speaker = LiveSpeaker(SPEAKER)
    with card.recording_speaker() as track:
        speaker.play(tone(LONG_S, 440), key="P1.first", now=time.monotonic())
        await_sound(track)
        speaker.stop(now=time.monotonic())
        time.sleep(1.0)
        assert speaker.finished(time.monotonic()) is None
        played_s = speaker.played_s(time.monotonic())
    speaker.close()
    assert dbfs(track.samples[-SAMPLE_RATE_HZ // 4 :]) < -80
    assert 0 < loud_s(track) < LONG_S / 2
    assert 0 < played_s < LONG_S / 2


def test_a_new_prompt_takes_the_place_of_the_old_one(card: VirtualCard) -> None:
    speaker = LiveSpeaker(SPEAKER)
    with card.recording_speaker() as track:
        speaker.play(tone(LONG_S, 440), key="P1.first", now=time.monotonic())
        await_sound(track)
        speaker.play(tone(0.6, 1_000), key="E-01", now=time.monotonic(), gain_db=6)
        await_end(speaker, "E-01")
        time.sleep(0.3)
    speaker.close()
    loud = np.flatnonzero(np.abs(track.samples.astype(int)) > 7_000)
    assert pitch_hz(track.samples[loud[0] : loud[-1]]) == pytest.approx(1_000, abs=5)
    assert dbfs(track.samples[-1_600:]) < -80


def test_after_a_while_of_silence_the_card_is_left_alone_until_the_next_prompt(
    card: VirtualCard,
) -> None:
    speaker = LiveSpeaker(SPEAKER, idle_s=2.0)
    speaker.play(tone(0.2, 440), key="CHECK", now=time.monotonic())
    await_end(speaker, "CHECK")
    give_up_at = time.monotonic() + LONG_S
    while card.is_played_on_by(os.getpid()):
        assert time.monotonic() < give_up_at
        speaker.finished(time.monotonic())
        time.sleep(0.1)
    with card.recording_speaker() as track:
        speaker.play(tone(0.5, 440), key="P1.first", now=time.monotonic())
        await_end(speaker, "P1.first")
        time.sleep(1.0)
    speaker.close()
    assert loud_s(track) == pytest.approx(0.5, abs=0.15)


@pytest.mark.usefixtures("card")
def test_an_unknown_name_tells_the_names_there_are() -> None:
    with pytest.raises(AudioError, match=f"no speaker named 'kitchen'.*{SPEAKER}"):
        LiveSpeaker("kitchen")


def test_no_speaker_at_all_is_one_clear_sentence(own_card: VirtualCard) -> None:
    own_card.kill_server()
    with pytest.raises(AudioError, match="There is no speaker"):
        LiveSpeaker()


def test_a_crash_of_the_sound_server_is_an_error_and_no_hang(own_card: VirtualCard) -> None:
    speaker = LiveSpeaker(SPEAKER)
    speaker.play(tone(LONG_S, 440), key="P1.first", now=time.monotonic())
    give_up_at = time.monotonic() + LONG_S
    while speaker.finished(time.monotonic()) is None and not speaker.played_s(time.monotonic()):
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    own_card.kill_server()
    with pytest.raises(AudioError, match=f"speaker '{SPEAKER}'"):
        await_end(speaker, "P1.first")
    with pytest.raises(AudioError):
        speaker.play(tone(1.0, 440), key="CHECK", now=time.monotonic())
    speaker.close()
