"""The live speaker: prompts through the sound card, silent at a word."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import soxr

from skill.audio import devices
from skill.audio.devices import Device, Direction, find_device, portaudio
from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.levels import fade, gain
from skill.audio.sounding import Sounding
from skill.errors import AudioError
from skill.native_output import muted_stderr

# What is in the card can't be taken back, so it must be less than a stop may take. Measured through
# PulseAudio on a busy two-core machine: 0.02 s ran dry 140 times a second, 0.03 s and more never.
LATENCY_S: Final = 0.04
BLOCK_S: Final = 0.01
SILENT_WITHIN_S: Final = 0.095  # the Speaker protocol: 0.1 s
SHORTEST_FADE_OUT_S: Final = 0.01
CUT_S: Final = 0.005  # fade of what another prompt cuts: too short to hear, too long to click
# A suspended sound server, an amplifier or a Bluetooth link swallows the first 100-500 ms.
WAKING_S: Final = 0.3
CLEAN_BLOCKS: Final = 5  # in a row: the card takes sound at its own pace
STUCK_S: Final = 0.5  # not at its own pace by then: it runs dry for ever, and is opened anew
LATENCY_STEP_S: Final = 0.02  # more sound in the card each time, where it ran dry
LONGEST_LATENCY_S: Final = 0.1
LONGEST_WAKING_S: Final = 3.0  # then play all the same
IDLE_S: Final = 60.0  # then the card is left alone: an open stream costs wake-ups all night
UNUSED_S: Final = 10.0  # the same where nothing was played: opened for a voice without a reply
DEAD_S: Final = 3.0  # a card that takes no block for so long is gone
FIRST_BLOCK_S: Final = 6.0  # before the first one: a sleeping sound server takes its time
CLOSE_S: Final = 1.0  # closing a dead card may hang for ever


@dataclass(slots=True)
class _Card:
    """An open stream and what it last told; `called_at` monotonic."""

    stream: Any
    rate_hz: int
    channels: int
    opened_at: float
    called_at: float = 0.0
    latency_s: float = 0.0
    underflows: int = 0
    clean_blocks: int = 0  # since it last ran dry
    awake: bool = False
    idle_since: float = 0.0
    has_played: bool = False

    def wake(self, now: float, *, ran_dry: bool) -> bool:
        """Return whether what is played now will be heard.

        A stream that has just been opened may call for blocks in a burst, running dry all the
        while: whatever goes into it then is lost.
        """
        self.clean_blocks = 0 if ran_dry else self.clean_blocks + 1
        open_s = now - self.opened_at
        steady = open_s >= WAKING_S and self.clean_blocks >= CLEAN_BLOCKS
        self.awake = self.awake or steady or open_s >= LONGEST_WAKING_S
        return self.awake


class LiveSpeaker:
    """Plays through a sound card; a `Speaker`.

    The card keeps its own time (`time.monotonic()`); `now` is taken for the present. The stream
    is opened when first needed, or by `prepare` as soon as somebody begins to speak, and closed
    after a minute without a prompt, or 10 s if there was none. A prompt right after opening is
    led by silence until the card has woken up. Raises AudioError when there is no such device;
    from `play`, `finished` and `played_s` when it was lost; the next `play` tries to open it anew.
    """

    def __init__(self, device: str | None = None, *, idle_s: float = IDLE_S) -> None:
        self._name = device
        self._idle_s = idle_s
        self._latency_s = LATENCY_S
        self._lock = threading.Lock()
        self._sounding: list[Sounding] = []
        self._prompt: Sounding | None = None
        self._card: _Card | None = None
        self._random = np.random.default_rng(0)
        self.prepare()

    def prepare(self) -> None:
        """Open the stream if it is not open, so that the next prompt begins at once."""
        self._end_idle_stream()
        if self._card is None:
            self._open()

    def play(
        self,
        samples: Samples,
        *,
        key: str,
        now: float,
        gain_db: float = 0.0,
        fade_in_s: float = 0.0,
    ) -> None:
        """Begin playing (n,) int16 mono 16 kHz; what was playing is cut, not finished."""
        self.stop(now=now, fade_out_s=CUT_S)
        self._check_alive()
        self.prepare()
        card = self._card
        assert card is not None
        sound = fade(gain(samples, gain_db), fade_in_s)
        if card.rate_hz != SAMPLE_RATE_HZ:
            sound = soxr.resample(sound, SAMPLE_RATE_HZ, card.rate_hz)
        prompt = Sounding(sound, card.rate_hz, 0, key)
        with self._lock:
            self._prompt = prompt
            self._sounding.append(prompt)

    def stop(self, *, now: float, fade_out_s: float = 0.05) -> None:  # noqa: ARG002
        """Fall silent within 0.1 s; the prompt never finishes.

        The fade is shorter than `fade_out_s` where the card itself holds too much sound.
        """
        with self._lock:
            if self._prompt is None or self._prompt.key is None:
                return
            in_card_s = self._card.latency_s + BLOCK_S if self._card else 0.0
            left_s = max(SILENT_WITHIN_S - in_card_s, SHORTEST_FADE_OUT_S)
            self._prompt.cut(min(fade_out_s, left_s))

    def finished(self, now: float) -> str | None:  # noqa: ARG002
        """Return the key of the prompt that has been heard to its end, once; else None."""
        self._check_alive()
        self._end_idle_stream()
        self._open_anew_when_stuck()
        prompt = self._prompt
        if prompt is None or prompt.ended_at is None or time.monotonic() < prompt.ended_at:
            return None
        key, prompt.key = prompt.key, None
        return key

    def played_s(self, now: float) -> float:  # noqa: ARG002
        """Return how much of the current or last prompt was heard, seconds."""
        self._check_alive()
        prompt = self._prompt
        if prompt is None or prompt.began_at is None:
            return 0.0
        heard_s = max(time.monotonic() - prompt.began_at, 0.0)
        return min(heard_s, prompt.position / prompt.rate_hz)

    def close(self) -> None:
        """Fall silent and free the card; safe to call twice."""
        with self._lock:
            self._sounding.clear()
        card, self._card = self._card, None
        if card is not None:
            _close(card.stream)

    @property
    def underflows(self) -> int:
        """How often the card ran dry since it was opened."""
        return self._card.underflows if self._card else 0

    def _open(self) -> None:
        try:
            device = find_device(Direction.OUTPUT, self._name)
            self._card = self._open_device(device)
        except AudioError:  # PortAudio's list of devices is frozen: perhaps it was plugged in since
            devices.refresh()
            self._card = self._open_device(find_device(Direction.OUTPUT, self._name))

    def _open_device(self, device: Device) -> _Card:
        sounddevice = portaudio()
        refused = ""
        for rate in dict.fromkeys([SAMPLE_RATE_HZ, device.native_rate_hz, 48_000, 44_100]):
            for channels in dict.fromkeys([1, min(2, device.channels)]):
                now = time.monotonic()
                card = _Card(None, rate, channels, opened_at=now, called_at=now, idle_since=now)

                def fill(
                    out: Any, _frames: int, stream_time: Any, status: Any, card: _Card = card
                ) -> None:
                    self._fill(card, out, stream_time, status)

                try:
                    with muted_stderr():
                        card.stream = sounddevice.RawOutputStream(
                            device=device.index,
                            samplerate=rate,
                            channels=channels,
                            dtype="int16",
                            blocksize=round(BLOCK_S * rate),
                            latency=self._latency_s,
                            callback=fill,
                        )
                        card.stream.start()
                    return card
                except sounddevice.PortAudioError as error:
                    refused = str(error.args[0]) if error.args else ""
        raise AudioError(
            f"The speaker '{device.name}' cannot be opened ({refused}).",
            "Check that no other program holds it.",
        )

    def _fill(self, card: _Card, out: Any, stream_time: Any, status: Any) -> None:
        """Fill a block in PortAudio's own thread."""
        now = time.monotonic()
        card.called_at = now
        card.underflows += bool(status.output_underflow)
        delay_s = stream_time.outputBufferDacTime - stream_time.currentTime
        card.latency_s = delay_s if 0.0 < delay_s < 1.0 else card.stream.latency
        block = np.frombuffer(out, dtype=np.int16).reshape(-1, card.channels)
        # Not digital silence, on which some amplifiers fall asleep; -90 dBFS cannot be heard.
        mixed = self._random.integers(-1, 2, len(block), dtype=np.int32)
        awake = card.wake(now, ran_dry=status.output_underflow)
        with self._lock:
            for sounding in self._sounding if awake else ():
                sounding.mix_into(mixed, now + card.latency_s)
            if self._sounding:
                card.idle_since, card.has_played = now, True
            self._sounding = [s for s in self._sounding if s.ended_at is None]
        np.clip(mixed, -32_768, 32_767, out=mixed)
        block[:] = mixed[:, np.newaxis]
        if now - card.idle_since > self._open_for_s(card):
            raise portaudio().CallbackStop

    def _open_for_s(self, card: _Card) -> float:
        return self._idle_s if card.has_played else min(UNUSED_S, self._idle_s)

    def _end_idle_stream(self) -> None:
        card = self._card
        if card is not None and time.monotonic() - card.idle_since > self._open_for_s(card):
            self._card = None
            _close(card.stream)

    def _open_anew_when_stuck(self) -> None:
        """Open the stream again, with more latency, while it runs dry from the beginning.

        Seen through PulseAudio, by chance: PortAudio then calls for blocks without end.
        """
        card, now = self._card, time.monotonic()
        if card is None or card.awake or now - card.opened_at < STUCK_S:
            return
        if not card.underflows or now - card.called_at > STUCK_S:
            return  # not stuck but slow, or gone
        self._latency_s = min(self._latency_s + LATENCY_STEP_S, LONGEST_LATENCY_S)
        _close(card.stream)
        self._open()

    def _check_alive(self) -> None:
        card = self._card
        if card is None:
            return
        patience_s = DEAD_S if card.latency_s else FIRST_BLOCK_S  # known from the first block on
        if time.monotonic() - card.called_at < patience_s:
            return
        if card.called_at - card.idle_since > self._open_for_s(card):  # it ended by itself
            return
        self.close()
        name = f" '{self._name}'" if self._name else ""
        raise AudioError(
            f"The speaker{name} takes no sound any more.", "Check that it is plugged in."
        )


def _close(stream: Any) -> None:
    """Close a stream, or give it up: PortAudio may hang on a dead card."""

    def close() -> None:
        with contextlib.suppress(portaudio().PortAudioError):
            stream.abort()
            stream.close()

    closing = threading.Thread(target=close, name="close speaker", daemon=True)
    closing.start()
    closing.join(CLOSE_S)
