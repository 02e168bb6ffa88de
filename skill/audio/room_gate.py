"""Decides in the capture process which frames are worth waking the daemon for."""

from __future__ import annotations

from collections import deque

from skill.audio.capture_records import CaptureSettings
from skill.audio.frames import FRAME_S, Frame
from skill.audio.noise_floor import EnergyGate, EnergySettings


class RoomGate:
    """Keeps quiet frames back; lets loud ones pass with what preceded and what follows them."""

    def __init__(self, settings: CaptureSettings) -> None:
        self._energy = EnergyGate(EnergySettings(hang_over_s=settings.hold_s))
        self._before: deque[Frame] = deque(maxlen=round(settings.pre_roll_s / FRAME_S))
        self.held_open = False
        self.is_open = False

    @property
    def floor_dbfs(self) -> float:
        """The noise of the room, dBFS."""
        return self._energy.floor_dbfs

    def push(self, frame: Frame) -> list[Frame]:
        """Take the next frame; return those to send now, in order."""
        self.is_open = self._energy.hears(frame) or self.held_open
        if not self.is_open:
            self._before.append(frame)
            return []
        frames = [*self._before, frame]
        self._before.clear()
        return frames
