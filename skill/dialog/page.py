"""The page of first aid for readers and reviewers: every line, its coverage and its sources.

It is written from the dialog files alone, so it never says anything else than they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from skill.dialog.coaching import CLOT
from skill.dialog.coverage import Covered, counts, coverage
from skill.dialog.folder import DialogFolder
from skill.dialog.script import (
    Answers,
    Exercise,
    Line,
    Posture,
    Protocol,
    Question,
    Routines,
    Step,
    Stretching,
    Triage,
)
from skill.dialog.wording import answer_id

COMMAND = "uncramp dialogs coverage --page docs/first-aid.md"
LEVELS = {
    "emergency": "Emergency: call now",
    "urgent": "Urgent: ring for advice today or tonight",
    "routine": "Routine: a visit by day",
}
KINDS = {"S": "Articles", "B": "Medical sources", "E": "Emergencies", "U": "Urgent signs",
         "R": "Routine signs", "P": "Protocols"}  # fmt: skip
FATES = ("spoken", "used", "not spoken", "gap")


def page_of(folder: DialogFolder) -> str:
    """Return the page as Markdown; the folder must have no fault."""
    return "\n".join(_Page(folder).text()) + "\n"


class _Page:
    def __init__(self, folder: DialogFolder) -> None:
        self.folder = folder
        self.said = {spoken.id: spoken.line for spoken in folder.spoken()}
        self.shown: set[str] = set()
        self.rows = coverage(folder)

    def text(self) -> Iterator[str]:
        sources = self.folder.sources and self.folder.sources.content
        yield from ("# First aid that Uncramp speaks", "")
        for paragraph in sources.notice if sources else ():
            yield from (paragraph, "")
        yield from ("## To be confirmed by a clinician before release", "")
        for point in sources.open_points if sources else ():
            yield f"- {point}"
        unread = [row.id for row in self.rows if _general_knowledge(row)]
        yield f"- The facts found in no written source, marked GK: {_links(unread)}."
        yield from ("", "Other parts: [danger lines](#danger-lines), [answers](#answers), "
                    "[coverage](#coverage), [sources](#sources). Written by "
                    f"`{COMMAND}`: change `dialogs/` instead.")  # fmt: skip
        protocols = (part.content for part in self.folder.protocols if part.content)
        for protocol in sorted(protocols, key=lambda protocol: protocol.protocol):
            yield from self._protocol(protocol)
        yield from self._without_a_file()
        if self.folder.routines and self.folder.routines.content:
            yield from self._timeline(self.folder.routines.content)
        if self.folder.triage and self.folder.triage.content:
            yield from self._danger(self.folder.triage.content)
        if self.folder.answers and self.folder.answers.content:
            yield from self._answers(self.folder.answers.content)
        rest = [line_id for line_id in self.said if line_id not in self.shown]
        yield from ("", "## Every other line", "")
        yield from self._table(("", line_id) for line_id in rest)
        yield from self._coverage()
        yield from self._sources()

    def _protocol(self, protocol: Protocol) -> Iterator[str]:
        name = protocol.protocol
        yield from ("", f"## {name} {protocol.title}", "", "In the order it is spoken:", "")
        yield from self._table(self._in_order(protocol))
        own = [*protocol.lines, *protocol.questions]
        if own := [line_id for line_id in own if line_id not in self.shown]:
            yield from ("", "Where an answer, or a helper, leads elsewhere:", "")
            yield from self._table(("", line_id) for line_id in own)
        yield from ("", f"Cannot stand: {_outcome(protocol.cannot_stand)}. "
                    f"Cannot reach: {_outcome(protocol.cannot_reach)}. "
                    f"Worse: {_outcome(protocol.worse)}.")  # fmt: skip

    def _without_a_file(self) -> Iterator[str]:
        """Yield the first aid made of shared lines alone, by its id in `sources.yaml`."""
        filed = {part.content.protocol for part in self.folder.protocols if part.content}
        for row in self.rows:
            if row.id.startswith("P") and row.id not in filed:
                yield from ("", f"## {row.id} {row.source.fact.partition(':')[0]}", "")
                lines = sorted(row.lines, key=lambda line_id: not line_id.startswith(row.id))
                yield from self._table(("", line_id) for line_id in lines)

    def _in_order(self, protocol: Protocol) -> Iterator[tuple[str, str]]:
        name = protocol.protocol
        if protocol.ask_first:
            yield "before all else", f"{name}.ask"
        yield "first", f"{name}.first"
        for line_id in protocol.with_first:
            yield "with it", line_id
        if protocol.coming:
            yield "first, when it is only coming", f"{name}.coming"
        if protocol.helper:
            yield "first, to a helper", protocol.helper
        if protocol.child_helper:
            yield "first, to who helps a child", protocol.child_helper
        if protocol.both:
            yield "when both sides cramp", protocol.both
        if protocol.hold_line:
            yield "in the first hold", f"{name}.hold"
        for line_id in protocol.hold.lines:
            yield "in the first hold", line_id
        if protocol.where:
            yield f"then, for {_list(protocol.where.only_for)}", f"{name}.where"
        yield "check, after each hold", protocol.check
        for number, step in enumerate(protocol.steps, start=2):
            for line_id in step.before:
                yield f"before step {number}", line_id
            yield f"step {number}", f"{name}.{step.id}"
            for line_id in step.hold.lines if step.hold else ():
                yield f"in step {number}", line_id
        yield "better", f"{name}.better"
        if protocol.worse_line:
            yield "worse, no danger found", f"{name}.worse"
        for line_id in protocol.after_care:
            yield "after the cramp", line_id

    def _timeline(self, routines: Routines) -> Iterator[str]:
        pacing = routines.pacing
        yield from ("", "## The clock of a cramp, and afterwards", "")
        timed = [(at, line) for at in pacing.screen_at_s for line in pacing.screen]
        timed += [(at, line) for line, at in pacing.milestones.items()]
        rows = [(f"after {at:g} s", line) for at, line in sorted(timed, key=lambda row: row[0])]
        rows.append((f"after {pacing.too_long_s:g} s", pacing.too_long))
        if pacing.clot_early_for:
            rows.append((f"after the first hold; {_list(pacing.clot_early_for)}", CLOT))
        rows += [("after the first hold", line) for line in pacing.early]
        rows += [("after the first check", line) for line in pacing.screen_person]
        rows += [("in a hold, once", line) for line in pacing.hold_lines]
        rows += [("once it has eased", line) for line in (*routines.after_care, routines.settle)]
        rows += [("a child's has eased", line) for line in routines.after_care_child]
        rows += [("good night", line) for line in routines.goodnight]
        rows += [("nobody answers", line) for line in routines.quiet]
        yield from self._table(rows)
        if routines.stretching:
            yield from ("", "## The evening stretching", "", "Only when asked for.", "")
            yield from self._table(_stretching(routines.stretching))

    def _danger(self, triage: Triage) -> Iterator[str]:
        yield from ("", "## Danger lines", "")
        yield "They interrupt everything. `{EMERGENCY}` and `{URGENT}` are the household's numbers."
        for level, heading in LEVELS.items():
            lines = {i: line for i, line in triage.triage.items() if line.level == level}
            yield from ("", f"### {heading}", "")
            yield from self._table(
                (", ".join(f"“{_plain(heard)}”" for heard in line.heard_as), line_id)
                for line_id, line in lines.items()
            )
        yield from ("", "### After a danger line", "")
        then = [i for line in triage.triage.values() for i in line.then]
        after = (*triage.after_emergency, *triage.after_urgent, *then, *triage.stay)
        yield from self._table(("", line_id) for line_id in dict.fromkeys(after))

    def _answers(self, answers: Answers) -> Iterator[str]:
        yield from ("", "## Answers", "", "Spoken only when somebody asks.", "")
        yield from self._table(
            (_words(topic) if index == 0 else "", line_id)
            for topic, answer in answers.answers.items()
            for index, line_id in enumerate(
                (*answer.first, *(answer_id(topic, n) for n in range(len(answer.lines))))
            )
        )

    def _table(self, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
        yield from ("| when | line | words | rests on |", "|---|---|---|---|")
        for when, line_id in rows:
            line = self.said[line_id]
            replies = "" if line_id in self.shown else _replies(line)
            self.shown.add(line_id)
            links = _links(line.sources)
            when = "; ".join(part for part in (when, *_conditions(line)) if part)
            yield f"| {when} | {line_id} | {_plain(line.say)}{replies} | {links} |"

    def _coverage(self) -> Iterator[str]:
        yield from ("", "## Coverage", "")
        yield "What became of each item. *Used*: it decides something that is not a line."
        counted = counts(self.rows)
        for table in ("kind", "treatment", "category"):
            yield from ("", f"| by {table} | items | {' | '.join(FATES)} |",
                        "|---|--:|--:|--:|--:|--:|")  # fmt: skip
            for group, fates in counted[table].items():
                numbers = " | ".join(str(fates.get(fate, 0)) for fate in FATES)
                named = KINDS.get(group, group)
                yield f"| {named} | {sum(fates.values())} | {numbers} |"
        yield from ("", "| id | what it says | treatment | lines, or why none |",
                    "|---|---|---|---|")  # fmt: skip
        for row in self.rows:
            told = "; ".join(part for part in (", ".join(row.lines), row.why) if part)
            fact = _plain(row.source.fact)
            yield f"| {_anchor(row.id)} | {fact} | {row.source.treatment or ''} | {_plain(told)} |"

    def _sources(self) -> Iterator[str]:
        yield from ("", "## Sources", "")
        yield "GK: general knowledge, found in no written source and for a clinician to check."
        yield from ("", "| id | source |", "|---|---|")
        for row in self.rows:
            yield f"| {_links([row.id])} | {_plain(row.source.source)} |"


def _stretching(stretching: Stretching) -> Iterator[tuple[str, str]]:
    yield from (("opening", line_id) for line_id in stretching.opening)
    for number, exercise in enumerate(stretching.exercises, start=1):
        for line_id in exercise.before:
            yield f"before exercise {number}", line_id
        yield "; ".join((f"exercise {number}", *_conditions(exercise))), exercise.line
        let_go = (exercise.let_go,) if exercise.let_go else ()
        yield from ((f"in exercise {number}", line_id) for line_id in (*exercise.turns, *let_go))
    yield from (("closing", line_id) for line_id in stretching.closing)


def _general_knowledge(row: Covered) -> bool:
    return "GK" in row.source.source or "GK" in row.source.fact


def _conditions(item: Line | Exercise) -> Iterator[str]:
    if item.only_with:
        known = ", when it is known who speaks" if item.only_when_known else ""
        yield f"only with {_list(item.only_with)}{known}"
    if item.not_for:
        yield f"not for {_list(item.not_for)}"
    if isinstance(item, Step | Exercise) and item.posture is not Posture.BED:
        yield item.posture.value
    if isinstance(item, Step) and item.only_when_steady:
        yield "only when steady"


def _replies(line: Line) -> str:
    if not isinstance(line, Question):
        return ""
    replies = {**line.answers, "no reply": line.no_reply}
    told = "; ".join(f"{_words(reply)} → {_outcome(then)}" for reply, then in replies.items())
    return f"<br>*{told}*"


def _outcome(outcome: tuple[str, ...]) -> str:
    return ", ".join(_words(item) if item.islower() else item for item in outcome)


def _list(names: Iterable[str]) -> str:
    return ", ".join(_words(name) for name in names)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def _anchor(source_id: str) -> str:
    return f'<a id="{source_id.lower()}"></a>{source_id}'


def _links(ids: Iterable[str]) -> str:
    return ", ".join(f"[{source_id}](#{source_id.lower()})" for source_id in ids)
