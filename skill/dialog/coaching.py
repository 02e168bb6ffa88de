"""What comes next: the script's protocols, timeline and routines turned into moves."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from skill.dialog.episode import Episode
from skill.dialog.moves import Ask, Breathe, Decide, Instruct, Move, Rest, Speak
from skill.dialog.pacing import breath_s
from skill.dialog.script import (
    Hold,
    Line,
    Protocol,
    Question,
    Routines,
    Script,
    Step,
    Verb,
)
from skill.dialog.wording import Wording

CLOT = "CLOT"
EMERGENCY = "{EMERGENCY}"  # a line with the emergency number is never said softly
QUIET_BREATHS_SHARE = 0.6  # of the time until QUIET is due, so that it always fits


def first_action(
    episode: Episode, hold: Breathe, *, part_unsaid: bool = False, coming: bool = False
) -> list[Move]:
    """Return the first prompt and the first hold with breathing.

    The one question before a first action is asked only where the part was not said. A cramp
    that is only `coming` has its own first line; so has somebody who helps.
    """
    protocol = episode.protocol
    moves: list[Move] = []
    if part_unsaid and protocol.ask_first is not None:
        moves.append(Ask(f"{protocol.protocol}.ask"))
    if coming and protocol.coming is not None and not episode.is_helped:
        return [*moves, Speak(f"{protocol.protocol}.coming"), hold]
    moves.append(Speak(first_line(episode)))
    moves.extend(Speak(line_id) for line_id in protocol.with_first)
    if episode.side == "both" and protocol.both is not None:
        moves.append(Speak(protocol.both))
    if protocol.hold_line is not None:
        moves.append(Speak(f"{protocol.protocol}.hold"))
    # The lines of a hold are for who lies in bed; who helps gets the breathing alone.
    moves.append(Breathe(protocol.hold.breaths) if episode.is_helped else hold)
    return moves


def first_line(episode: Episode) -> str:
    """Return the id of the first instruction, for the person or for who helps."""
    protocol = episode.protocol
    helper = {
        "child": protocol.child_helper or protocol.helper,
        "other": protocol.helper,
    }.get(episode.who)
    return helper or f"{protocol.protocol}.first"


def early_questions(episode: Episode, script: Script) -> list[Move]:
    """Return what some are asked about a clot before any other step (C5)."""
    pacing, protocol = script.routines.pacing, episode.protocol
    if not protocol.lower_limb or episode.clot_answered_no is not None:
        return []
    asked = [q for q in pacing.early if episode.suits(script.shared.questions[q])]
    if not asked and episode.facts & set(pacing.clot_early_for):
        asked = [CLOT]
    return [Ask(question) for question in asked]


def first_check(episode: Episode, script: Script, *, site: str) -> list[Move]:
    """Return what is asked after the first hold: of a clot, and where, if need be; the check."""
    protocol = episode.protocol
    where = protocol.where is not None and site in protocol.where.only_for
    return [
        *early_questions(episode, script),
        *([Ask(f"{protocol.protocol}.where")] if where else []),
        Ask(protocol.check),
    ]


def hold_again(protocol: Protocol) -> list[Move]:
    """Return another hold of the technique in force, with its check."""
    return [Breathe(protocol.hold.breaths), Ask(protocol.check)]


def technique(step: Step, wording: Wording) -> list[Move]:
    """Return what leads to a step: its questions and safety lines, then the instruction."""
    before = (spoken(line_id, wording.line(line_id)) for line_id in step.before)
    return [*before, Instruct(step)]


def instruction(episode: Episode, step: Step, hold: Breathe | None) -> list[Move]:
    """Return the instruction of a step, its hold and its check."""
    protocol = episode.protocol
    moves: list[Move] = [Speak(f"{protocol.protocol}.{step.id}")]
    if hold is not None:
        moves.append(hold)
    if step.check:
        moves.append(Ask(protocol.check))
    return moves


def timeline(episode: Episode, script: Script, now: float) -> list[Move] | None:
    """Return what the clock asks for before the next technique; None when nothing is due.

    The times are those of `routines.yaml`: screens at 2 and 5 minutes, lines at 5 and 8. Of
    lines due together, because it began long before, only the last is still true.
    """
    pacing = script.routines.pacing
    elapsed = now - episode.began
    moves: list[Move] = []
    if not episode.person_screened:
        episode.person_screened = True
        questions = script.shared.questions
        moves.extend(Ask(q) for q in pacing.screen_person if episode.suits(questions[q]))
    passed = [line_id for line_id, at_s in pacing.milestones.items() if elapsed >= at_s]
    if passed and passed[-1] not in episode.milestones_done:
        moves.append(Speak(passed[-1]))
    episode.milestones_done.update(passed)
    due = sum(elapsed >= at_s for at_s in pacing.screen_at_s)
    if due > episode.screens_done:
        episode.screens_done = due
        moves.extend(Ask(question) for question in pacing.screen)
    return moves or None


def is_too_long(episode: Episode, routines: Routines, now: float) -> bool:
    """Return whether the ten-minute line is due (sources B-61, U-02)."""
    pacing = routines.pacing
    return (
        not episode.too_long_done
        and now - episode.began >= pacing.too_long_s
        and not episode.answered_better
        and episode.answered_within(pacing.answered_within_s, now)
    )


def next_technique(episode: Episode, wording: Wording) -> list[Move]:
    """Return the next technique, or after the last one the first action again."""
    if episode.holds == 2 and not episode.minutes_known and episode.answered_at is not None:
        episode.minutes_known = True
        return [Ask("HOWLONG")]
    step = episode.take_next_step()
    if step is not None:
        return technique(step, wording)
    return [Speak(first_line(episode)), *hold_again(episode.protocol)]


def silence(script: Script) -> list[Move]:
    """Return what is left when nobody answers: softer breathing, then QUIET (C1 rule 6)."""
    routines = script.routines
    seconds = routines.pacing.quiet_after_s * QUIET_BREATHS_SHARE
    breaths = round(seconds / breath_s(routines.breathing))
    fade_db = routines.pacing.softer_db * 3
    return [
        Breathe(breaths, fade_db=fade_db, sparse=True),
        *(Speak(line_id) for line_id in routines.quiet),
        Decide(Verb.END),
    ]


def after_care(
    episode: Episode, wording: Wording, script: Script, lines: Iterable[str]
) -> list[Move]:
    """Return the Better line and the after-care with these further `lines`, then settling."""
    routines = script.routines
    care = episode.protocol.after_care or routines.after_care
    if "child" in episode.known:
        care = routines.after_care_child
    moves: list[Move] = [Speak(f"{episode.protocol.protocol}.better"), Breathe(1)]
    for line_id in (*care, *lines):
        line = wording.line(line_id)
        if episode.suits(line):
            moves += [spoken(line_id, line), Rest(routines.after_care_gap_s)]
    moves.append(Ask(routines.settle))
    return [*moves, *goodnight(routines)]


def goodnight(routines: Routines) -> list[Move]:
    """Return the last lines before silence."""
    return [*(Speak(line_id) for line_id in routines.goodnight), Decide(Verb.END)]


def danger(line_id: str, script: Script) -> list[Move]:
    """Return a danger line twice, what always follows it, then staying with the person."""
    triage = script.triage
    line = triage.triage[line_id]
    always = triage.after_emergency if line.level == "emergency" else triage.after_urgent
    return [
        Speak(line_id, danger=True),
        Speak(line_id, danger=True),
        *(Speak(follow, danger=True) for follow in line.then),
        Rest(triage.reply_wait_s),
        *(Speak(follow, danger=True) for follow in always),
        Rest(triage.stay_every_s),
        Decide(Verb.STAY),
    ]


def stay(line_id: str, script: Script, softer_db: float) -> list[Move]:
    """Return one line of staying with the person after a danger line, and the wait after it."""
    rest = Rest(script.triage.stay_every_s)
    return [Speak(line_id, boost_db=softer_db), rest, Decide(Verb.STAY)]


def held(
    episode: Episode, hold: Hold, script: Script, wording: Wording, said: AbstractSet[str]
) -> Breathe:
    """Return a hold with its lines, and one of those that are for this person alone.

    It comes second, so that what matters most in the hold is still said; once in a cramp.
    """
    own = [line_id for line_id in hold.lines if episode.suits(wording.line(line_id))]
    further = [
        line_id
        for line_id in script.routines.pacing.hold_lines
        if line_id not in said and episode.suits(wording.line(line_id))
    ]
    if not episode.protocol.lower_limb:
        further = []
    return Breathe(hold.breaths, (*own[:1], *further[:1], *own[1:]))


def spoken(line_id: str, line: Line) -> Move:
    """Return the move of one line: asked or said."""
    if isinstance(line, Question):
        return Ask(line_id)
    return Speak(line_id, danger=EMERGENCY in line.say)
