"""Notices that the evening has come, by the wall clock, whatever jumps the clock makes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

DAY: Final = timedelta(days=1)


class Evening:
    """Comes once a day at `at`, local wall time; `now` is when it begins to look."""

    def __init__(self, at: time, now: datetime) -> None:
        self._at = at
        self._next = self._after(now)

    def has_come(self, now: datetime) -> bool:
        """Return whether an evening came since the last look; `now` is naive local time.

        A clock set back never makes it wait longer than until the next evening by that clock.
        """
        if now >= self._next:
            self._next = self._after(now)
            return True
        self._next = min(self._next, self._after(now))
        return False

    def _after(self, now: datetime) -> datetime:
        today = datetime.combine(now.date(), self._at)
        return today if today > now else today + DAY
