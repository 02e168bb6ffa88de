"""The capture process: `python -m skill.audio.capture` hears the microphone for the daemon.

PortAudio cannot report a lost device and may hang in it, so it lives in a process that can be
killed. Records (capture_records.py) go to standard output, frames only while it is louder than
the room; single bytes on standard input hold the gate open; end of input ends the process.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from skill.audio.capture_records import (
    HOLD_OPEN,
    CaptureSettings,
    Kind,
    Record,
    sound_record,
)
from skill.audio.devices import Device, Direction, find_device, portaudio
from skill.audio.frames import FRAME_SAMPLES, SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.room_gate import RoomGate
from skill.audio.stream_clock import StreamClock
from skill.errors import AudioError
from skill.native_output import muted_stderr

PERIOD_S: Final = 0.064  # two frames: how often the card hands over
BUFFER_S: Final = 0.2  # kept in the card; PortAudio's own choice is half-second bursts, or 13 ms
# While the room is quiet, half a second is read at once: each time Python wakes it costs, and
# with the pre-roll nothing is lost when a voice begins.
QUIET_READ_S: Final = 0.5
HEARTBEAT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Block:
    """What was read at once: (n,) int16 mono at the card's rate, in the air until `at`."""

    samples: Samples
    at: float


class Capture:
    """One open microphone. `read_s`: how much sound the next read waits for, seconds."""

    def __init__(self, device: Device, rate_hz: int | None) -> None:
        self.device = device
        self.overflows = 0
        self.read_s = PERIOD_S
        self._sounddevice = portaudio()
        self._stream = self._open(rate_hz)
        self.rate_hz = round(self._stream.samplerate)
        self._channels: int = self._stream.channels

    def blocks(self) -> Iterator[Block]:
        """Yield what the card delivers, for ever. Raises AudioError when it stops.

        A card that hangs PortAudio is for the parent to notice: it misses the heartbeat.
        """
        while True:
            try:
                with muted_stderr():
                    data, overflowed = self._stream.read(round(self.read_s * self.rate_hz))
                    waiting_s = self._stream.read_available / self.rate_hz
            except self._sounddevice.PortAudioError:
                raise AudioError(
                    f"The microphone '{self.device.name}' delivers no sound any more.",
                    "Check that it is plugged in.",
                ) from None
            self.overflows += overflowed
            samples = np.frombuffer(data, dtype=np.int16)
            # The first channel: a stereo microphone's mix would cancel what comes from the side.
            yield Block(samples[:: self._channels], time.monotonic() - waiting_s)

    def _open(self, rate_hz: int | None) -> Any:
        device, sounddevice = self.device, self._sounddevice
        rates = [rate_hz] if rate_hz else [SAMPLE_RATE_HZ, device.native_rate_hz, 48_000, 44_100]
        refused = ""
        for rate in dict.fromkeys(rates):
            for channels in dict.fromkeys([1, min(2, device.channels)]):
                try:
                    with muted_stderr():
                        stream = sounddevice.RawInputStream(
                            device=device.index,
                            samplerate=rate,
                            channels=channels,
                            dtype="int16",
                            blocksize=round(PERIOD_S * rate),
                            latency=BUFFER_S,
                        )
                        stream.start()
                    return stream
                except sounddevice.PortAudioError as error:
                    refused = str(error.args[0]) if error.args else ""
        raise AudioError(
            f"The microphone '{device.name}' cannot be opened ({refused}).",
            "Check that no other program holds it.",
        )


class Framer:
    """Blocks of any rate in, frames with their time out."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._clock = StreamClock()
        self._taken = 0
        self._made = 0
        self._rest: Samples = np.zeros(0, dtype=np.int16)
        self._resampler: Any = None
        if rate_hz != SAMPLE_RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="int16")

    def push(self, block: Block) -> list[Frame]:
        """Take the next block; return the frames it completes."""
        self._taken += len(block.samples)
        self._clock.observe(self._taken / self._rate_hz, block.at)
        samples = block.samples
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        whole = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        frames = []
        for begin in range(0, len(whole) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            time_s = self._clock.time_at(self._made / SAMPLE_RATE_HZ)
            frames.append(Frame(whole[begin : begin + FRAME_SAMPLES], time_s))
            self._made += FRAME_SAMPLES
        self._rest = whole[len(frames) * FRAME_SAMPLES :]
        return frames


def records(capture: Capture, gate: RoomGate) -> Iterator[Record]:
    """Yield what the daemon is to know, for ever. Raises AudioError when the card stops."""
    framer = Framer(capture.rate_hz)
    heartbeat_at = 0.0
    was_open = False
    for number, block in enumerate(capture.blocks()):
        if number == 0:
            yield Record(Kind.OPENED, payload=capture.device.name.encode())
        sending: list[Frame] = []
        for frame in framer.push(block):
            sending += gate.push(frame)
        if sending:
            yield sound_record(sending, capture.overflows, gate.floor_dbfs)
        elif was_open or block.at >= heartbeat_at:
            heartbeat_at = block.at + HEARTBEAT_S
            yield Record(Kind.QUIET, block.at, capture.overflows, gate.floor_dbfs)
        was_open = gate.is_open
        capture.read_s = PERIOD_S if was_open or gate.held_open else QUIET_READ_S


def obey(gate: RoomGate) -> None:
    """Follow the daemon's bytes; end the process with it, at once and whatever PortAudio does."""
    while byte := os.read(0, 1):
        gate.held_open = byte == HOLD_OPEN
    os._exit(0)


def main() -> None:
    """Capture until standard input ends or the microphone is lost."""
    parser = argparse.ArgumentParser(
        prog="skill.audio.capture", description=__doc__, argument_default=argparse.SUPPRESS
    )
    parser.add_argument("--device")
    parser.add_argument("--rate_hz", type=int)
    parser.add_argument("--hold_s", type=float)
    parser.add_argument("--pre_roll_s", type=float)
    settings = CaptureSettings(**vars(parser.parse_args()))
    gate = RoomGate(settings)
    threading.Thread(target=obey, args=(gate,), daemon=True).start()
    out = sys.stdout.buffer
    try:
        try:
            capture = Capture(find_device(Direction.INPUT, settings.device), settings.rate_hz)
            for record in records(capture, gate):
                out.write(record.to_bytes())
                out.flush()
        except AudioError as error:
            out.write(Record(Kind.FAILED, payload=str(error).encode()).to_bytes())
            out.flush()
    except BrokenPipeError:
        pass  # the daemon is gone
    except Exception:
        traceback.print_exc()
    os._exit(1)  # closing a dead card may hang


if __name__ == "__main__":
    main()
