"""What happened in a rehearsed night: the You/Uncramp lines, and the events as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skill.actions import Chime, EpisodeEnded, StateChanged
from skill.companion import Observed, Reaction, Said
from skill.errors import StorageError

YOU, UNCRAMP = "You", "Uncramp"
NO_REACTION = "(no reaction)"


class NightTranscript:
    """Collects what is observed; `print_line` is given each line as it happens."""

    def __init__(self, print_line: Callable[[str], None]) -> None:
        self._print = print_line
        self._events: list[tuple[float, Observed]] = []

    def observe(self, at: float, what: Observed) -> None:
        """Take one observation at `at` seconds, and print it when it is a line of talk."""
        self._events.append((at, what))
        match what:
            case Said(text=text):
                self._line(at, UNCRAMP, text)
            case Reaction(interpretation=understood, latency_ms=latency_ms, actions=actions):
                quiet = "" if actions or latency_ms is not None else f"  {NO_REACTION}"
                self._line(at, YOU, understood.text + quiet)
            case Chime(name=name):
                self._line(at, UNCRAMP, f"(chime: {name})")

    @property
    def said(self) -> list[Said]:
        """Every prompt so far, in order."""
        return [what for _, what in self._events if isinstance(what, Said)]

    @property
    def reactions(self) -> list[Reaction]:
        """Every utterance so far, in order."""
        return [what for _, what in self._events if isinstance(what, Reaction)]

    def write(self, path: Path) -> None:
        """Write one JSON object a line; raise StorageError when the file cannot be written."""
        lines = [json.dumps(event_json(at, what), ensure_ascii=False) for at, what in self._events]
        try:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written: {error.strerror}.", "Choose another folder with --out."
            ) from None

    def _line(self, at: float, who: str, text: str) -> None:
        self._print(f"{int(at // 60):02d}:{at % 60:04.1f}  {who:<8} {text}")


def event_json(at: float, what: Observed) -> dict[str, Any]:
    """Return one observation as the JSON object of `night.jsonl`."""
    event: dict[str, Any] = {"t": round(at, 3)}
    match what:
        case Said(prompt=prompt, text=text, interrupted=interrupted):
            event |= {"event": "said", "text": text, "prompt": prompt, "interrupted": interrupted}
        case Reaction(interpretation=understood, latency_ms=latency_ms):
            event |= {
                "event": "heard",
                "text": understood.text,
                "intent": understood.intent,
                "slots": dict(understood.slots),
                "confidence": round(understood.confidence, 3),
                "latency_ms": None if latency_ms is None else round(latency_ms, 1),
            }
        case Chime(name=name):
            event |= {"event": "chime", "name": name}
        case StateChanged(state=state):
            event |= {"event": "state", "state": state}
        case EpisodeEnded():
            event |= {"event": "diary", **dataclasses.asdict(what)}
    return event
