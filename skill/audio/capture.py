"""The capture process: `python -m skill.audio.capture` hears the microphone for the daemon.

PortAudio cannot report a lost device and may hang in it, so it lives in a process that can be
killed. Records (capture_records.py) go to standard output, frames only while it is louder than
the room; single bytes on standard input hold the gate open; end of input ends the process.
"""

from __future__ import annotations

import argparse
import os
import queue
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

BLOCK_S: Final = 0.064  # two frames: 16 wake-ups a second
# While the room is quiet, blocks are looked at four at once: each wake-up costs, and
# with the pre-roll nothing is lost when a voice begins.
QUIET_NAP_S: Final = 0.25
HEARTBEAT_S: Final = 1.0
LOST_AFTER_S: Final = 3.0  # a card that delivers no block for so long is gone
FIRST_BLOCK_S: Final = 10.0  # Bluetooth and sleeping sound servers take their time
LONGEST_QUEUE: Final = 150  # blocks (10 s) kept while the daemon does not read


@dataclass(frozen=True, slots=True)
class Block:
    """What the card delivered at once: (n,) int16 mono at its rate, in the air until `at`."""

    samples: Samples
    at: float


class Capture:
    """One open microphone."""

    def __init__(self, device: Device, rate_hz: int | None) -> None:
        self.device = device
        self.overflows = 0
        self._blocks: queue.SimpleQueue[tuple[bytes, float]] = queue.SimpleQueue()
        self._sounddevice = portaudio()
        self._stream = self._open(rate_hz)
        self.rate_hz = round(self._stream.samplerate)
        self._channels: int = self._stream.channels

    @property
    def has_waiting(self) -> bool:
        """Whether a block is there already."""
        return not self._blocks.empty()

    def blocks(self) -> Iterator[Block]:
        """Yield what the card delivers, for ever. Raises AudioError when it stops."""
        patience_s = FIRST_BLOCK_S
        while True:
            data, at = self._next(patience_s)
            patience_s = LOST_AFTER_S
            samples = np.frombuffer(data, dtype=np.int16)
            # The first channel: a stereo microphone's mix would cancel what comes from the side.
            yield Block(samples[:: self._channels], at)

    def _next(self, patience_s: float) -> tuple[bytes, float]:
        give_up_at = time.monotonic() + patience_s
        while True:
            try:
                return self._blocks.get(timeout=patience_s / 10)
            except queue.Empty:
                if time.monotonic() > give_up_at or not self._stream.active:
                    raise AudioError(
                        f"The microphone '{self.device.name}' delivers no sound any more.",
                        "Check that it is plugged in.",
                    ) from None

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
                            blocksize=round(BLOCK_S * rate),
                            # PortAudio's high default is half-second bursts through PulseAudio.
                            latency="low",
                            callback=self._take,
                        )
                        stream.start()
                    return stream
                except sounddevice.PortAudioError as error:
                    refused = str(error.args[0]) if error.args else ""
        raise AudioError(
            f"The microphone '{device.name}' cannot be opened ({refused}).",
            "Check that no other program holds it.",
        )

    def _take(self, data: Any, _frames: int, stream_time: Any, status: Any) -> None:
        """Take a block in PortAudio's own thread: copy, hand on, return."""
        now = time.monotonic()
        if status.input_overflow:
            self.overflows += 1
        if self._blocks.qsize() >= LONGEST_QUEUE:
            self.overflows += 1
            return
        # How old the block's first sample is; some drivers do not know.
        age_s = stream_time.currentTime - stream_time.inputBufferAdcTime
        age_s = age_s if BLOCK_S <= age_s < 1.0 else BLOCK_S
        self._blocks.put((bytes(data), now - age_s + BLOCK_S))


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
    yield Record(Kind.OPENED, payload=capture.device.name.encode())
    for block in capture.blocks():
        sending: list[Frame] = []
        for frame in framer.push(block):
            sending += gate.push(frame)
        if sending:
            yield sound_record(sending, capture.overflows, gate.floor_dbfs)
        elif was_open or block.at >= heartbeat_at:
            heartbeat_at = block.at + HEARTBEAT_S
            yield Record(Kind.QUIET, block.at, capture.overflows, gate.floor_dbfs)
        was_open = gate.is_open
        if not was_open and not capture.has_waiting:
            time.sleep(QUIET_NAP_S)


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
