"""Dangers by their signs: a few words that together mean harm, however the rest is put.

The sentence templates know whole sentences; frightened people find others. A sign of
`dangers.yaml` needs one expression of each of its parts, anywhere close together, unless the
talk is of a film, of long ago, or a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from skill.errors import FileFaultsError
from skill.interpretation import NONE_INTENT, Context
from skill.understanding.clauses import EXACT, ClauseReader
from skill.understanding.intents import ABOUT_ME, EMERGENCY, FLAGS
from skill.understanding.normalise import Normaliser
from skill.understanding.reading import Reading
from skill.understanding.signs import Sign, SignCompiler
from skill.yaml_file import Strict, YamlFile

MAX_WORDS: Final = 26  # a longer one is a story or a broadcast
WINDOW_WORDS: Final = 16  # the parts of one sign stand this close together
NEGATION_WORDS: Final = 3  # "no", "I have not got any": this far before a sign it takes it back
CONFIDENCE: Final = 0.8
KEPT: Final = frozenset(
    ("question", "duration", ABOUT_ME)
)  # a danger by its signs is not read into these


class Guards(Strict):
    """What makes a sign no danger now."""

    told: tuple[str, ...]
    asked: tuple[str, ...]
    past: tuple[str, ...]
    present: tuple[str, ...]
    harmless: tuple[str, ...]
    affirmed: tuple[str, ...]
    negations: tuple[str, ...]


class Danger(Strict):
    """One flag with its line in `triage.yaml` and its signs."""

    line: str
    signs: tuple[str, ...]


class DangerSigns(Strict):
    """`dangers.yaml`; of several dangers that fit the one that stands first is taken."""

    words: dict[str, tuple[str, ...]]
    guards: Guards
    dangers: dict[str, Danger]


class DangerStage:
    """Finds dangers by their signs, and weighs them against what the templates found.

    Raises FileFaultsError naming every mistake in `dangers.yaml`.
    """

    def __init__(self, path: Path, templates: ClauseReader, normaliser: Normaliser) -> None:
        file = YamlFile(path)
        signs = file.read(DangerSigns)
        self._templates = templates
        self.lines = {flag: danger.line for flag, danger in signs.dangers.items()}
        self._rank = {flag: rank for rank, flag in enumerate(signs.dangers)}
        compiler = SignCompiler(signs.words, normaliser)
        guards = signs.guards
        self._told = compiler.any_of(guards.told)
        self._asked = compiler.any_of(guards.asked)
        self._past = compiler.any_of(guards.past)
        self._present = compiler.any_of(guards.present)
        self._harmless = compiler.any_of(guards.harmless)
        self._affirmed = compiler.any_of(guards.affirmed)
        self._negations = compiler.any_of(guards.negations)
        self._signs: list[tuple[str, Sign]] = []
        faults = []
        for flag, danger in signs.dangers.items():
            if flag not in FLAGS:
                faults.append(file.fault(f"'{flag}' is not a danger", "dangers", flag))
            for index, sign in enumerate(danger.signs):
                try:
                    self._signs.append((flag, compiler.sign(sign)))
                except ValueError as error:
                    faults.append(file.fault(str(error), "dangers", flag, "signs", index))
        if faults:
            raise FileFaultsError(faults)

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return the danger that the signs tell, or None to leave it to the other stages.

        A danger that a template picks out of talk that is told (of a film) is taken back.
        """
        plain = [self._harmless.sub("", " ".join(clause)).strip() for clause in clauses]
        told = bool(self._told.search(self._harmless.sub("", " ".join(map(" ".join, clauses)))))
        flag = None if told else self._danger(plain)
        if flag is None and not told:
            return None
        match, confidence = self._templates.read(clauses, context) or (None, 0.0)
        by_template = dict(match.slots)["flag"] if match and match.intent == EMERGENCY else None
        if flag is None:
            taken_back = by_template is not None and confidence < EXACT
            return Reading(NONE_INTENT, {}, 0.0, NONE_INTENT) if taken_back else None
        if match and match.intent in KEPT:
            return None
        if by_template is not None and self._rank[by_template] <= self._rank[flag]:
            return None
        line = self.lines[flag]
        level = "urgent" if line.startswith("U") else "emergency"
        return Reading(EMERGENCY, {"flag": flag, "line": line, "level": level}, CONFIDENCE, "signs")

    def _danger(self, clauses: Sequence[str]) -> str | None:
        """Return the flag of the first danger whose signs are said here and now."""
        said = " / ".join(clause for clause in clauses if not self._asked.match(clause))
        if len(said.split()) > MAX_WORDS:
            return None
        if self._past.search(said) and not self._present.search(said):
            return None
        for flag, sign in self._signs:
            spans = sign.find(said)
            if spans and self._is_meant(said, spans):
                return flag
        return None

    def _is_meant(self, said: str, spans: Sequence[tuple[int, int]]) -> bool:
        """Return whether the parts stand close together and none is taken back by a "no"."""
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        if len(said[first:last].replace("/", "").split()) > WINDOW_WORDS:
            return False
        rest = said
        for start, end in (*spans, *(found.span() for found in self._affirmed.finditer(said))):
            rest = rest[:start] + "=" * (end - start) + rest[end:]
        clauses_before = (rest[:start].rpartition("/")[2].split() for start, _ in spans)
        return not any(
            self._negations.search(" ".join(words[-NEGATION_WORDS:])) for words in clauses_before
        )
