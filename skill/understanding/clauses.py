"""Finding the clause that matters in an utterance that no template covers as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skill.interpretation import Context
from skill.understanding.intents import CRAMP, EMERGENCY
from skill.understanding.normalise import collapse_repeats
from skill.understanding.templates import Match, Templates

EXACT = 1.0  # every word belongs to the template
SKIPPED = 0.9  # fillers were passed over, a repetition folded, or a clause picked out

MAX_REST = 6
"""Words of other talk beside an understood clause; with more it is a story or a broadcast."""

MAX_CLAUSES_JOINED = 3

IDLE_CLAUSES = frozenset((CRAMP, EMERGENCY, "other_cramp"))
"""What may be picked out of longer talk while idle."""

UNKNOWN = "unknown"

WEAK = frozenset(("yes", "no", "thanks", "unsure"))
"""Beside another clause these only lead up to it: "no, it's worse"."""


class ClauseReader:
    """Reads an utterance as a whole, then clause by clause."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def read(
        self, clauses: Sequence[Sequence[str]], context: Context
    ) -> tuple[Match, float] | None:
        """Return the meaning and its confidence (0..1), or None."""
        whole = tuple(word for clause in clauses for word in clause)
        found = self._read_words(whole, context)
        if found is not None or len(clauses) < 2:
            return found
        parts = list(self._understood(clauses, context))
        covered = sum(last - first for first, last, _ in parts)
        understood = {i for first, last, _ in parts for i in range(first, last)}
        rest = sum(self._content(clause) for i, clause in enumerate(clauses) if i not in understood)
        if not covered or rest > MAX_REST:
            return None
        match = _most_important([match for _, _, match in sorted(parts)], context)
        return None if match is None else (match, SKIPPED)

    def _read_words(self, words: tuple[str, ...], context: Context) -> tuple[Match, float] | None:
        exact = self._templates.match(words, context)
        if exact:
            return exact[0], EXACT
        for said in dict.fromkeys((words, collapse_repeats(words))):
            if said != words or self._templates.skips(said):
                loose = self._templates.match(said, context, skipping=True)
                if loose:
                    return loose[0], SKIPPED
        return None

    def _understood(
        self, clauses: Sequence[Sequence[str]], context: Context
    ) -> Iterator[tuple[int, int, Match]]:
        """Yield (first, last + 1, match) of clauses or runs of clauses, the longest first."""
        taken: set[int] = set()
        for length in range(min(MAX_CLAUSES_JOINED, len(clauses)), 0, -1):
            for first in range(len(clauses) - length + 1):
                span = range(first, first + length)
                if not taken.isdisjoint(span):
                    continue
                words = tuple(word for i in span for word in clauses[i])
                found = self._read_clause(words, context)
                if found is not None:
                    taken.update(span)
                    yield first, first + length, found

    def _read_clause(self, words: tuple[str, ...], context: Context) -> Match | None:
        if words[0] in self._templates.normaliser.joiners:
            words = words[1:]
        found = self._read_words(words, context) if words else None
        if found is None:
            return None
        match = found[0]
        return match if context is Context.COACHING or match.intent in IDLE_CLAUSES else None

    def _content(self, clause: Sequence[str]) -> int:
        """Return how many words of `clause` are neither fillers nor joiners."""
        skipped = {
            i
            for first, ends in self._templates.skips(clause).items()
            for i in range(first, max(ends))
        }
        joiners = self._templates.normaliser.joiners
        return sum(i not in skipped and word not in joiners for i, word in enumerate(clause))


def _most_important(matches: Sequence[Match], context: Context) -> Match | None:
    for match in matches:
        if match.intent == EMERGENCY:
            return match
    if context is Context.IDLE:
        placed = [match for match in matches if ("site", UNKNOWN) not in match.slots]
        return (placed or matches)[0]
    strong = [match for match in matches if match.intent not in WEAK]
    return strong[-1] if strong else matches[-1]
