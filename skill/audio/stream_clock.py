"""When the samples of a sound card were in the air, on this machine's monotonic clock."""

from __future__ import annotations

from typing import Final

# A block's measured time is some milliseconds off; the clock follows it this slowly. At 16 blocks
# a second a card that is 100 ppm off (a cheap crystal) stays within 2 ms.
FOLLOWED_SHARE: Final = 0.005
LOST_S: Final = 0.2  # further off than that, sound was lost or the machine slept


class StreamClock:
    """Turns seconds of sound since the stream began into monotonic time without jitter."""

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def observe(self, stream_s: float, at: float) -> None:
        """Take in that the sound up to `stream_s` was in the air until about `at`."""
        measured = at - stream_s
        if self._offset_s is None or abs(measured - self._offset_s) > LOST_S:
            self._offset_s = measured
        else:
            self._offset_s += FOLLOWED_SHARE * (measured - self._offset_s)

    def time_at(self, stream_s: float) -> float:
        """Return the monotonic time of a place in the stream, seconds."""
        return stream_s + (self._offset_s or 0.0)
