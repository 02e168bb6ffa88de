"""Plays a night file against the real recogniser, dialog and voice, in simulated time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from skill.audio.file_speaker import FileSpeaker
from skill.audio.frames import FRAME_S, Samples
from skill.audio.recording import ScriptedMicrophone, read_recording
from skill.companion import Companion, Said
from skill.dialog.stage import State
from skill.errors import UncrampError
from skill.hearing.listener import Utterance
from skill.rehearsal.night_file import Expectation, Night, NightStep
from skill.rehearsal.transcript import NightTranscript

BEFORE_SPEAKING_S = 0.4  # people leave a short gap after the other has spoken
AFTER_SPEAKING_S = 2.0  # longer than any end-of-utterance silence
LONGEST_STEP_S = 7500.0  # a little more than the longest wait a night file may ask for
LAST_LINES = 4

Synthesise = Callable[[str, str], Samples]


class ExpectationFailedError(UncrampError):
    """Something a night expected did not happen."""


@dataclass
class Rehearsal:
    """One night under way. `synthesise(text, voice)` renders the `speak` steps."""

    night: Night
    folder: Path
    companion: Companion
    microphone: ScriptedMicrophone
    speaker: FileSpeaker
    transcript: NightTranscript
    synthesise: Synthesise
    realtime: bool = False
    _heard_before: int = 0
    _said_before: int = 0
    _began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Play the whole night; raise ExpectationFailedError at the first failed step."""
        frames = self.microphone.frames()
        for number, step in enumerate(self.night.steps, start=1):
            script = self._play(number, step)
            gives_up_at = self.companion.now + LONGEST_STEP_S
            for frame in frames:
                self.companion.frame(frame)
                if self.companion.now > gives_up_at:
                    raise self._failed(number, "it found no moment to begin")
                if self.realtime:
                    time.sleep(max(0.0, self._began + frame.end - time.monotonic()))
                if next(script, "done") == "done":
                    break

    # Each step is a generator that yields once a frame until the step is over.

    def _play(self, number: int, step: NightStep) -> Iterator[None]:
        if step.hear is not None:
            yield from self._until_my_turn(step)
            self._mark()
            now = self.companion.now
            self.companion.hear(Utterance(step.hear, now, now, 0.0))
        elif step.play is not None:
            yield from self._speak(step, read_recording(self.folder / step.play))
        elif step.speak is not None:
            yield from self._speak(step, self.synthesise(step.speak, step.voice))
        elif step.wait is not None:
            yield from self._for(step.wait)
        elif step.until is not None:
            yield from self._until(number, step)
        elif step.expect is not None:
            yield from self._expect(number, step.expect)

    def _speak(self, step: NightStep, samples: Samples) -> Iterator[None]:
        yield from self._until_my_turn(step)
        self._mark()
        at = self.companion.now + FRAME_S
        self.microphone.speak(samples, at)
        self.speaker.add(samples, at)
        voice_ends = self.microphone.voice_ends_at
        while self.companion.now < voice_ends + AFTER_SPEAKING_S:
            if len(self.transcript.reactions) > self._heard_before and (
                self.companion.now > voice_ends
            ):
                return
            yield

    def _until_my_turn(self, step: NightStep) -> Iterator[None]:
        """Wait for a pause to speak into, or for `over` seconds of the next prompt."""
        if step.over is not None:
            said_before = len(self.transcript.said)
            while len(self.transcript.said) == said_before:
                yield
            begins = self.transcript.said[-1].at + step.over
            while self.companion.now < begins:
                yield
            return
        quiet_since = self.companion.now
        while self.companion.now - quiet_since < BEFORE_SPEAKING_S:
            if self.companion.saying is not None:
                quiet_since = self.companion.now
            yield

    def _for(self, seconds: float) -> Iterator[None]:
        until = self.companion.now + seconds
        while self.companion.now < until:
            yield

    def _until(self, number: int, step: NightStep) -> Iterator[None]:
        wanted = {step.until} if isinstance(step.until, str) else set(step.until or ())
        deadline = self.companion.now + step.within
        while not self._reached(wanted):
            if self.companion.now > deadline:
                raise self._failed(number, f"'{' or '.join(sorted(wanted))}' was not said")
            yield

    def _reached(self, wanted: set[str]) -> bool:
        if "quiet" in wanted and self._is_quiet():
            return True
        return any(said.prompt in wanted for said in self._said_since())

    def _is_quiet(self) -> bool:
        return self.companion.saying is None and self.companion.conversation.state is State.IDLE

    def _expect(self, number: int, expected: Expectation) -> Iterator[None]:
        start = self.companion.now
        if expected.not_said is not None:
            pattern = re.compile(expected.not_said)
            before = len(self.transcript.said)
            while self.companion.now < start + expected.for_s:
                for said in self.transcript.said[before:]:
                    if _matches(pattern, said):
                        raise self._failed(number, f"'{expected.not_said}' must not be said")
                yield
            return
        while self.companion.now <= start + expected.within:
            if expected.state is not None and self.companion.conversation.state == expected.state:
                return
            if expected.said is not None:
                pattern = re.compile(expected.said)
                if any(_matches(pattern, said) for said in self._said_since()):
                    return
            yield
        wanted = expected.said or f"state {expected.state}"
        raise self._failed(number, f"'{wanted}' was expected within {expected.within:g} s")

    def _said_since(self) -> list[Said]:
        return self.transcript.said[self._said_before :]

    def _mark(self) -> None:
        self._heard_before = len(self.transcript.reactions)
        self._said_before = len(self.transcript.said)

    def _failed(self, number: int, what: str) -> ExpectationFailedError:
        last = [f"  {said.prompt}: {said.text}" for said in self.transcript.said[-LAST_LINES:]]
        return ExpectationFailedError(
            f"Step {number} of '{self.night.title}' failed at {self.companion.now:.1f} s: {what}.",
            "The last lines said:\n" + ("\n".join(last) or "  (nothing)"),
        )


def _matches(pattern: re.Pattern[str], said: Said) -> bool:
    return bool(pattern.search(said.text) or pattern.search(said.prompt))
