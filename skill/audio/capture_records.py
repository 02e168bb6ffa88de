"""What the capture process writes to the daemon: small binary records over a pipe."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np

from skill.audio.frames import FRAME_S, FRAME_SAMPLES, Frame
from skill.errors import AudioError

# kind, overflows so far, time of the first sample (s), noise floor (dBFS), bytes that follow
_HEADER: Final = struct.Struct("<BIdfI")
_FRAME_BYTES: Final = FRAME_SAMPLES * 2
LONGEST_RECORD_BYTES: Final = 1 << 20  # 32 s of sound; more is not from the capture process
HOLD_OPEN: Final = b"o"  # from the daemon: send everything
GATED: Final = b"g"  # from the daemon: send nothing while the room is quiet


class Kind(IntEnum):
    """What a record tells."""

    OPENED = 1  # the device delivers sound; the payload is its name
    SOUND = 2  # the payload is whole frames, one after the other
    QUIET = 3  # the room is quiet: nothing is sent but this, about once a second
    FAILED = 4  # the payload is one sentence for a person; nothing follows


_KINDS: Final = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Record:
    """One message of the capture process; `time` of its first sample on the monotonic clock."""

    kind: Kind
    time: float = 0.0
    overflows: int = 0
    floor_dbfs: float = 0.0
    payload: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the record as it goes over the pipe."""
        header = _HEADER.pack(
            self.kind, self.overflows, self.time, self.floor_dbfs, len(self.payload)
        )
        return header + self.payload

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames of a SOUND record."""
        samples = np.frombuffer(self.payload, dtype="<i2").reshape(-1, FRAME_SAMPLES)
        return tuple(Frame(row, self.time + i * FRAME_S) for i, row in enumerate(samples))


def sound_record(frames: Iterable[Frame], overflows: int, floor_dbfs: float) -> Record:
    """Return frames that follow each other without a gap as one record."""
    frames = tuple(frames)
    payload = b"".join(frame.samples.astype("<i2", copy=False).tobytes() for frame in frames)
    return Record(Kind.SOUND, frames[0].time, overflows, floor_dbfs, payload)


class RecordReader:
    """Puts records together again from the pieces a pipe delivers."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[Record]:
        """Take the next bytes; yield the records they complete. Raises AudioError for rubbish."""
        self._bytes += piece
        while len(self._bytes) >= _HEADER.size:
            kind, overflows, time, floor_dbfs, length = _HEADER.unpack_from(self._bytes)
            broken_frame = kind == Kind.SOUND and length % _FRAME_BYTES
            if kind not in _KINDS or length > LONGEST_RECORD_BYTES or broken_frame:
                raise AudioError("The capture process wrote what cannot be read.")
            end = _HEADER.size + length
            if len(self._bytes) < end:
                return
            payload = bytes(self._bytes[_HEADER.size : end])
            del self._bytes[:end]
            yield Record(Kind(kind), time, overflows, floor_dbfs, payload)


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """How the capture process listens.

    `rate_hz` forces the rate the device is opened at, for a card that accepts 16 kHz and
    delivers it badly. The gate's hang-over `hold_s` must outlast the silence that ends an
    utterance, or the end of an utterance would never be seen; `pre_roll_s` must cover the speech
    gate's pre-roll and the run-up of its detector (0.3 s each).
    """

    device: str | None = None
    rate_hz: int | None = None
    hold_s: float = 1.5
    pre_roll_s: float = 0.7

    def to_arguments(self) -> list[str]:
        """Return the command line of the capture process."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return [f"--{name}={value}" for name, value in values.items() if value is not None]
