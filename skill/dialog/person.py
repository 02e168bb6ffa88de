"""What is known of whoever speaks: set once in the configuration, or said in this night."""

from __future__ import annotations

TOLD_S = 1800.0  # what was said of oneself holds as long as a cramp that is back is the same one


class Person:
    """The facts of the persons who sleep here.

    Where several do, it is not known who speaks: all their `configured` facts hold, for the
    stricter union is safe, but only what was told is `known` of the person who speaks.
    """

    def __init__(self, configured: frozenset[str], *, alone: bool) -> None:
        self._configured = configured
        self._alone = alone
        self._told: dict[str, float] = {}

    @property
    def facts(self) -> frozenset[str]:
        """What may be true of the person."""
        return self._configured | self._told.keys()

    @property
    def known(self) -> frozenset[str]:
        """What surely is."""
        return self.facts if self._alone else frozenset(self._told)

    def tells(self, facts: frozenset[str], now: float) -> None:
        """Note what the person says of themselves."""
        self._told.update(dict.fromkeys(facts, now))

    def forget_old(self, now: float) -> None:
        """Forget what was said in an earlier conversation."""
        self._told = {fact: at for fact, at in self._told.items() if now - at <= TOLD_S}
