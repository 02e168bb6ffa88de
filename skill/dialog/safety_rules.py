"""Rules of clinical safety that no protocol may break (sources B-18, B-33, declined S-ids)."""

from __future__ import annotations

from collections.abc import Iterator

from skill.dialog.folder import DialogFolder, Part
from skill.dialog.names import FLAG_LINES, LEG_SITES, SITES
from skill.dialog.references import Role, references
from skill.dialog.script import Posture, Protocol, Step, Technique, Verb
from skill.errors import Fault

CLOT, SIT, STAND = "CLOT", "SIT-1", ("STAND-1", "STAND-2")
LEVELS = {"E": "emergency", "U": "urgent", "R": "routine"}


def check_sites(folder: DialogFolder) -> Iterator[Fault]:
    """Yield sites that no protocol, more than one, or no one knows of."""
    owners: dict[str, str] = {}
    for part in folder.protocols:
        if part.content is None:
            continue
        for index, site in enumerate(part.content.sites):
            place = ("sites", index)
            if site not in SITES:
                known = ", ".join(sorted(SITES))
                yield part.fault(f"unknown site '{site}'; the sites are {known}", *place)
            elif site in owners:
                yield part.fault(
                    f"the site '{site}' already belongs to {owners[site]}; one of them only", *place
                )
            owners.setdefault(site, part.file.path.name)
    if folder.whole:
        for site in sorted(SITES - set(owners)):
            yield folder.protocols[0].fault(
                f"no protocol of this folder is for the site '{site}'", "sites"
            )


def check_steps(folder: DialogFolder) -> Iterator[Fault]:
    """Yield steps that are unsafe where they stand, or that nobody would ever be offered."""
    for part in folder.protocols:
        if part.content is None:
            continue
        if "?" in part.content.first.say:
            yield part.fault("the first line tells what to do; ask later", "first", "say")
        leg = bool(set(part.content.sites) & LEG_SITES)
        if leg and not part.content.lower_limb:
            yield part.fault("a leg is a lower limb; leave this out",
                             "lower_limb")  # fmt: skip
        if leg and not part.content.rub_needs_clot_question:
            yield part.fault("a leg must not be rubbed before the clot question; set this to true",
                             "rub_needs_clot_question")  # fmt: skip
        sits = False
        for index, step in enumerate(part.content.steps):
            name = f"step '{step.id}'"
            place = ("steps", index)
            if step.posture is Posture.SITTING:
                if SIT not in step.before and not sits:
                    yield part.fault(f"{name} needs sitting up: put {SIT} in its 'before'", *place)
                sits = sits or (SIT in step.before and not step.not_for and not step.only_with)
            if step.posture is Posture.STANDING:
                yield from _standing(part, part.content, index, step)
            if step.technique is Technique.RUB and leg:
                yield from _rubbing(part, index, step)
            lower = part.content.lower_limb
            if step.technique is Technique.RUB and lower and "clot_risk" not in step.not_for:
                yield part.fault(
                    f"{name} rubs a leg or foot: add clot_risk to its 'not_for'", *place
                )
            if set(step.only_with) and set(step.only_with) <= set(step.not_for):
                yield part.fault(f"{name} is never reached: 'not_for' rules out everybody "
                                 "in 'only_with'", *place)  # fmt: skip
            if step.only_when_steady and set(step.only_with) == {"unsteady"}:
                yield part.fault(f"{name} is never reached: it is for the unsteady only, "
                                 "and only when steady", *place)  # fmt: skip


def _standing(part: Part[Protocol], protocol: Protocol, index: int, step: Step) -> Iterator[Fault]:
    missing = [line_id for line_id in STAND if line_id not in step.before]
    place = ("steps", index)
    if missing:
        yield part.fault(
            f"step '{step.id}' needs standing: put {' and '.join(missing)} in its 'before'", *place
        )
    if not step.only_when_steady:
        yield part.fault(f"step '{step.id}' needs standing: add 'only_when_steady: true'", *place)
    if any(later.posture is not Posture.STANDING for later in protocol.steps[index + 1 :]):
        yield part.fault(f"step '{step.id}' needs standing and must come last", *place)


def _rubbing(part: Part[Protocol], index: int, step: Step) -> Iterator[Fault]:
    place = ("steps", index)
    if not step.before or step.before[-1] != CLOT:
        yield part.fault(
            f"step '{step.id}' rubs a leg: {CLOT} must be the last thing in its 'before'", *place
        )


def check_stretching(folder: DialogFolder) -> Iterator[Fault]:
    """Yield evening exercises on one's feet, and those that nobody would ever be offered."""
    routines = folder.routines
    stretching = routines.content.stretching if routines and routines.content else None
    if routines is None or stretching is None:
        return
    for index, exercise in enumerate(stretching.exercises):
        place = ("stretching", "exercises", index)
        if exercise.posture is Posture.STANDING:
            yield routines.fault(
                f"'{exercise.line}' is done standing: not in the evening, only told by day "
                "(answers.yaml)", *place, "posture",
            )  # fmt: skip
        if exercise.only_with and set(exercise.only_with) <= set(exercise.not_for):
            yield routines.fault(
                f"'{exercise.line}' is never reached: 'not_for' rules out everybody in 'only_with'",
                *place,
            )


def check_declined(folder: DialogFolder) -> Iterator[Fault]:
    """Yield lines of protocols that instruct something that is declined."""
    if not (folder.sources and folder.sources.content):
        return
    declined = {
        source_id
        for source_id, source in folder.sources.content.sources.items()
        if source.treatment == "decline"
    }
    protocol_files = {part.file.path for part in folder.protocols}
    for spoken in folder.spoken():
        if spoken.part.file.path not in protocol_files:
            continue
        for index, source in enumerate(spoken.line.sources):
            if source in declined:
                yield spoken.fault(
                    f"'{spoken.id}' rests on {source}, which is declined: "
                    "it may be answered when asked, never instructed",
                    "sources",
                    index,
                )


def check_clot_answers(folder: DialogFolder) -> Iterator[Fault]:
    """Yield answers other than a plain no after which rubbing would be allowed."""
    for reference in references(folder):
        if reference.role is Role.OUTCOME and reference.target == Verb.ALLOW_RUB:
            intent = reference.place[-2]
            if intent != "no":
                yield reference.fault(
                    f"rubbing must not be allowed on '{intent}', only on a plain 'no'"
                )


def check_triage(folder: DialogFolder) -> Iterator[Fault]:
    """Yield danger lines of the wrong level, and flags without exactly their one line."""
    triage = folder.triage
    if triage is None or triage.content is None:
        return
    claimed: set[str] = set()
    for line_id, line in triage.content.triage.items():
        place = ("triage", line_id)
        if line.level == "emergency" and "{EMERGENCY}" not in line.say:
            yield triage.fault(f"'{line_id}' is an emergency: say to call {{EMERGENCY}}", *place)
        level = LEVELS.get(line_id[0])
        if level is not None and line.level != level:
            yield triage.fault(f"'{line_id}' must have the level {level}", *place, "level")
        for index, flag in enumerate(line.flags):
            where = (*place, "flags", index)
            if flag not in FLAG_LINES:
                yield triage.fault(f"unknown danger flag '{flag}'", *where)
            elif FLAG_LINES[flag] != line_id:
                yield triage.fault(
                    f"the danger flag '{flag}' belongs to {FLAG_LINES[flag]}, not here", *where
                )
            claimed.add(flag)
    for flag, line_id in FLAG_LINES.items():
        if flag not in claimed:
            yield triage.fault(
                f"no line has the danger flag '{flag}'; add it to {line_id}", "triage", line_id
            )
