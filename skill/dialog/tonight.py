"""What is remembered from one cramp to the next in the same night."""

from __future__ import annotations

SAME_PLACE_S = 1800.0  # a cramp within half an hour, its place unsaid, is the last one back
FREQUENT = 2  # cramps in one night after which the doctor is mentioned, once
NIGHT_S = 12 * 3600.0


class Tonight:
    """When the cramps of this night began and ended, seconds on the conversation's clock."""

    def __init__(self) -> None:
        self._began: list[float] = []
        self._ended_at: float | None = None
        self._doctor_named_at = -NIGHT_S

    def begins(self, now: float) -> None:
        """Note a cramp, be it the last one back."""
        self._began = [began for began in self._began if now - began <= NIGHT_S] + [now]

    def ends(self, now: float) -> None:
        """Note that an episode is over."""
        self._ended_at = now

    def is_lately(self, now: float) -> bool:
        """Return whether the last episode ended so lately that its place still holds."""
        return self._ended_at is not None and now - self._ended_at <= SAME_PLACE_S

    def names_doctor(self, now: float) -> bool:
        """Return whether to mention the doctor now: often tonight, and not yet mentioned."""
        due = len(self._began) >= FREQUENT and now - self._doctor_named_at >= NIGHT_S
        if due:
            self._doctor_named_at = now
        return due
