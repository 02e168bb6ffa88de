"""The speech gate: sound in, utterances out. An empty bedroom costs next to nothing.

Three questions, each asked only when the one before said yes: is it louder than the room
(EnergyGate), is it a voice (Silero VAD), is there enough of it to be an utterance?
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

from skill.audio.frames import FRAME_S, Frame
from skill.audio.noise_floor import EnergyGate, EnergySettings
from skill.audio.voice_detector import VoiceDetector

CLOCK_TOLERANCE_S: Final = 0.001  # times are sums of floats


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When a voice begins and ends, in seconds and Silero's probability of speech (0..1)."""

    # Measured: of all detectors tried only Silero stays near the truth in noise, at .5 and .35.
    open_probability: float = 0.5
    close_probability: float = 0.35
    min_voiced_s: float = 0.064  # measured: 0.2 loses 6 of 160 real single words
    voice_gap_s: float = 0.2  # a longer pause parts sounds too short to be an utterance; a stop
    # consonant's closure lasts up to 0.15 s
    pre_roll_s: float = 0.3  # what precedes the first voiced frame: soft onsets, "h" and "f"
    silence_s: float = 0.5  # measured: read speech pauses longer than this three times a minute
    longest_s: float = 12.0
    # Moans, cries and knocks are half voices. Of 229 recorded single words all but 4 peaked at .9
    # or above, of the 22 sounds of a night that opened the gate 5. Longer ones need no such proof.
    sure_probability: float = 0.9
    short_s: float = 0.6
    energy: EnergySettings = field(default_factory=EnergySettings)


@dataclass(frozen=True, slots=True)
class UtteranceStarted:
    """Somebody speaks since `at`, seconds; `frames` begin `pre_roll_s` earlier and reach to now."""

    at: float
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class UtteranceContinued:
    """The next frame of the utterance; `silence_s` seconds have passed since its last voice."""

    frame: Frame
    silence_s: float = 0.0


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """The voice was heard from `start` to `end`, seconds; it fell silent or spoke too long."""

    start: float
    end: float
    reason: Literal["silence", "longest"]


@dataclass(frozen=True, slots=True)
class VoiceDiscarded:
    """What began like a voice at `at`, seconds, was none: too short, or short and never surely one.

    The second comes instead of UtteranceEnded.
    """

    at: float


GateEvent = UtteranceStarted | UtteranceContinued | UtteranceEnded | VoiceDiscarded


@dataclass(slots=True)
class _Voice:
    """A voice being heard; an utterance once there is enough of it."""

    start: float
    end: float
    frames: list[Frame]  # until it is an utterance
    voiced_s: float = 0.0
    is_utterance: bool = False
    surest: float = 0.0  # the highest probability of a voice in it


class Gate:
    """Finds the utterances in a stream of frames.

    `settings` may be exchanged between two frames; the pre-roll and the energy settings are those
    of the beginning. `end` ends an utterance earlier than its silence would.
    """

    def __init__(self, settings: GateSettings | None = None) -> None:
        self.settings = settings or GateSettings()
        self._pre_roll_frames = round(self.settings.pre_roll_s / FRAME_S + 0.5)
        self._detector = VoiceDetector()
        self.reset()

    def reset(self) -> None:
        """Forget everything heard, the noise floor included."""
        self._energy = EnergyGate(self.settings.energy)
        # Twice the pre-roll: the detector's run-up, and what precedes a voice found in it.
        self._before: deque[Frame] = deque(maxlen=2 * self._pre_roll_frames)
        self._voice: _Voice | None = None
        self._goes_on = False
        self.is_detecting = False

    def push(self, frame: Frame) -> tuple[GateEvent, ...]:
        """Take the next frame; return what it makes known, in order."""
        is_loud = self._energy.hears(frame)
        if self.is_detecting:
            events = self._detect(frame)
        elif is_loud:
            events = self._begin_to_detect(frame)
        else:
            self._before.append(frame)
            return ()
        if not is_loud and self._voice is None and not self._goes_on:
            self.is_detecting = False
        return tuple(events)

    def flush(self) -> tuple[GateEvent, ...]:
        """End what is open because the stream has ended."""
        events = self.end()
        self._goes_on = self.is_detecting = False
        return events

    def end(self) -> tuple[GateEvent, ...]:
        """End what is open, as if it had been silent for long enough; go on with the stream."""
        voice, self._voice = self._voice, None
        return () if voice is None else (self._ended(voice),)

    def _begin_to_detect(self, frame: Frame) -> list[GateEvent]:
        """Give the detector a run-up: it is unsure of the first frames after a reset."""
        self._detector.reset()
        self.is_detecting = True
        run_up = [self._before.pop() for _ in range(min(len(self._before), self._pre_roll_frames))]
        return [event for past in (*reversed(run_up), frame) for event in self._detect(past)]

    def _detect(self, frame: Frame) -> list[GateEvent]:
        settings = self.settings
        is_voiced = self._detector.hears(
            frame,
            self._energy.floor_dbfs,
            opens=settings.open_probability,
            closes=settings.close_probability,
        )
        if self._voice is None:
            if not is_voiced:
                self._goes_on = False
                self._before.append(frame)
                return []
            pre_roll = list(self._before)[-self._pre_roll_frames :]
            self._voice = _Voice(start=frame.time, end=frame.end, frames=pre_roll)
        return self._follow(self._voice, frame)

    def _follow(self, voice: _Voice, frame: Frame) -> list[GateEvent]:
        if self._detector.is_voiced:
            voice.end = frame.end
            voice.voiced_s += FRAME_S
            voice.surest = max(voice.surest, self._detector.probability)
            self._before.clear()
        else:
            self._before.append(frame)
        silence_s = frame.end - voice.end
        if not voice.is_utterance:
            return self._weigh(voice, frame, silence_s)
        events: list[GateEvent] = [UtteranceContinued(frame, silence_s)]
        if silence_s > self.settings.silence_s - CLOCK_TOLERANCE_S:
            self._voice = None
            events.append(self._ended(voice))
        elif frame.end - voice.start > self.settings.longest_s - CLOCK_TOLERANCE_S:
            self._voice = None
            self._goes_on = self._detector.is_voiced
            events.append(UtteranceEnded(voice.start, voice.end, "longest"))
        return events

    def _ended(self, voice: _Voice) -> UtteranceEnded | VoiceDiscarded:
        settings = self.settings
        is_short = voice.end - voice.start < settings.short_s
        unsure = is_short and voice.surest < settings.sure_probability
        if unsure or not voice.is_utterance:
            return VoiceDiscarded(voice.start)
        return UtteranceEnded(voice.start, voice.end, "silence")

    def _weigh(self, voice: _Voice, frame: Frame, silence_s: float) -> list[GateEvent]:
        """Decide whether a voice has become an utterance, or was none."""
        voice.frames.append(frame)
        enough_s = 0.0 if self._goes_on else self.settings.min_voiced_s - CLOCK_TOLERANCE_S
        if voice.voiced_s > enough_s:
            voice.is_utterance, self._goes_on = True, False
            return [UtteranceStarted(voice.start, tuple(voice.frames))]
        if silence_s > self.settings.voice_gap_s - CLOCK_TOLERANCE_S:
            self._voice = None
            self._before.clear()
            self._before.extend(voice.frames)
            return [VoiceDiscarded(voice.start)]
        return []
