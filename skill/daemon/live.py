"""The live night: frames from the microphone, time from the clock, until told to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Final, Protocol

from skill.audio.frames import Frame, Samples, Speaker
from skill.companion import Companion
from skill.daemon.evening import Evening

IDLE_WAIT_S: Final = 3.0  # longer than the heartbeat of a quiet room: every wake-up has a reason
SPEAKING_WAIT_S: Final = 0.03  # how late the end of a prompt may be noticed


class GatedMicrophone(Protocol):
    """A microphone that sends nothing while the room is quiet."""

    is_quiet: bool

    def hold_open(self, on: bool) -> None:
        """Let every frame through, or (False) none while the room is quiet again."""
        ...

    def read(self, timeout_s: float) -> tuple[Frame, ...]:
        """Return the frames that have come; wait at most `timeout_s` for the first."""
        ...


class StopRequested(BaseException):
    """SIGTERM or SIGINT has come."""


def listen(companion: Companion, microphone: GatedMicrophone, evening: Evening) -> None:
    """Hear and coach until StopRequested; raise AudioError when a device is lost."""
    attentive = False
    while True:
        in_conversation = companion.conversation.due is not None
        if attentive != in_conversation:
            attentive = in_conversation
            microphone.hold_open(attentive)
        frames = microphone.read(_wait_s(companion))
        for frame in frames:
            companion.frame(frame)
        if microphone.is_quiet and not frames:
            companion.flush()
        companion.now = max(companion.now, time.monotonic())
        companion.time_passes()
        if evening.has_come(datetime.now()):
            companion.evening_comes()


def _wait_s(companion: Companion) -> float:
    if companion.saying is not None:
        return SPEAKING_WAIT_S
    due = companion.conversation.due
    return IDLE_WAIT_S if due is None else min(max(due - time.monotonic(), 0.0), IDLE_WAIT_S)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Within it SIGTERM and SIGINT end the night at once and in order."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for again in (signal.SIGTERM, signal.SIGINT):
            signal.signal(again, signal.SIG_IGN)
        raise StopRequested

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except StopRequested:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def play_through(speaker: Speaker, samples: Samples) -> None:
    """Play (n,) int16 mono 16 kHz to its end, then free the speaker."""
    try:
        speaker.play(samples, key="say", now=time.monotonic())
        while speaker.finished(time.monotonic()) is None:
            time.sleep(SPEAKING_WAIT_S)
    finally:
        speaker.close()
