"""Does it hear and speak well? One check a line, in plain words, with what to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from skill.audio.capture_records import CaptureSettings
from skill.audio.devices import Direction, find_device
from skill.audio.frames import Frame, Samples
from skill.audio.levels import dbfs
from skill.audio.microphone import LiveMicrophone
from skill.audio.recording import read_recording
from skill.audio.speaker import LiveSpeaker
from skill.errors import UncrampError
from skill.hearing.recognizer import Recognizer

LISTEN_S: Final = 2.0
LOUD_ROOM_DBFS: Final = -35.0  # above it even a normal voice at two metres drowns
DEAD_DBFS: Final = -99.0  # digital silence: a muted or unconnected microphone
CLIPPED: Final = 32_700
LITTLE_DISK_BYTES: Final = 200_000_000
PLAUSIBLE_YEAR: Final = 2025  # an unset clock of a Raspberry Pi begins in 1970


class Status(StrEnum):
    """How a check came out; only `failed` keeps Uncramp from working."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One check, what was found, and what to do about it."""

    check: str
    status: Status
    detail: str
    fix: str = ""


class Patient(Protocol):
    """The installation being examined."""

    @property
    def recognizer(self) -> Recognizer:
        """The configured engine."""
        ...

    def read_dialogs(self) -> str:
        """Return what was read; raise FileFaultsError on mistakes."""
        ...

    def name_fault(self) -> str | None:
        """Return why the configured name will not be recognised well; None when it will."""
        ...

    def missing_prompts(self) -> int:
        """Return how many prompts are not rendered yet."""
        ...

    def spoken(self, text: str) -> Samples:
        """Return `text` in the configured voice."""
        ...

    def heard(self, samples: Samples) -> str:
        """Return what the recogniser hears in (n,) int16 mono 16 kHz."""
        ...


