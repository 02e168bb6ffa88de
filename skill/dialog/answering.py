"""The answer to a question or to a sign that can wait, for the person who asks."""

from __future__ import annotations

from skill.dialog.moves import Move, Speak
from skill.dialog.stage import Stage, State
from skill.dialog.wording import answer_id
from skill.interpretation import Interpretation

ANSWER_LINES = 2  # more than that is a lecture, at night


def answer(said: Interpretation, stage: Stage) -> list[Move]:
    """Return the answer to a question, or what a sign that can wait for the day leads to."""
    if said.intent == "routine_sign":
        return _sign(said.slots["line"], stage)
    answers = stage.script.answers
    asked = (said.slots.get("about", ""), said.slots.get("topic", ""))
    topic = next((name for name in asked if name in answers.answers), "")
    known = answers.answers.get(topic)
    if known is None:
        return [Speak(answers.unknown)]
    own = (answer_id(topic, index) for index in range(len(known.lines)))
    suited = [line_id for line_id in (*known.first, *own) if stage.suits(line_id)]
    return [Speak(line_id) for line_id in suited[:ANSWER_LINES]]


def _sign(line_id: str, stage: Stage) -> list[Move]:
    later = stage.script.triage.triage[line_id].later
    if later is None or stage.episode is None or stage.state is State.AFTER_CARE:
        return [Speak(line_id)]
    stage.episode.later.append(later)
    return [Speak("NOTED")]
