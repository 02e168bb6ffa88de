"""What exactly a question or a plan is about: "can I take baclofen", "I'll hop on it".

The sentence templates know the topics of questions in whole sentences. A subject of
`subjects.yaml` narrows such a topic to its own answer (slot `about`), or finds the question by
a few words where no sentence fits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from skill.errors import Fault, FileFaultsError
from skill.interpretation import Context
from skill.understanding.clauses import ClauseReader
from skill.understanding.intents import QUESTION, TOPICS
from skill.understanding.normalise import Normaliser
from skill.understanding.reading import Reading
from skill.understanding.signs import Sign, SignCompiler
from skill.yaml_file import Strict, YamlFile

MAX_WORDS: Final = 22  # a longer one is a story or a broadcast
MAX_WORDS_ALONE: Final = 4  # "just mustard": while being coached a subject alone is a question
CONFIDENCE: Final = 0.8
GIVES_WAY: Final = frozenset(("standing", "getting_up", "next", "unsure", "yes", "no", "thanks"))
"""What the templates may make of a plan while coaching: "I'm going to jump"."""


class SubjectSigns(Strict):
    """One subject; `signs` suffice by themselves, `words` need an asking word and a use."""

    topic: str | None = None  # the topic it belongs to; without one it is a topic of its own
    signs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class SubjectFile(Strict):
    """`subjects.yaml`; of several subjects that fit the one that stands first is taken."""

    words: dict[str, tuple[str, ...]]
    ask: tuple[str, ...]
    ask_first: tuple[str, ...]
    stating: tuple[str, ...]
    use: tuple[str, ...]
    told: tuple[str, ...]
    subjects: dict[str, SubjectSigns]


def check_subjects(path: Path, answers: Collection[str]) -> list[Fault]:
    """Return the subjects without an answer, and the answers that nothing leads to.

    `answers` are the names of answers.yaml. Raises FileFaultsError if `path` cannot be read.
    """
    file = YamlFile(path)
    subjects = file.read(SubjectFile).subjects
    faults = [
        file.fault(f"'{name}' has no answer in answers.yaml", "subjects", name)
        for name in subjects
        if name not in answers
    ]
    unasked = sorted(set(answers) - set(subjects) - TOPICS)
    return faults + [
        file.fault(f"nothing leads to the answer '{name}': it is no subject", "subjects")
        for name in unasked
    ]


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    topic: str | None
    signs: tuple[Sign, ...]
    words: tuple[Sign, ...]


class SubjectStage:
    """Finds the subject of a question, or of a plan that needs a word said to it.

    Raises FileFaultsError naming every mistake in `subjects.yaml`.
    """

    def __init__(self, path: Path, templates: ClauseReader, normaliser: Normaliser) -> None:
        file = YamlFile(path)
        content = file.read(SubjectFile)
        self._templates = templates
        compiler = SignCompiler(content.words, normaliser)
        self._ask = compiler.any_of(content.ask)
        self._ask_first = compiler.any_of(content.ask_first)
        self._stating = compiler.any_of(content.stating)
        self._use = compiler.any_of(content.use)
        self._told = compiler.any_of(content.told)
        self._subjects: list[_Subject] = []
        faults = []
        for name, given in content.subjects.items():
            if given.topic is not None and given.topic not in TOPICS:
                fault = f"'{given.topic}' is not a topic of the sentences"
                faults.append(file.fault(fault, "subjects", name, "topic"))
            signs: dict[str, list[Sign]] = {"signs": [], "words": []}
            for key, compiled in signs.items():
                for index, text in enumerate(getattr(given, key)):
                    try:
                        compiled.append(compiler.sign(text))
                    except ValueError as error:
                        faults.append(file.fault(str(error), "subjects", name, key, index))
            self._subjects.append(
                _Subject(name, given.topic, tuple(signs["signs"]), tuple(signs["words"]))
            )
        if faults:
            raise FileFaultsError(faults)

    def slots(self, words: Sequence[str]) -> dict[str, str] | None:
        """Return the slots of a question in these words, as far as its subject is known."""
        subject = self._named(" ".join(words), asked=True)
        return _slots(subject) if subject else None

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return the question with its subject, or None to leave it to the other stages."""
        said = " ".join(map(" ".join, clauses))
        if len(said.split()) > MAX_WORDS or self._named(said, asked=True) is None:
            return None
        found = self._templates.read(clauses, context)
        if found is not None and found[0].intent == QUESTION:
            match, confidence = found
            asked = Reading(QUESTION, dict(match.slots), confidence, "template")
            subject = self._named(said, asked=True)
            return _narrowed(asked, subject) if subject else asked
        if found is not None and not (context is Context.COACHING and found[0].intent in GIVES_WAY):
            return None
        if self._told.search(said):
            return None
        subject = self._named(said, asked=self._asks(clauses, said, context))
        if subject is None:
            return None
        return Reading(QUESTION, _slots(subject), CONFIDENCE, "subject")

    def _asks(self, clauses: Sequence[Sequence[str]], said: str, context: Context) -> bool:
        """Return whether something is asked or planned, not only mentioned."""
        asks = bool(self._ask.search(said)) or any(
            self._ask_first.match(" ".join(clause)) for clause in clauses
        )
        if context is Context.COACHING:
            alone = len(said.split()) <= MAX_WORDS_ALONE and not self._stating.search(said)
            return asks or alone
        return asks and bool(self._use.search(said))

    def _named(self, said: str, *, asked: bool) -> _Subject | None:
        """Return the first subject whose signs, or words where it is `asked`, are said."""
        for subject in self._subjects:
            wanted = (*subject.signs, *(subject.words if asked else ()))
            if any(sign.find(said) for sign in wanted):
                return subject
        return None


def _slots(subject: _Subject) -> dict[str, str]:
    if subject.topic is None:
        return {"topic": subject.name}
    return {"topic": subject.topic, "about": subject.name}


def _narrowed(asked: Reading, subject: _Subject) -> Reading:
    """Return the question about the subject; a topic that the template knows stays."""
    if subject.topic is None and subject.name in TOPICS:
        return asked
    if subject.topic is None:
        return replace(asked, slots={**asked.slots, "topic": subject.name})
    return replace(asked, slots={**asked.slots, "about": subject.name})
