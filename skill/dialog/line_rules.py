"""What every spoken line must be: short, speakable, sourced, and said in one place only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skill.dialog.folder import DialogFolder, Spoken
from skill.errors import Fault

LONGEST_LINE_WORDS = 18  # what a frightened, half-asleep person can take in at once
PLACEHOLDERS = ("{EMERGENCY}", "{URGENT}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_ABBREVIATIONS = frozenset({"approx", "dr", "etc", "min", "mins", "sec", "secs", "tel", "vs"})
_MARKS = frozenset(" ,.;:?!'-")


def word_count(text: str) -> int:
    """Return the number of spoken words; a placeholder counts as one."""
    return sum(any(mark.isalnum() for mark in word) for word in text.split())


def check_lines(folder: DialogFolder) -> Iterator[Fault]:
    """Yield the faults of each line by itself."""
    sources = folder.sources.content if folder.sources else None
    known = set(sources.sources) if sources else None
    for spoken in folder.spoken():
        words = word_count(spoken.line.say)
        if words > LONGEST_LINE_WORDS:
            yield spoken.fault(
                f"'{spoken.id}' has {words} words; make it {LONGEST_LINE_WORDS} or fewer", "say"
            )
        yield from _unspeakable(spoken)
        yield from _sources(spoken, known)


def check_duplicates(folder: DialogFolder) -> Iterator[Fault]:
    """Yield ids given twice and texts written twice."""
    ids: dict[str, Spoken] = {}
    texts: dict[str, Spoken] = {}
    for spoken in folder.spoken():
        if (first := ids.setdefault(spoken.id, spoken)) is not spoken:
            yield spoken.fault(
                f"the id '{spoken.id}' is used twice, also in {_where(first)}; rename one of them"
            )
            continue
        text = " ".join(spoken.line.say.casefold().split())
        if (first := texts.setdefault(text, spoken)) is not spoken:
            yield spoken.fault(
                f"'{spoken.id}' says the same as '{first.id}' in {_where(first)}; "
                "name that one instead",
                "say",
            )


def _unspeakable(spoken: Spoken) -> Iterator[Fault]:
    text = spoken.line.say
    for placeholder in _PLACEHOLDER.findall(text):
        if placeholder not in PLACEHOLDERS:
            yield spoken.fault(
                f"unknown placeholder {placeholder}; there are {' and '.join(PLACEHOLDERS)}", "say"
            )
    plain = _PLACEHOLDER.sub(" ", text)
    if any(mark.isdigit() for mark in plain):
        yield spoken.fault(f"'{spoken.id}' has digits; write numbers as words", "say")
    marks = {m for m in plain if not (m.isalpha() or m.isdigit() or m in _MARKS)}
    if marks:
        shown = " ".join(sorted(repr(mark) for mark in marks))
        yield spoken.fault(
            f"'{spoken.id}' has {shown}, which cannot be spoken; use plain words", "say"
        )
    short = {*_CAPITALS.findall(plain), *_DOTTED.findall(plain)}
    short |= {word for word in re.findall(r"\w+", plain) if word.casefold() in _ABBREVIATIONS}
    if short:
        yield spoken.fault(
            f"'{spoken.id}' has the abbreviation {', '.join(sorted(short))}; write it out", "say"
        )


def _sources(spoken: Spoken, known: set[str] | None) -> Iterator[Fault]:
    line = spoken.line
    if not line.sources and not line.plain:
        yield spoken.fault(
            f"'{spoken.id}' names no sources; add the ids it rests on, "
            "or 'plain: true' if it is only talk"
        )
    if line.sources and line.plain:
        yield spoken.fault(f"'{spoken.id}' is plain talk and yet names sources; drop one", "plain")
    for index, source in enumerate(line.sources):
        if known is not None and source not in known:
            yield spoken.fault(f"the source '{source}' is not in sources.yaml", "sources", index)


def _where(spoken: Spoken) -> str:
    file = spoken.part.file
    return f"{file.path.name}:{file.line(*spoken.place)}"
