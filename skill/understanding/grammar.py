"""A word network built from hassil's template trees, which matches utterances quickly.

hassil tries its templates one by one. Here every template, rule, list and group becomes a
`Part`: a prefix tree whose branches are words or other parts. Templates that begin alike share
their beginning, and what a part matches at a word is worked out once an utterance, so the
time hardly depends on the number of templates.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sequence as HassilSequence
from hassil.intents import Intents, TextSlotList
from hassil.sample import sample_expression

from skill.understanding.normalise import Normaliser

Marks = tuple[object, ...]
Captures = dict[str, set[str]]


class TemplateError(Exception):
    """A template uses something that is missing or that the matcher cannot follow."""


class _State:
    """A place in a part's prefix tree."""

    __slots__ = ("by_first", "ends", "nullable", "parts", "words")

    def __init__(self) -> None:
        self.words: dict[str, _State] = {}
        self.parts: dict[int, tuple[Part, _State]] = {}
        self.ends: list[Marks] = []
        self.by_first: dict[str, list[tuple[Part, _State]]] | None = None
        self.nullable: list[tuple[Part, _State]] = []

    def index(self) -> dict[str, list[tuple[Part, _State]]]:
        """Group the part branches by the words they can begin with (built once)."""
        if self.by_first is None:
            self.by_first = {}
            for part, state in self.parts.values():
                first, nullable = part.beginnings()
                for word in first:
                    self.by_first.setdefault(word, []).append((part, state))
                if nullable:
                    self.nullable.append((part, state))
        return self.by_first


class Part:
    """Alternative sequences of words and parts; each ends in marks (slots, or a template)."""

    __slots__ = ("_beginnings", "root")

    def __init__(self) -> None:
        self.root = _State()
        self._beginnings: tuple[frozenset[str], bool] | None = None

    def add(self, elements: Sequence[str | Part], marks: Marks = ()) -> None:
        """Add one alternative."""
        state = self.root
        for element in elements:
            if isinstance(element, str):
                state = state.words.setdefault(element, _State())
            else:
                state = state.parts.setdefault(id(element), (element, _State()))[1]
        if marks not in state.ends:
            state.ends.append(marks)

    def beginnings(self) -> tuple[frozenset[str], bool]:
        """Return the words this part can begin with, and whether it can match nothing."""
        if self._beginnings is None:
            first: set[str] = set()
            nullable = False
            waiting = [self.root]
            while waiting:
                state = waiting.pop()
                nullable = nullable or bool(state.ends)
                first.update(state.words)
                for part, after in state.parts.values():
                    words, empty = part.beginnings()
                    first.update(words)
                    if empty:
                        waiting.append(after)
            self._beginnings = (frozenset(first), nullable)
        return self._beginnings


class Matcher:
    """Matches one sequence of words; `skips` maps a position to where it may jump to."""

    def __init__(
        self, words: Sequence[str], skips: Mapping[int, Sequence[int]] | None = None
    ) -> None:
        self._words = words
        self._skips = skips or {}
        self._known: dict[tuple[int, int], tuple[tuple[int, Marks], ...]] = {}

    def whole(self, part: Part) -> list[Marks]:
        """Return the marks of every way `part` covers all the words."""
        return [marks for end, marks in self._ends(part, 0) if end == len(self._words)]

    def _ends(self, part: Part, start: int) -> tuple[tuple[int, Marks], ...]:
        key = (id(part), start)
        if key not in self._known:
            self._known[key] = tuple(dict.fromkeys(self._walk(part, start)))
        return self._known[key]

    def _walk(self, part: Part, start: int) -> Iterator[tuple[int, Marks]]:
        waiting: list[tuple[_State, int, Marks]] = [(part.root, start, ())]
        seen: set[tuple[int, int, Marks]] = set()
        while waiting:
            state, at, marks = waiting.pop()
            key = (id(state), at, marks)
            if key in seen:
                continue
            seen.add(key)
            for end in state.ends:
                yield at, marks + end
            for skipped_to in self._skips.get(at, ()):
                waiting.append((state, skipped_to, marks))
            branches = state.index()
            follow = state.nullable
            if at < len(self._words):
                word = self._words[at]
                if word in state.words:
                    waiting.append((state.words[word], at + 1, marks))
                follow = [*branches.get(word, ()), *follow]
            for sub, after in follow:
                waiting.extend((after, end, marks + more) for end, more in self._ends(sub, at))


