"""Checks of a dialog folder beyond its schema, told in plain words with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import get_args

from skill.dialog.folder import DialogFolder
from skill.dialog.line_rules import check_duplicates, check_lines
from skill.dialog.names import INTENTS
from skill.dialog.reading_ease import check_reading_ease
from skill.dialog.references import Reference, Role, references
from skill.dialog.safety_rules import (
    check_clot_answers,
    check_declined,
    check_sites,
    check_steps,
    check_stretching,
    check_triage,
)
from skill.dialog.script import Fact, Question, Step, Verb
from skill.errors import Fault

WORSE_LINE = "WORSE-LINE"  # stands for the worse line of the protocol under way
CHECK_ANSWERS = ("better", "not_better", "worse")

# Lines that the program itself speaks, whatever the files say of them.
NEEDED_LINES = frozenset(
    {
        "CALM", "CHECK", "CLOT", "CONFIRM", "DR", "HEAT-OFF", "HOWLONG", "NOTED", "OKAY", "PAUSED",
        "RESUMED", "SIT-1", "STAND-1", "STAND-2", "TOLD", "WALK", "WARM", "YES-Q",
    }
)  # fmt: skip

Rule = Callable[[DialogFolder], Iterator[Fault]]


def check(folder: DialogFolder, needed: Set[str] = NEEDED_LINES) -> list[Fault]:
    """Return every fault of the folder, sorted: those of the schema and those of the rules."""
    rules: tuple[Rule, ...] = (
        check_lines,
        check_duplicates,
        check_reading_ease,
        check_intents,
        check_references,
        check_circles,
        check_protocols,
        check_sites,
        check_steps,
        check_stretching,
        check_declined,
        check_clot_answers,
        check_triage,
        check_answers,
    )
    faults = [*folder.faults, *(fault for rule in rules for fault in rule(folder))]
    if folder.shared is not None:
        faults.extend(_missing(folder, needed))
    if folder.whole:
        faults.extend(_unreached(folder, needed))
    return sorted(set(faults))


def check_references(folder: DialogFolder) -> Iterator[Fault]:
    """Yield mentions of what does not exist or cannot stand there."""
    ids = folder.ids()
    lines = {spoken.id: spoken.line for spoken in folder.spoken()}
    shared = {spoken.id for spoken in folder.spoken() if spoken.part is folder.shared}
    sure = folder.shared is not None and folder.triage is not None
    routines = folder.routine_names()
    for reference in references(folder):
        target, is_outcome = reference.target, reference.role is Role.OUTCOME
        if is_outcome and (target in routines or target in set(Verb) or target == WORSE_LINE):
            continue
        if target not in ids:
            if routines if target.islower() else sure:
                yield reference.fault(_unknown(reference, routines))
            continue
        line = lines.get(target)
        if line is None:
            continue
        if isinstance(line, Step):
            yield reference.fault(
                f"'{target}' is a step; naming it here would leave out its safety lines"
            )
        elif reference.role is Role.BEFORE and shared and target not in shared:
            yield reference.fault(f"'{target}' must be in lines.yaml to be named in a 'before'")
        elif reference.role is Role.QUESTION and not isinstance(line, Question):
            yield reference.fault(f"'{target}' must be a question here, with answers")
        elif reference.role is Role.LINE and isinstance(line, Question):
            yield reference.fault(f"'{target}' is a question; here nobody would be let answer it")


def _unknown(reference: Reference, routines: Set[str]) -> str:
    if reference.role is Role.OUTCOME and reference.target.islower():
        verbs, names = ", ".join(sorted(Verb)), ", ".join(sorted(routines))
        return f"unknown verb '{reference.target}'; the verbs are {verbs}; the routines {names}"
    return f"'{reference.target}' does not exist; check the spelling or write that line"


def check_intents(folder: DialogFolder) -> Iterator[Fault]:
    """Yield answers and controls for words that are never understood."""
    shared, triage, routines = folder.shared, folder.triage, folder.routines
    if shared and shared.content:
        for key in ("controls", "eased", "idle"):
            for name in getattr(shared.content, key):
                if name.partition(".")[0] not in INTENTS:
                    yield shared.fault(f"unknown intent '{name}'", key, name)
    if routines and routines.content:
        for name in routines.content.session_controls:
            if name.partition(".")[0] not in INTENTS:
                yield routines.fault(f"unknown intent '{name}'", "session_controls", name)
        stretching = routines.content.stretching
        for name in stretching.controls if stretching else ():
            if name.partition(".")[0] not in INTENTS:
                yield routines.fault(f"unknown intent '{name}'", "stretching", "controls", name)
    if triage and triage.content:
        for name in triage.content.replies:
            if name not in INTENTS:
                yield triage.fault(f"unknown intent '{name}'", "replies", name)
    for spoken in folder.spoken():
        if isinstance(spoken.line, Question):
            for name in spoken.line.answers:
                if name.partition(".")[0] not in INTENTS:
                    yield spoken.fault(
                        f"unknown intent '{name}' among the answers to '{spoken.id}'",
                        "answers",
                        name,
                    )


def check_circles(folder: DialogFolder) -> Iterator[Fault]:
    """Yield questions that would be asked for ever, or left open, when nobody answers."""
    asked = [(spoken, spoken.line) for spoken in folder.spoken()]
    questions = {spoken.id: (spoken, q) for spoken, q in asked if isinstance(q, Question)}
    for question_id, (spoken, question) in questions.items():
        seen: set[str] = set()
        todo = {question_id}
        while todo:
            following = {item for here in todo for item in questions[here][1].no_reply}
            todo = (following & set(questions)) - seen
            seen |= todo
        if question_id in seen:
            yield spoken.fault(
                f"'{question_id}' would be asked for ever: without a reply it leads back to itself",
                "no_reply",
            )
        for reply, outcome in question.answers.items():
            if not outcome:
                yield spoken.fault(_nothing_follows(reply, question_id), "answers", reply)
        if not question.no_reply:
            yield spoken.fault(_nothing_follows("no_reply", question_id), "no_reply")


def _nothing_follows(reply: str, question_id: str) -> str:
    return f"nothing follows '{reply}' after '{question_id}'; write continue to go on"


def check_protocols(folder: DialogFolder) -> Iterator[Fault]:
    """Yield protocols with a poor check, foreign ids or repeated names."""
    lines = {spoken.id: spoken.line for spoken in folder.spoken()}
    names: dict[str, str] = {}
    for part in folder.protocols:
        protocol = part.content
        if protocol is None:
            continue
        name, file_name = protocol.protocol, part.file.path.name
        if names.setdefault(name, file_name) != file_name:
            yield part.fault(f"the protocol '{name}' is already in {names[name]}", "protocol")
        check_line = lines.get(protocol.check)
        if isinstance(check_line, Question):
            missing = [word for word in CHECK_ANSWERS if word not in check_line.answers]
            if missing:
                yield part.fault(
                    f"the check '{protocol.check}' has no answer for {', '.join(missing)}", "check"
                )
        for key in ("lines", "questions"):
            for line_id in getattr(protocol, key):
                if not line_id.startswith(f"{name}."):
                    yield part.fault(
                        f"'{line_id}' must begin with '{name}.' like every line of this protocol",
                        key,
                        line_id,
                    )
        if protocol.worse_line is None:
            yield part.fault(
                "'worse_line' is missing: what to say when it gets worse and no danger is found"
            )


def check_answers(folder: DialogFolder) -> Iterator[Fault]:
    """Yield answers of which nothing is left for some people."""
    answers = folder.answers
    if answers is None or answers.content is None or folder.shared is None:
        return
    lines = {spoken.id: spoken.line for spoken in folder.spoken()}
    for topic, answer in answers.content.answers.items():
        shared = [lines[line_id] for line_id in answer.first if line_id in lines]
        for person in (frozenset[str](), *(frozenset({fact}) for fact in get_args(Fact))):
            if not any(line.suits(person, frozenset()) for line in (*shared, *answer.lines)):
                whom = "".join(person) or "anybody without a condition"
                yield answers.fault(f"'{topic}' has no line for {whom}", "answers", topic)


def _missing(folder: DialogFolder, needed: Set[str]) -> Iterator[Fault]:
    assert folder.shared is not None
    for line_id in sorted(needed - folder.ids()):
        yield folder.shared.fault(f"'{line_id}' is missing; the conversation needs it")


def _unreached(folder: DialogFolder, needed: Set[str]) -> Iterator[Fault]:
    """Yield lines that nothing ever leads to."""
    mentioned = set(needed)
    for reference in references(folder):
        if "questions" not in reference.place or reference.target not in reference.place:
            mentioned.add(reference.target)
    for spoken in folder.spoken():
        match spoken.place[0]:
            case "lines" | "questions" if spoken.id not in mentioned:
                yield spoken.fault(f"'{spoken.id}' is never said: nothing leads to it")
            case "triage":
                line = spoken.line
                routine = getattr(line, "level", None) == "routine"
                if not (getattr(line, "flags", ()) or routine or spoken.id in mentioned):
                    yield spoken.fault(
                        f"'{spoken.id}' is never said: it has no flags and nothing leads to it"
                    )
