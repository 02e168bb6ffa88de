"""What somebody says of the person with the cramp: kept in mind, and replied to."""

from __future__ import annotations

from skill.dialog import coaching
from skill.dialog.episode import Episode
from skill.dialog.moves import Move, Speak
from skill.dialog.script import Finding
from skill.dialog.stage import Stage, State
from skill.interpretation import Interpretation

# What somebody says while coached, and what is kept in mind from then on.
FOUND: dict[str, Finding] = {
    "cannot_reach": "cannot_reach",
    "cannot_stand": "cannot_stand",
    "helper": "helper_here",
    "in_bed": "in_bed",
}


def facts(said: Interpretation) -> list[str]:
    """Return the facts about a person that were said, beside anything else."""
    return said.slots.get("fact", "").split()


def at_once(said: Interpretation) -> list[str]:
    """Return what a complaint tells of the person, beside the cramp."""
    who = said.slots.get("who", "self")
    helped = [] if who == "self" else ["helper_here"]
    return [*facts(said), *helped, *(["child"] if who == "child" else [])]


def is_child(said: Interpretation) -> bool:
    """Return whether it was said that another person, who has the cramp, is a child."""
    return said.slots.get("who") == "child" and "child" in facts(said)


def is_of_patient(said: Interpretation, episode: Episode | None) -> bool:
    """Return whether it was said of who has the cramp, or has asked something."""
    of_speaker = said.slots.get("who", "self") == "self"
    return of_speaker is not (episode is not None and episode.is_helped)


def learn(said: Interpretation, stage: Stage, now: float) -> None:
    """Keep in mind what the person says of themselves, or of whom they help."""
    if said.slots.get("who", "self") == "self":
        stage.person.tells(frozenset(facts(said)), now)
    if stage.episode is not None and is_of_patient(said, stage.episode):
        stage.episode.found(*facts(said))


def reply(said: Interpretation, stage: Stage) -> list[Move]:
    """Return what is said to it, and what must be asked of such a person at once."""
    moves: list[Move] = [Speak("TOLD")]
    for fact, outcome in stage.script.shared.told.items():
        if fact in facts(said):
            moves += stage.moves(outcome)
    if stage.episode is not None and stage.state is State.COACHING:
        moves += coaching.early_questions(stage.episode, stage.script)
    return moves
