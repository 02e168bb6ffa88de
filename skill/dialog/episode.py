"""One cramp from the first word to the last: what was tried, answered and learnt."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from skill.dialog.script import Line, Posture, Protocol, Step, Technique

NEVER_STAND = frozenset({"child", "cannot_stand"})
OPPOSITE = {"left": "right", "right": "left"}


@dataclass(slots=True)
class Episode:
    """The state of one cramp. Times are seconds on the conversation's clock."""

    protocol: Protocol
    side: str
    who: str
    began: float  # when the cramp began, as far as the person said
    started: float  # when the person first spoke of it
    facts: frozenset[str] = frozenset()  # of whoever it may be: the stricter union
    known: frozenset[str] = frozenset()  # those of them that are surely this person's
    step: Step | None = None  # the technique under way
    tried: list[str] = field(default_factory=list)
    next_step: int = 0
    holds: int = 0
    unanswered_checks: int = 0
    answered_at: float | None = None
    answered_better: bool = False
    clot_answered_no: bool | None = None  # None: not asked yet
    minutes_known: bool = False
    screens_done: int = 0
    person_screened: bool = False
    milestones_done: set[str] = field(default_factory=set)
    too_long_done: bool = False
    helped: str | None = None
    later: list[str] = field(default_factory=list)  # lines owed once it has eased
    ended: str = "no_answer"

    @property
    def may_stand(self) -> bool:
        """Whether this person may be told to stand; who is unsteady only with a helper."""
        if self.facts & NEVER_STAND:
            return False
        return "unsteady" not in self.facts or "helper_here" in self.facts

    @property
    def is_helped(self) -> bool:
        """Whether somebody else has the cramp, and who speaks helps."""
        return self.who != "self"

    def found(self, *findings: str) -> None:
        """Note what turned out (a Fact or Finding); from now on it changes the steps."""
        self.facts |= set(findings)
        self.known |= set(findings)

    def suits(self, line: Line) -> bool:
        """Return whether a line is for this person."""
        return line.suits(self.facts, self.known)

    def answered(self, now: float, *, better: bool) -> None:
        """Note that the person answered."""
        self.answered_at = now
        self.answered_better = better
        self.unanswered_checks = 0

    def answered_within(self, seconds: float, now: float) -> bool:
        """Return whether the person answered in the last `seconds`."""
        return self.answered_at is not None and now - self.answered_at <= seconds

    def restart(self, protocol: Protocol, side: str | None = None) -> None:
        """Begin the protocol again: another site, the other leg, or the cramp is back."""
        self.protocol = protocol
        self.next_step = 0
        self.step = None
        self.holds = 0
        self.unanswered_checks = 0
        if side is not None:
            self.side = side

    def change_leg(self) -> None:
        """Go over to the other leg, of which no clot question has been answered yet."""
        self.side = OPPOSITE.get(self.side, self.side)
        if self.clot_answered_no:
            self.clot_answered_no = None

    def may(self, step: Step) -> bool:
        """Return whether this step may be offered to this person."""
        if not self.suits(step):
            return False
        if step.only_when_steady and not self.may_stand:
            return False
        if step.posture is not Posture.BED and "in_bed" in self.facts:
            return False
        return not (step.technique is Technique.RUB and self.clot_answered_no is False)

    def may_instruct(self, step: Step, spoken: AbstractSet[str]) -> bool:
        """Return whether, with these lines `spoken` to the end, the instruction may be given."""
        if self._is_rub(step) and self.clot_answered_no is not True:
            return False
        if step.posture is Posture.STANDING and not {"STAND-1", "STAND-2"} <= spoken:
            return False
        return self.may(step)

    def take_next_step(self) -> Step | None:
        """Return the next technique this person may be offered, or None after the last."""
        while self.next_step < len(self.protocol.steps):
            step = self.protocol.steps[self.next_step]
            self.next_step += 1
            if self.may(step):
                self.step = step
                return step
        self.step = None
        return None

    def _is_rub(self, step: Step) -> bool:
        return step.technique is Technique.RUB and self.protocol.rub_needs_clot_question
