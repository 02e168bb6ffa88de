"""What every speaker does. Times are read from `clock`: the live one needs real time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from virtual_card import SPEAKER

from skill.audio.file_speaker import FileSpeaker
from skill.audio.frames import SAMPLE_RATE_HZ, Samples, Speaker
from skill.audio.speaker import WAKING_S, LiveSpeaker


@dataclass
class VirtualTime:
    """A clock that jumps."""

    now: float = 10.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


class RealTime:
    """The clock on the wall."""

    @property
    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Playing:
    speaker: Speaker
    clock: VirtualTime | RealTime


def file_speaker() -> Playing:
    return Playing(FileSpeaker(), VirtualTime())


def live_speaker() -> Playing:
    speaker = LiveSpeaker(SPEAKER)
    time.sleep(WAKING_S)
    return Playing(speaker, RealTime())


SPEAKERS: dict[str, Callable[[], Playing]] = {"file": file_speaker, "live": live_speaker}


@pytest.fixture(params=SPEAKERS)
def playing(request: pytest.FixtureRequest) -> Iterator[Playing]:
    if request.param == "live":
        request.getfixturevalue("card")
    playing = SPEAKERS[request.param]()
    yield playing
    playing.speaker.close()


def tone(seconds: float) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.rint(3_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)


def test_nothing_has_finished_before_anything_was_played(playing: Playing) -> None:
    assert playing.speaker.finished(playing.clock.now) is None
    assert playing.speaker.played_s(playing.clock.now) == 0


def test_a_prompt_finishes_once_at_its_end(playing: Playing) -> None:
    speaker, clock = playing.speaker, playing.clock
    speaker.play(tone(0.5), key="P1.first", now=clock.now)
    clock.wait(0.2)
    assert speaker.finished(clock.now) is None
    clock.wait(0.5)
    assert speaker.finished(clock.now) == "P1.first"
    assert speaker.finished(clock.now) is None


def test_it_knows_how_much_was_heard(playing: Playing) -> None:
    speaker, clock = playing.speaker, playing.clock
    speaker.play(tone(0.5), key="CHECK", now=clock.now)
    began = clock.now
    clock.wait(0.2)
    assert 0 < speaker.played_s(clock.now) <= clock.now - began + 0.01
    clock.wait(0.6)
    assert speaker.played_s(clock.now) == pytest.approx(0.5, abs=0.01)


def test_a_stopped_prompt_never_finishes(playing: Playing) -> None:
    speaker, clock = playing.speaker, playing.clock
    speaker.play(tone(0.5), key="CHECK", now=clock.now)
    clock.wait(0.2)
    speaker.stop(now=clock.now)
    clock.wait(0.6)
    assert speaker.finished(clock.now) is None
    assert 0 < speaker.played_s(clock.now) < 0.5


def test_a_new_prompt_cuts_the_one_before(playing: Playing) -> None:
    speaker, clock = playing.speaker, playing.clock
    speaker.play(tone(0.5), key="CHECK", now=clock.now)
    clock.wait(0.1)
    speaker.play(tone(0.3), key="E-01", now=clock.now, gain_db=6, fade_in_s=0.02)
    clock.wait(0.6)
    assert speaker.finished(clock.now) == "E-01"
    assert speaker.finished(clock.now) is None
    assert speaker.played_s(clock.now) == pytest.approx(0.3, abs=0.01)


def test_a_prompt_without_sound_finishes_too(playing: Playing) -> None:
    speaker, clock = playing.speaker, playing.clock
    speaker.play(tone(0), key="CHECK", now=clock.now)
    clock.wait(0.2)
    assert speaker.finished(clock.now) == "CHECK"


def test_stopping_in_silence_and_closing_twice_are_harmless(playing: Playing) -> None:
    playing.speaker.stop(now=playing.clock.now)
    playing.speaker.close()
    playing.speaker.close()
