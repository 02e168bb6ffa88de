"""Every place of the dialog files that names a line, a question or a verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from skill.dialog.folder import DialogFolder, Part, Place
from skill.dialog.script import (
    Answers,
    Protocol,
    Question,
    Routines,
    SharedLines,
    Stretching,
    Triage,
)
from skill.errors import Fault


class Role(StrEnum):
    """What may stand at a place."""

    OUTCOME = "outcome"  # a line, a question, a triage line or a verb
    BEFORE = "before"  # a line or a question
    CARE = "care"  # the same, and a protocol may have its own
    LINE = "line"  # a line that expects no answer
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of `target` at a place of a file."""

    target: str
    role: Role
    part: Part[Any]
    place: Place

    def fault(self, message: str) -> Fault:
        """Return a fault at the line of this mention."""
        return self.part.fault(message, *self.place)


def references(folder: DialogFolder) -> Iterator[Reference]:
    """Yield every mention in the files that follow the schema."""
    if folder.shared and folder.shared.content:
        yield from _of_shared(folder.shared, folder.shared.content)
    for protocol in folder.protocols:
        if protocol.content:
            yield from _of_protocol(protocol, protocol.content)
    if folder.triage and folder.triage.content:
        yield from _of_triage(folder.triage, folder.triage.content)
    if folder.answers and folder.answers.content:
        yield from _of_answers(folder.answers, folder.answers.content)
    if folder.routines and folder.routines.content:
        yield from _of_routines(folder.routines, folder.routines.content)


def _each(targets: Iterable[str], role: Role, part: Part[Any], *place: Any) -> Iterator[Reference]:
    for index, target in enumerate(targets):
        yield Reference(target, role, part, (*place, index))


def _of_question(question: Question, part: Part[Any], *place: Any) -> Iterator[Reference]:
    for intent, outcome in question.answers.items():
        yield from _each(outcome, Role.OUTCOME, part, *place, "answers", intent)
    yield from _each(question.no_reply, Role.OUTCOME, part, *place, "no_reply")


def _of_shared(part: Part[SharedLines], shared: SharedLines) -> Iterator[Reference]:
    for question_id, question in shared.questions.items():
        yield from _of_question(question, part, "questions", question_id)
    for key in ("controls", "eased", "idle", "told"):
        for intent, outcome in getattr(shared, key).items():
            yield from _each(outcome, Role.OUTCOME, part, key, intent)


def _of_protocol(part: Part[Protocol], protocol: Protocol) -> Iterator[Reference]:
    for key in ("ask_first", "where"):
        question = getattr(protocol, key)
        if question is not None:
            yield from _of_question(question, part, key)
    yield from _each(protocol.with_first, Role.LINE, part, "with_first")
    yield from _each(protocol.hold.lines, Role.LINE, part, "hold", "lines")
    yield Reference(protocol.check, Role.QUESTION, part, ("check",))
    for index, step in enumerate(protocol.steps):
        yield from _each(step.before, Role.BEFORE, part, "steps", index, "before")
        if step.hold is not None:
            yield from _each(step.hold.lines, Role.LINE, part, "steps", index, "hold", "lines")
    for key in ("worse", "cannot_stand", "cannot_reach"):
        yield from _each(getattr(protocol, key), Role.OUTCOME, part, key)
    for key in ("helper", "child_helper", "both"):
        if (line_id := getattr(protocol, key)) is not None:
            yield Reference(line_id, Role.LINE, part, (key,))
    for line_id, outcome in protocol.returns.items():
        yield Reference(line_id, Role.LINE, part, ("returns", line_id))
        yield from _each(outcome, Role.OUTCOME, part, "returns", line_id)
    yield from _each(protocol.after_care, Role.CARE, part, "after_care")
    for question_id, question in protocol.questions.items():
        yield from _of_question(question, part, "questions", question_id)


def _of_answers(part: Part[Answers], answers: Answers) -> Iterator[Reference]:
    yield Reference(answers.unknown, Role.LINE, part, ("unknown",))
    for topic, answer in answers.answers.items():
        yield from _each(answer.first, Role.LINE, part, "answers", topic, "first")


def _of_triage(part: Part[Triage], triage: Triage) -> Iterator[Reference]:
    for key in ("after_emergency", "after_urgent", "stay"):
        yield from _each(getattr(triage, key), Role.LINE, part, key)
    for intent, outcome in triage.replies.items():
        yield from _each(outcome, Role.OUTCOME, part, "replies", intent)
    for line_id, line in triage.triage.items():
        yield from _each(line.then, Role.LINE, part, "triage", line_id, "then")
        for fact, other in line.instead.items():
            yield Reference(other, Role.LINE, part, ("triage", line_id, "instead", fact))
        if line.later is not None:
            yield Reference(line.later, Role.LINE, part, ("triage", line_id, "later"))


def _of_routines(part: Part[Routines], routines: Routines) -> Iterator[Reference]:
    pacing = routines.pacing
    for key in ("screen", "screen_person", "early"):
        yield from _each(getattr(pacing, key), Role.QUESTION, part, "pacing", key)
    yield from _each(pacing.hold_lines, Role.LINE, part, "pacing", "hold_lines")
    for line_id in pacing.milestones:
        yield Reference(line_id, Role.LINE, part, ("pacing", "milestones", line_id))
    yield Reference(pacing.too_long, Role.LINE, part, ("pacing", "too_long"))
    for key in ("in_cues", "out_cues"):
        yield from _each(getattr(routines.breathing, key), Role.LINE, part, "breathing", key)
    for name, session in routines.sessions.items():
        for key in ("opening", "closing"):
            yield from _each(getattr(session, key), Role.LINE, part, "sessions", name, key)
    for intent, outcome in routines.session_controls.items():
        yield from _each(outcome, Role.OUTCOME, part, "session_controls", intent)
    if routines.stretching is not None:
        yield from _of_stretching(part, routines.stretching)
    yield from _each(routines.time_left, Role.LINE, part, "time_left")
    for key in ("after_care", "after_care_child"):
        yield from _each(getattr(routines, key), Role.CARE, part, key)
    for key in ("goodnight", "quiet"):
        yield from _each(getattr(routines, key), Role.LINE, part, key)
    yield Reference(routines.settle, Role.QUESTION, part, ("settle",))


def _of_stretching(part: Part[Routines], stretching: Stretching) -> Iterator[Reference]:
    for key in ("opening", "closing"):
        yield from _each(getattr(stretching, key), Role.LINE, part, "stretching", key)
    for intent, outcome in stretching.controls.items():
        yield from _each(outcome, Role.OUTCOME, part, "stretching", "controls", intent)
    for index, exercise in enumerate(stretching.exercises):
        place = ("stretching", "exercises", index)
        yield Reference(exercise.line, Role.LINE, part, (*place, "line"))
        yield from _each(exercise.before, Role.BEFORE, part, *place, "before")
        yield from _each(exercise.turns, Role.LINE, part, *place, "turns")
        if exercise.let_go is not None:
            yield Reference(exercise.let_go, Role.LINE, part, (*place, "let_go"))
