"""Every line by its id, and its words with the phone numbers filled in."""

from __future__ import annotations

from collections.abc import Iterator

from skill.dialog.numbers import spell_number
from skill.dialog.script import Line, Protocol, Script


def protocol_lines(protocol: Protocol) -> Iterator[tuple[str, Line]]:
    """Yield the lines of one protocol with their full ids (`P1.first`)."""
    name = protocol.protocol
    named = {
        "ask": protocol.ask_first,
        "first": protocol.first,
        "coming": protocol.coming,
        "hold": protocol.hold_line,
        "where": protocol.where,
        "better": protocol.better,
        "worse": protocol.worse_line,
    }
    yield from ((f"{name}.{part}", line) for part, line in named.items() if line is not None)
    yield from ((f"{name}.{step.id}", step) for step in protocol.steps)
    yield from protocol.lines.items()
    yield from protocol.questions.items()


def answer_id(topic: str, index: int) -> str:
    """Return the id of one line of an answer, `A.magnesium.1`."""
    return f"A.{topic}.{index + 1}"


def all_lines(script: Script) -> Iterator[tuple[str, Line]]:
    """Yield every line that may be spoken, with its id, in the order of the files."""
    yield from script.shared.lines.items()
    yield from script.shared.questions.items()
    for protocol in script.protocols.values():
        yield from protocol_lines(protocol)
    yield from script.triage.triage.items()
    for topic, answer in script.answers.answers.items():
        for index, line in enumerate(answer.lines):
            yield answer_id(topic, index), line


class Wording:
    """The lines of a script, ready to be spoken with this household's phone numbers."""

    def __init__(self, script: Script, *, emergency: str = "", urgent: str = "") -> None:
        self._lines = dict(all_lines(script))
        numbers = script.shared.numbers
        self._fill = {
            "{EMERGENCY}": spell_number(emergency, numbers) or numbers.emergency_unset,
            "{URGENT}": spell_number(urgent, numbers) or numbers.urgent_unset,
        }

    def __contains__(self, line_id: str) -> bool:
        return line_id in self._lines

    def line(self, line_id: str) -> Line:
        """Return the line with this id; raise KeyError when there is none."""
        return self._lines[line_id]

    def text(self, line_id: str) -> str:
        """Return the words to speak; raise KeyError when there is no such line."""
        text = self._lines[line_id].say
        for placeholder, words in self._fill.items():
            text = text.replace(placeholder, words)
        return text

    def texts(self) -> dict[str, str]:
        """Return the words of every line by id: what the prompt cache renders ahead."""
        return {line_id: self.text(line_id) for line_id in self._lines}