@dataclass(frozen=True, slots=True)
class Examination:
    """What is examined: the installation and the names of its devices and files."""

    patient: Patient
    microphone: str | None
    speaker: str | None
    recording: Path
    recorded_text: str
    spoken_text: str
    name: str

    def checks(self) -> Iterator[Check]:
        """Yield each check as it is done; none of them raises."""
        examined: tuple[tuple[str, Callable[[], Check]], ...] = (
            ("dialogs", self._dialogs),
            ("voice", self._voice),
            ("prompts", self._prompts),
            ("recogniser", self._recogniser),
            ("name", self._name),
            ("microphone", self._microphone_level),
            ("speaker", self._speaker_opens),
            ("round trip", self._round_trip),
            ("disk", self._disk),
            ("clock", self._clock),
        )
        for name, examine in examined:
            try:
                yield examine()
            except UncrampError as error:
                yield Check(name, Status.FAILED, error.happened, error.to_do)
            except OSError as error:
                yield Check(name, Status.FAILED, str(error))

    def _dialogs(self) -> Check:
        return Check("dialogs", Status.OK, self.patient.read_dialogs())

    def _voice(self) -> Check:
        speech = self.patient.spoken(self.spoken_text)
        text = self.patient.heard(speech)
        status = Status.OK if _same(self.spoken_text, text) else Status.WARNING
        return Check("voice", status, f"It was heard back as: {text}")

    def _prompts(self) -> Check:
        missing = self.patient.missing_prompts()
        if missing:
            to_do = "They are rendered at the next `uncramp run`; it takes some minutes."
            return Check("prompts", Status.WARNING, f"{missing} are not rendered yet.", to_do)
        return Check("prompts", Status.OK, "All are rendered.")

    def _recogniser(self) -> Check:
        name = self.patient.recognizer.name
        text = self.patient.heard(read_recording(self.recording))
        if _same(self.recorded_text, text):
            return Check("recogniser", Status.OK, f"{name} heard a recording: {text}")
        to_do = "Fetch the model again: uncramp models fetch"
        return Check("recogniser", Status.FAILED, f"{name} heard a recording as: {text}", to_do)

    def _name(self) -> Check:
        to_do = "Choose another name: uncramp setup"
        fault = self.patient.name_fault()
        if fault is not None:
            return Check("name", Status.WARNING, fault, to_do)
        text = self.patient.heard(self.patient.spoken(f"{self.name}, {self.spoken_text}"))
        if self.name.lower() in text.lower():
            return Check("name", Status.OK, f"'{self.name}' was heard back.")
        return Check("name", Status.WARNING, f"'{self.name}' was heard back as: {text}", to_do)

    def _microphone_level(self) -> Check:
        microphone = LiveMicrophone(CaptureSettings(device=self.microphone))
        try:
            microphone.hold_open(True)
            sound = _sound(_frames(microphone, LISTEN_S))
            name = microphone.device_name
        finally:
            microphone.close()
        level = dbfs(sound)
        detail = f"'{name}': the room is at {level:.0f} dBFS."
        if level <= DEAD_DBFS:
            to_do = "Unmute it or plug it in: nothing but digital silence comes from it."
            return Check("microphone", Status.WARNING, detail, to_do)
        if np.abs(sound).max(initial=0) >= CLIPPED:
            return Check("microphone", Status.WARNING, f"{detail} It clips.", "Turn it down.")
        if level > LOUD_ROOM_DBFS:
            to_do = "Move it away from the fan or radio, or turn it down."
            return Check("microphone", Status.WARNING, f"{detail} That is loud.", to_do)
        return Check("microphone", Status.OK, detail)

    def _speaker_opens(self) -> Check:
        LiveSpeaker(self.speaker).close()
        device = find_device(Direction.OUTPUT, self.speaker)
        return Check("speaker", Status.OK, f"'{device.name}' plays.")

    def _round_trip(self) -> Check:
        speaker = LiveSpeaker(self.speaker)
        microphone = LiveMicrophone(CaptureSettings(device=self.microphone))
        try:
            microphone.hold_open(True)
            speaker.play(self.patient.spoken(self.spoken_text), key="doctor", now=time.monotonic())
            frames: list[Frame] = []
            while speaker.finished(time.monotonic()) is None:
                frames += microphone.read(0.1)
            frames += _frames(microphone, 1.0)
        finally:
            microphone.close()
            speaker.close()
        text = self.patient.heard(_sound(frames))
        if _same(self.spoken_text, text):
            return Check("round trip", Status.OK, f"It heard itself say: {text}")
        to_do = "Turn the speaker up or bring the microphone nearer; with headphones it is normal."
        heard = f"It heard itself say: {text}" if text else "It did not hear its own voice."
        return Check("round trip", Status.WARNING, heard, to_do)

    def _disk(self) -> Check:
        free = shutil.disk_usage(Path.home() if Path.home().exists() else Path("/")).free
        detail = f"{free // 1_000_000} MB are free."
        if free < LITTLE_DISK_BYTES:
            return Check("disk", Status.WARNING, detail, "Free some space.")
        return Check("disk", Status.OK, detail)

    def _clock(self) -> Check:
        now = time.localtime()
        detail = time.strftime("It is %Y-%m-%d %H:%M here.", now)
        if now.tm_year < PLAUSIBLE_YEAR:
            return Check("clock", Status.WARNING, detail, "Set the clock; the diary needs it.")
        return Check("clock", Status.OK, detail)


def _same(said: str, heard: str) -> bool:
    """Return whether at least half of the words came back."""
    words = {word.strip(".,!?").lower() for word in said.split()}
    return 2 * len(words & {word.strip(".,!?").lower() for word in heard.split()}) >= len(words)


def _frames(microphone: LiveMicrophone, seconds: float) -> list[Frame]:
    until, frames = time.monotonic() + seconds, list[Frame]()
    while time.monotonic() < until:
        frames += microphone.read(0.1)
    return frames


def _sound(frames: list[Frame]) -> Samples:
    empty = np.zeros(0, dtype=np.int16)
    return np.concatenate([empty, *(frame.samples for frame in frames)]).astype(np.int16)