class Builder:
    """Turns hassil's template trees into parts, sharing what is the same."""

    def __init__(self, intents: Intents, normaliser: Normaliser) -> None:
        self._intents = intents
        self._normaliser = normaliser
        self._rules: dict[str, Part] = {}
        self._lists: dict[tuple[str, str], Part] = {}
        self._groups: dict[tuple[tuple[str | int, ...], ...], Part] = {}
        self._open: list[str] = []
        self._words: dict[str, tuple[str, ...]] = {}
        self._captures: dict[str, Captures] = {}

    def captures(self, expression: Expression) -> Captures:
        """Return the slots that lists in `expression` may fill, and the values they may take."""
        found: dict[str, set[str]] = {}
        waiting: list[Expression] = [expression]
        while waiting:
            match waiting.pop():
                case Group(items=items):
                    waiting.extend(items)
                case ListReference() as reference:
                    slot_list = self._intents.slot_lists[reference.list_name]
                    assert isinstance(slot_list, TextSlotList)
                    values = {str(value.value_out) for value in slot_list.values}
                    found.setdefault(reference.slot_name, set()).update(values)
                case RuleReference(rule_name=name):
                    if name not in self._captures:
                        rule = self._intents.expansion_rules[name]
                        self._captures[name] = self.captures(rule.expression)
                    for slot, more in self._captures[name].items():
                        found.setdefault(slot, set()).update(more)
        return found

    def sequence(self, expression: Expression) -> list[str | Part]:
        """Return the elements of one template; raise TemplateError if it cannot be followed."""
        if isinstance(expression, HassilSequence):
            return [element for piece in self._glued(expression) for element in self._join(piece)]
        return self._join([expression])

    def _glued(self, sequence: HassilSequence) -> Iterator[list[Expression]]:
        """Yield the runs of items that no space separates."""
        run: list[Expression] = []
        for item in sequence.items:
            if not isinstance(item, TextChunk):
                run.append(item)
                continue
            text = item.original_text
            if run and text[:1] in (" ", "'"):
                yield run
                run = []
            words = text.split()
            for index, word in enumerate(words):
                run.append(TextChunk(word))
                if index < len(words) - 1 or text[-1:].isspace():
                    yield run
                    run = []
            if not words and run:
                yield run
                run = []
        if run:
            yield run

    def _join(self, run: list[Expression]) -> list[str | Part]:
        if len(run) > 1:
            texts = self._sample(HassilSequence(items=run))
            return [self._group([list(self._normaliser.words(text)) for text in texts])]
        match run[0]:
            case TextChunk() as chunk:
                text = chunk.original_text
                if text not in self._words:
                    self._words[text] = self._normaliser.words(text)
                return list(self._words[text])
            case RuleReference() as rule:
                return [self.rule(rule.rule_name)]
            case ListReference() as reference:
                return [self.list(reference.list_name, reference.slot_name)]
            case Alternative() as alternative:
                return [self._group([self.sequence(item) for item in alternative.items])]
            case Permutation() as permutation:
                orders = itertools.permutations(permutation.items)
                return [
                    self._group(
                        [[e for item in order for e in self.sequence(item)] for order in orders]
                    )
                ]
            case HassilSequence() as inner:
                return self.sequence(inner)
            case other:
                raise TemplateError(f"cannot follow {other}")

    def _sample(self, run: Group) -> list[str]:
        for name in _rule_names(run):
            self.rule(name)  # reports a missing rule, or one that leads back to itself
        if any(True for _ in run.list_names(self._intents.expansion_rules)):
            raise TemplateError("a {list} must stand apart: put a space on both sides of it")
        return list(sample_expression(run, {}, self._intents.expansion_rules))

    def _group(self, alternatives: Sequence[Sequence[str | Part]]) -> Part:
        key = tuple(
            tuple(e if isinstance(e, str) else id(e) for e in elements) for elements in alternatives
        )
        if key not in self._groups:
            part = Part()
            for elements in alternatives:
                part.add(elements)
            self._groups[key] = part
        return self._groups[key]

    def rule(self, name: str) -> Part:
        """Return the part of the rule <name>."""
        if name not in self._rules:
            if name not in self._intents.expansion_rules:
                raise TemplateError(f"there is no rule <{name}>")
            if name in self._open:
                raise TemplateError(f"the rule <{name}> leads back to itself")
            self._open.append(name)
            try:
                self._rules[name] = self._group(
                    [self.sequence(self._intents.expansion_rules[name].expression)]
                )
            finally:
                self._open.pop()
        return self._rules[name]

    def list(self, name: str, slot: str) -> Part:
        """Return the part of the list {name}, whose values go into `slot`."""
        if (name, slot) not in self._lists:
            slot_list = self._intents.slot_lists.get(name)
            if slot_list is None:
                raise TemplateError(f"there is no list {{{name}}}")
            if not isinstance(slot_list, TextSlotList):
                raise TemplateError(f"the list {{{name}}} must have values")
            part = Part()
            for value in slot_list.values:
                part.add(self.sequence(value.text_in), ((slot, str(value.value_out)),))
            self._lists[name, slot] = part
        return self._lists[name, slot]


def _rule_names(expression: Expression) -> Iterator[str]:
    if isinstance(expression, RuleReference):
        yield expression.rule_name
    elif isinstance(expression, Group):
        for item in expression.items:
            yield from _rule_names(item)
