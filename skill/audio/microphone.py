"""The live microphone: a capture process on a leash."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import IO, Final

from skill.audio.capture_records import (
    GATED,
    HOLD_OPEN,
    CaptureSettings,
    Kind,
    Record,
    RecordReader,
)
from skill.audio.frames import Frame
from skill.errors import AudioError

START_S: Final = 20.0  # Python starting on a busy Raspberry Pi, and a card waking up
STALL_S: Final = 5.0  # the capture process tells of itself every two seconds
READ_BYTES: Final = 1 << 16
PIPE_BYTES: Final = 1 << 19  # 16 s of sound may wait while the daemon is busy with a decode


class LiveMicrophone:
    """Hears the room through a capture process; a `Microphone`.

    Frame times are this machine's `time.monotonic()`. While the room is quiet no frames come:
    the times of two frames in a row may lie far apart, and `is_quiet` is true; whoever feeds a
    speech gate should flush it then. The last frame before a gap is `settings.hold_s` after the
    last loud one; the first after it comes with a pre-roll, older than it arrives.

    Raises AudioError on opening when there is no such device or it cannot be opened, and from
    `read` and `frames` when it was lost: unplugged, stalled, or its process killed. Then close it
    and make another one.
    """

    def __init__(self, settings: CaptureSettings | None = None) -> None:
        self.settings = settings or CaptureSettings()
        self.device_name = self.settings.device or ""
        self.is_quiet = True
        self.floor_dbfs = 0.0
        self.overflows = 0
        self._frames: deque[Frame] = deque()
        self._records = RecordReader()
        self._closed = False
        command = [sys.executable, "-m", "skill.audio.capture", *self.settings.to_arguments()]
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            pipesize=PIPE_BYTES,
            start_new_session=True,  # a Ctrl-C is for the daemon, which then ends its child
            # Threads of a linear algebra library cost memory and are of no use to it.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        self._heard_at = time.monotonic()
        self._patience_s = START_S
        try:
            while self._patience_s == START_S:
                self._receive(START_S)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Process id of the capture process."""
        return self._child.pid

    def fileno(self) -> int:
        """Return what to wait on for reading (select, poll) beside other things."""
        return self._pipe(self._child.stdout).fileno()

    def hold_open(self, on: bool) -> None:
        """Let every frame through, or (False) none while the room is quiet again."""
        with contextlib.suppress(BrokenPipeError):  # its death is told by the next read
            self._pipe(self._child.stdin).write(HOLD_OPEN if on else GATED)

    def read(self, timeout_s: float) -> tuple[Frame, ...]:
        """Return the frames that have come; wait at most `timeout_s` for the first.

        Empty after the timeout, after a heartbeat of a quiet room, and once closed.
        """
        if not self._frames and not self._closed:
            self._receive(timeout_s)
        frames = tuple(self._frames)
        self._frames.clear()
        return frames

    def frames(self) -> Iterator[Frame]:
        """Yield frames as they come until closed."""
        while not self._closed:
            if self._frames:
                yield self._frames.popleft()
            else:
                self._receive(timeout_s=1.0)

    def close(self) -> None:
        """Kill the capture process at once; safe to call twice."""
        self._closed = True
        self._frames.clear()
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()

    def _receive(self, timeout_s: float) -> None:
        stalls_at = self._heard_at + self._patience_s
        wait_s = max(min(timeout_s, stalls_at - time.monotonic()), 0.0)
        ready, _, _ = select.select([self], [], [], wait_s)
        if not ready:
            if time.monotonic() >= stalls_at:
                raise self._lost("has gone silent")
            return
        piece = os.read(self.fileno(), READ_BYTES)
        if not piece:
            raise self._lost("was lost: its process has ended")
        for record in self._records.feed(piece):
            self._take(record)

    def _take(self, record: Record) -> None:
        self._heard_at = time.monotonic()
        self._patience_s = STALL_S
        match record.kind:
            case Kind.OPENED:
                self.device_name = record.payload.decode()
            case Kind.FAILED:
                raise AudioError(record.payload.decode(errors="replace"))
            case Kind.SOUND:
                self._frames.extend(record.frames)
        if record.kind in (Kind.SOUND, Kind.QUIET):
            self.is_quiet = record.kind == Kind.QUIET
            self.overflows = record.overflows
            self.floor_dbfs = record.floor_dbfs

    def _lost(self, how: str) -> AudioError:
        name = f" '{self.device_name}'" if self.device_name else ""
        return AudioError(f"The microphone{name} {how}.", "Check that it is plugged in.")

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe
