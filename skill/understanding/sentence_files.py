"""The sentence files of one language, read, checked and parsed by hassil.

They are in Home Assistant's format. Three keys are ours and Home Assistant passes over them:
`contractions`, `spellings` and `joiners` (see `_common.yaml`).
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hassil.expression import Expression, Sentence
from hassil.intents import Intents, TextSlotList, TextSlotValue
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from pydantic import Field

from skill.errors import Fault, FileFaultsError
from skill.interpretation import Context
from skill.understanding.grammar import Builder, Part, TemplateError
from skill.understanding.intents import INTENTS, NO_SLOTS, REQUIRED, slots_of
from skill.understanding.normalise import Normaliser
from skill.yaml_file import Key, Strict, YamlFile


class _Value(Strict):
    said: str = Field(alias="in")
    out: str | int


class _List(Strict):
    values: tuple[_Value | str, ...] = Field(min_length=1)


class _Block(Strict):
    sentences: tuple[str, ...] = Field(min_length=1)
    slots: dict[str, str | int] = {}
    requires_context: dict[Literal["mode"], Context] = {}


class _Intent(Strict):
    data: tuple[_Block, ...] = Field(min_length=1)


class SentenceFile(Strict):
    """The schema of one file in `sentences/`."""

    language: str
    intents: dict[str, _Intent] = {}
    lists: dict[str, _List] = {}
    expansion_rules: dict[str, str] = {}
    skip_words: tuple[str, ...] = ()
    contractions: dict[str, str] = {}
    spellings: dict[str, str] = {}
    joiners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a block of sentences means; slots captured by a list override `slots`."""

    intent: str
    slots: tuple[tuple[str, str], ...]
    context: Context | None  # None: in any
    place: int  # how many blocks stand before it


@dataclass(frozen=True, slots=True)
class Template:
    """One parsed sentence template and the place it stands at."""

    expression: Expression
    meaning: Meaning
    source: Fault


@dataclass(slots=True)
class Sentences:
    """Everything in a `sentences/` folder."""

    hassil: Intents
    normaliser: Normaliser
    skips: frozenset[tuple[str, ...]]
    templates: list[Template] = field(default_factory=list)
    networks: dict[Context, Part] = field(default_factory=dict)


def check_sentences(folder: Path) -> list[Fault]:
    """Return every mistake in the sentence files of `folder`, sorted by file and line."""
    try:
        read_sentences(folder)
    except FileFaultsError as error:
        return list(error.faults)
    return []


def read_sentences(folder: Path) -> Sentences:
    """Read and parse `folder`; raise FileFaultsError naming every mistake."""
    # Half a million small objects that all stay: looking for garbage among them while they
    # are built costs a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Reader(folder).read()
    finally:
        if collecting:
            gc.enable()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: list[Fault] = []
        self._files: list[tuple[YamlFile, SentenceFile]] = []
        self._places = itertools.count()
        self._danger_lines: dict[str, tuple[str | int, ...]] = {}

    def read(self) -> Sentences:
        paths = sorted(self._folder.glob("*.yaml"))
        if not paths:
            raise FileFaultsError([Fault(self._folder, 1, "there are no sentence files here")])
        for path in paths:
            try:
                file = YamlFile(path)
                self._files.append((file, file.read(SentenceFile)))
            except FileFaultsError as error:
                self._faults.extend(error.faults)
        self._stop_on_faults()
        sentences = self._shared()
        builder = Builder(sentences.hassil, sentences.normaliser)
        self._parse_shared(sentences.hassil, builder)
        self._stop_on_faults()
        sentences.networks = {context: Part() for context in Context}
        for file, content in self._files:
            for name, intent in content.intents.items():
                if name not in INTENTS:
                    self._faults.append(file.fault(f"unknown intent '{name}'", "intents", name))
                    continue
                for index, block in enumerate(intent.data):
                    place: tuple[Key, ...] = ("intents", name, "data", index)
                    self._add_block(sentences, builder, file, place, name, block)
        self._stop_on_faults()
        return sentences

    def _stop_on_faults(self) -> None:
        if self._faults:
            raise FileFaultsError(self._faults)

    def _shared(self) -> Sentences:
        contractions: dict[str, str] = {}
        spellings: dict[str, str] = {}
        joiners: set[str] = set()
        for _, content in self._files:
            contractions.update(content.contractions)
            spellings.update(content.spellings)
            joiners.update(content.joiners)
        longest_first = dict(sorted(contractions.items(), key=lambda pair: -len(pair[0])))
        normaliser = Normaliser(longest_first, spellings, frozenset(joiners))
        skips = frozenset(
            normaliser.words(word) for _, content in self._files for word in content.skip_words
        )
        return Sentences(Intents(self._files[0][1].language, {}), normaliser, skips)

    def _parse_shared(self, intents: Intents, builder: Builder) -> None:
        places: list[tuple[YamlFile, tuple[Key, ...], Callable[[], object]]] = []
        for file, content in self._files:
            for name, body in content.expansion_rules.items():
                place: tuple[Key, ...] = ("expansion_rules", name)
                if name in intents.expansion_rules:
                    self._faults.append(file.fault(f"the rule '{name}' is given twice", *place))
                parsed = self._parse(file, place, body)
                if parsed is not None:
                    intents.expansion_rules[name] = parsed
                    places.append((file, place, lambda name=name: builder.rule(name)))  # type: ignore[misc]
            for name, given in content.lists.items():
                place = ("lists", name)
                if name in intents.slot_lists:
                    self._faults.append(file.fault(f"the list '{name}' is given twice", *place))
                intents.slot_lists[name] = TextSlotList(
                    name, list(self._values(file, place, given))
                )
                places.append((file, place, lambda name=name: builder.list(name, name)))  # type: ignore[misc]
        if self._faults:
            return
        for file, place, build in places:
            try:
                build()
            except TemplateError as error:
                self._faults.append(file.fault(str(error), *place))

    def _values(
        self, file: YamlFile, place: tuple[Key, ...], given: _List
    ) -> Iterator[TextSlotValue]:
        for index, value in enumerate(given.values):
            said, out = (value, value) if isinstance(value, str) else (value.said, value.out)
            parsed = self._parse(file, (*place, "values", index), said)
            if parsed is not None:
                yield TextSlotValue(parsed.expression, str(out))

    def _parse(self, file: YamlFile, place: tuple[Key, ...], text: str) -> Sentence | None:
        try:
            return parse_sentence(text)
        except (ParseError, AssertionError):
            self._faults.append(
                file.fault(f"a bracket is missing or out of place in: {text}", *place)
            )
            return None

    def _add_block(
        self,
        sentences: Sentences,
        builder: Builder,
        file: YamlFile,
        place: tuple[Key, ...],
        intent: str,
        block: _Block,
    ) -> None:
        slots = {name: str(value) for name, value in block.slots.items()}
        for name, value in slots.items():
            self._check_slot(file, (*place, "slots", name), intent, name, {value})
        self._check_danger_line(file, place, slots)
        context = block.requires_context.get("mode")
        meaning = Meaning(intent, tuple(slots.items()), context, next(self._places))
        contexts = [context] if context else list(Context)
        for index, text in enumerate(block.sentences):
            at: tuple[Key, ...] = (*place, "sentences", index)
            parsed = self._parse(file, at, text)
            if parsed is None:
                continue
            try:
                elements = builder.sequence(parsed.expression)
            except TemplateError as error:
                self._faults.append(file.fault(f"{error}, in: {text}", *at))
                continue
            captured = builder.captures(parsed.expression)
            for name, values in captured.items():
                self._check_slot(file, at, intent, name, values)
            for name in REQUIRED.get(intent, NO_SLOTS):
                if name not in captured and name not in slots:
                    self._faults.append(file.fault(f"'{intent}' needs the slot '{name}'", *at))
            sentences.templates.append(Template(parsed.expression, meaning, file.fault(text, *at)))
            for context in contexts:
                sentences.networks[context].add(elements, (meaning,))

    def _check_slot(
        self, file: YamlFile, place: tuple[Key, ...], intent: str, name: str, values: set[str]
    ) -> None:
        known = slots_of(intent)
        if name not in known:
            self._faults.append(file.fault(f"'{intent}' has no slot '{name}'", *place))
            return
        allowed = known[name]
        for value in sorted(values - allowed if allowed is not None else ()):
            self._faults.append(
                file.fault(f"'{value}' is not a value of the slot '{name}'", *place)
            )

    def _check_danger_line(
        self, file: YamlFile, place: tuple[Key, ...], slots: dict[str, str]
    ) -> None:
        """One flag always has the same line and level."""
        if "flag" not in slots:
            return
        given = (slots.get("line", ""), slots.get("level", ""))
        first = self._danger_lines.setdefault(slots["flag"], given)
        if given != first:
            self._faults.append(
                file.fault(
                    f"'{slots['flag']}' has line and level {', '.join(map(str, first))} elsewhere",
                    *place, "slots",
                )
            )  # fmt: skip
