"""Understanding what no template fits: a place and what it does, words repaired by sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from skill.interpretation import Context
from skill.understanding.clauses import ClauseReader
from skill.understanding.cues import Cues, any_said, is_said, slots_said
from skill.understanding.reading import Reading
from skill.understanding.sounds import Pronounce, distance, phonemes
from skill.yaml_file import YamlFile

MAX_WORDS: Final = 14  # a longer one is a story or a broadcast
MAX_WORDS_REPAIRED: Final = 10
MAX_WORDS_ANSWER: Final = 8
# Distances measured on recognised complaints and on recognised other talk: at 0.45 in context
# 95 % of complaints were found and none of 412 other utterances became one.
REPAIR_DISTANCE: Final = 0.45
BOTH_DISTANCE: Final = 0.3  # where neither the place nor the cramp was heard right
# Of 180 short answers 164 came through at 0.3, 3 of them wrongly; at 0.4 too much else did.
SHORT_ANSWER_DISTANCE: Final = 0.3
CRAMP_ALONE_DISTANCE: Final = 0.2  # with no place at all: asked back, not acted on
MAX_WORDS_CRAMP_ALONE: Final = 6
AFTER_MY_BONUS: Final = 0.1  # what follows "my" is most likely the place
REPAIRED, CERTAIN, LIKELY, DOUBTFUL = 0.75, 0.8, 0.7, 0.5


class TolerantStage:
    """Cues and sounds: for what no template fits, so less certain."""

    def __init__(self, cues: Path, templates: ClauseReader, pronounce: Pronounce) -> None:
        self._cues = YamlFile(cues).read(Cues)
        self._templates = templates
        self._pronounce = pronounce
        self._places = [word for words in self._cues.places.values() for word in words]
        self._place_sounds = self._sounds([*self._places, *self._cues.unsaid_part])
        self._short_sounds = {
            intent: self._sounds(words) for intent, words in self._cues.short_answers.items()
        }
        self._cramp_sounds = self._sounds(self._cues.misheard)

    @property
    def places(self) -> tuple[str, ...]:
        """Every name of a place that cramps."""
        return (*self._places, *self._cues.unsaid_part)

    def lone_words(self) -> frozenset[str]:
        """Return the words that mean something by themselves: places, cramps, short answers."""
        cues = self._cues
        answers = (word for words in cues.short_answers.values() for word in words)
        words = (*self._places, *cues.strong, *cues.misheard, *answers)
        return frozenset(word for word in words if " " not in word)

    def slots(self, words: Sequence[str]) -> dict[str, str]:
        """Return the slots of a cramp in these words; a place not named is looked for by sound."""
        slots = slots_said(" ".join(words), self._cues)
        if slots["site"] == "unknown" and len(words) <= MAX_WORDS_REPAIRED:
            for placed in self._with_place(words, REPAIR_DISTANCE):
                return slots_said(" ".join(placed), self._cues)
        return slots

    def read(self, clauses: Sequence[Sequence[str]], context: Context) -> Reading | None:
        """Return the meaning that the cues of all clauses together give, or None."""
        words = [word for clause in clauses for word in clause]
        if context is Context.COACHING and len(words) <= MAX_WORDS_ANSWER:
            answer = self._answer(" ".join(words))
            answer = answer or self._short_answer(words)
            if answer is not None:
                return answer
        if len(words) > MAX_WORDS:
            return None
        found = self._complaint(words)
        if found is not None and found.confidence >= LIKELY:
            return found
        mine = any_said(" ".join(words), self._cues.own) or not any_said(
            " ".join(words), self._cues.other
        )
        if len(words) <= MAX_WORDS_REPAIRED and mine:
            for repaired in self._repaired(words):
                whole = self._templates.read([repaired], context)
                if whole is not None and whole[0].intent == "cramp":
                    return _reading("cramp", dict(whole[0].slots), REPAIRED)
                by_cues = self._complaint(repaired)
                if by_cues is not None and by_cues.confidence > (
                    found.confidence if found else 0.0
                ):
                    found = by_cues
        return found

    def _answer(self, said: str) -> Reading | None:
        for intent in ("not_better", "worse", "better"):
            phrases = self._cues.answers.get(intent, ())
            if any(is_said(said, phrase) for phrase in phrases):
                negated = intent == "better" and any_said(said, self._cues.negations)
                return _reading("not_better" if negated else intent, {}, LIKELY)
        return None

    def _short_answer(self, words: Sequence[str]) -> Reading | None:
        """Return the answer that a single misheard word sounds like."""
        if len(words) != 1 or words[0] in self._cues.never_misheard:
            return None
        heard = phonemes(self._pronounce(words[0]))
        alike = [
            (distance(heard, sound), intent)
            for intent, sounds in self._short_sounds.items()
            for sound in sounds.values()
        ]
        unlike, intent = min(alike, default=(1.0, ""))
        return _reading(intent, {}, LIKELY) if unlike <= SHORT_ANSWER_DISTANCE else None

    def _complaint(self, words: Sequence[str]) -> Reading | None:
        said = " ".join(words)
        cues = self._cues
        strong, weak = any_said(said, cues.strong), any_said(said, cues.weak)
        if not (strong or weak) or any_said(said, cues.told):
            return None
        slots = slots_said(said, cues)
        site, who = slots["site"], slots["who"]
        own = any_said(said, cues.own) or who != "self"
        if site == "unknown":
            first_person = any_said(said, cues.own) and who == "self"
            return _reading("cramp", slots, DOUBTFUL) if strong and first_person else None
        if strong:
            return _reading("cramp", slots, CERTAIN if own else LIKELY)
        return _reading("cramp", slots, LIKELY) if own and who == "self" else None

    # --- repair by sound -------------------------------------------------------------------

    def _repaired(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield the words with a misheard place, a misheard cramp, or both put right."""
        said = " ".join(words)
        place_known = any_said(said, self._places) or any_said(said, self._cues.unsaid_part)
        cramp_known = any_said(said, self._cues.strong) or any_said(said, self._cues.weak)
        if cramp_known and not place_known:
            yield from self._with_place(words, REPAIR_DISTANCE)
        elif place_known and not cramp_known:
            yield from self._with_cramp(words, REPAIR_DISTANCE)
        elif not place_known and not cramp_known:
            # Both misheard: only right after "my" can it be a place.
            after = (at + 1 for at, word in enumerate(words) if word in self._cues.mine)
            for placed in self._with_place(words, BOTH_DISTANCE, only_at=next(after, len(words))):
                yield from self._with_cramp(placed, BOTH_DISTANCE)
            if len(words) <= MAX_WORDS_CRAMP_ALONE:
                yield from self._with_cramp(words, CRAMP_ALONE_DISTANCE)

    def _with_place(
        self, words: Sequence[str], limit: float, only_at: int | None = None
    ) -> Iterator[tuple[str, ...]]:
        def may(start: int) -> bool:
            if only_at is not None:
                return start == only_at
            return len(words) <= 3 or (start > 0 and words[start - 1] in self._cues.before_a_place)

        return self._replaced(words, self._place_sounds, limit, may)

    def _with_cramp(self, words: Sequence[str], limit: float) -> Iterator[tuple[str, ...]]:
        return self._replaced(words, self._cramp_sounds, limit, lambda _start: True)

    def _replaced(
        self, words: Sequence[str], targets: dict[str, str], limit: float, may: object
    ) -> Iterator[tuple[str, ...]]:
        assert callable(may)
        known = {*self._places, *self._cues.strong, *self._cues.never_misheard}
        found: list[tuple[float, tuple[str, ...]]] = []
        for start in range(len(words)):
            for length in (1, 2):
                span = words[start : start + length]
                if len(span) < length or known & set(span) or not may(start):
                    continue
                heard = phonemes(self._pronounce(" ".join(span)))
                for target, sound in targets.items():
                    unlike = distance(heard, sound)
                    if start > 0 and words[start - 1] in self._cues.mine:
                        unlike -= AFTER_MY_BONUS
                    if unlike <= limit:
                        put_right = (*words[:start], *target.split(), *words[start + length :])
                        found.append((unlike, put_right))
        return (put_right for _, put_right in sorted(found)[:3])

    def _sounds(self, words: Sequence[str]) -> dict[str, str]:
        spoken = {word: phonemes(self._pronounce(word)) for word in words if " " not in word}
        return {word: sound for word, sound in spoken.items() if len(sound) > 1}


def _reading(intent: str, slots: Mapping[str, str], confidence: float) -> Reading:
    return Reading(intent, slots, confidence, "tolerant")
