"""Example phrases of the sentence templates, for the recogniser and for checks.

The templates stand for far more phrases than anybody needs. A *cover* walks through each
template's alternatives side by side, so that every alternative is said at least once while the
number of phrases grows with the longest list of alternatives, not with their product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    TextChunk,
)
from hassil.intents import Intents, TextSlotList

_SPACES = re.compile(r"\s+")
_NOT_SPOKEN = re.compile(r"[^\w' ]+")


class Cover:
    """Counts and says the covering phrases of expressions."""

    def __init__(self, intents: Intents) -> None:
        self._intents = intents
        self._widths: dict[int, int] = {}

    def phrases(
        self, expression: Expression, at_most: int, offset: int = 0, *, spread: bool = False
    ) -> Iterator[str]:
        """Yield at most `at_most` phrases, beginning with the one numbered `offset`.

        They follow each other, or are `spread` evenly over the whole cover.
        """
        width = self.width(expression)
        count = min(width, at_most)
        for number in range(count):
            step = number * width // count if spread else number
            text = self._say(expression, (offset + step) % width)
            phrase = _SPACES.sub(" ", _NOT_SPOKEN.sub(" ", text)).strip().lower()
            if phrase:
                yield phrase

    def _choices(self, expression: Expression) -> list[Expression]:
        match expression:
            case Alternative(items=items):
                return items
            case RuleReference(rule_name=name):
                return [self._intents.expansion_rules[name].expression]
            case ListReference(list_name=name):
                slot_list = self._intents.slot_lists[name]
                assert isinstance(slot_list, TextSlotList)
                return [value.text_in for value in slot_list.values]
        return []

    def width(self, expression: Expression) -> int:
        """Return the number of phrases that say every alternative of `expression`."""
        key = id(expression)
        if key not in self._widths:
            if isinstance(expression, TextChunk):
                width = 1
            elif choices := self._choices(expression):
                width = sum(map(self.width, choices))
            else:
                assert isinstance(expression, Group)
                width = max(map(self.width, expression.items), default=1)
            self._widths[key] = width
        return self._widths[key]

    def _say(self, expression: Expression, number: int) -> str:
        if isinstance(expression, TextChunk):
            return expression.original_text
        for choice in self._choices(expression):
            width = self.width(choice)
            if number < width:
                return self._say(choice, number)
            number -= width
        assert isinstance(expression, Group)
        # Shorter items shift by one each time they begin again, to meet ever different partners.
        return "".join(
            self._say(item, (number + number // self.width(item)) % self.width(item))
            for item in expression.items
        )
