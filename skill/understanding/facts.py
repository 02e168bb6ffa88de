"""What people say of themselves, or of whom they help, that changes the first aid.

"I'm six months pregnant" counts beside a complaint, and by itself only while being coached: idle
talk of one's health is nobody's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from skill.errors import FileFaultsError
from skill.interpretation import Context
from skill.understanding.intents import ABOUT_ME, CRAMP, EMERGENCY, FACTS
from skill.understanding.normalise import Normaliser
from skill.understanding.reading import Reading
from skill.understanding.signs import Sign, SignCompiler
from skill.yaml_file import Strict, YamlFile

MAX_WORDS: Final = 26  # a longer one is a story or a broadcast
CONFIDENCE: Final = 0.9
BESIDE: Final = frozenset((CRAMP, EMERGENCY, "question"))  # intents that facts are added to

Whom = Literal["self", "other"]


class FactSigns(Strict):
    """How one fact is told; `only` where it is told of `self` or `other` alone."""

    signs: tuple[str, ...]
    of_self: tuple[str, ...] = ()
    of_other: tuple[str, ...] = ()


class FactFile(Strict):
    """`facts.yaml`: `speakers` are the words for "I am" and "he is" that the signs begin with."""

    speakers: dict[Whom, dict[str, tuple[str, ...]]]
    words: dict[str, tuple[str, ...]]
    never_between: tuple[str, ...]
    never_with: tuple[str, ...]
    facts: dict[str, FactSigns]


@dataclass(frozen=True, slots=True)
class Told:
    """The facts told in one utterance, and of whom."""

    facts: frozenset[str]
    whom: Whom

    @property
    def slots(self) -> dict[str, str]:
        """As slots of an interpretation: `fact` (several with spaces) and `who`."""
        who = "child" if self.whom == "other" and "child" in self.facts else self.whom
        return {"fact": " ".join(sorted(self.facts)), "who": who}

    def beside(self, reading: Reading) -> Reading:
        """Return the reading with the facts, where they are of the person it is about."""
        about = "self" if reading.slots.get("who", "self") == "self" else "other"
        if reading.intent not in BESIDE or about != self.whom:
            return reading
        return replace(reading, slots={**reading.slots, "fact": self.slots["fact"]})


class FactStage:
    """Finds facts by their signs; as a stage of understanding only while being coached.

    Raises FileFaultsError naming every mistake in `facts.yaml`.
    """

    def __init__(self, path: Path, normaliser: Normaliser) -> None:
        file = YamlFile(path)
        content = file.read(FactFile)
        self._signs: list[tuple[Whom, str, Sign]] = []
        faults = []
        for whom, words in content.speakers.items():
            compiler = SignCompiler({**content.words, **words}, normaliser, content.never_between)
            self._never_with = compiler.any_of(content.never_with)
            for fact, told in content.facts.items():
                if fact not in FACTS:
                    faults.append(file.fault(f"'{fact}' is not a fact", "facts", fact))
                for key in ("signs", f"of_{whom}"):
                    for index, sign in enumerate(getattr(told, key)):
                        try:
                            self._signs.append((whom, fact, compiler.sign(sign)))
                        except ValueError as error:
                            faults.append(file.fault(str(error), "facts", fact, key, index))
        if faults:
            raise FileFaultsError(faults)

    def told(self, clauses: Sequence[Sequence[str]]) -> Told | None:
        """Return the facts that are told, or None; what one says of oneself comes first."""
        said = " ".join(map(" ".join, clauses))
        if len(said.split()) > MAX_WORDS or self._never_with.search(said):
            return None
        for whom in ("self", "other"):
            facts = frozenset(
                fact for of, fact, sign in self._signs if of == whom and sign.find(said)
            )
            if facts:
                return Told(facts, whom)
        return None

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return what is told by itself, or None."""
        told = self.told(clauses) if context is Context.COACHING else None
        return Reading(ABOUT_ME, told.slots, CONFIDENCE, "facts") if told else None
