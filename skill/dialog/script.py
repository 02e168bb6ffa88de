"""The dialog as data: everything that `dialogs/<language>/` may say, and how it hangs together.

The models below are the schema of the YAML files. An *outcome* is a list of what to do next:
ids of lines, questions or triage lines to speak in order, verbs of `Verb`, and the names of
routines to begin: a breathing session, or `stretching`.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from skill.dialog.numbers import Numbers
from skill.dialog.sources import Source
from skill.yaml_file import Strict

Outcome = tuple[str, ...]
STRETCHING = "stretching"  # its name in an outcome
Seconds = Annotated[float, Field(ge=0, le=600)]
Fact = Literal[
    "pregnant", "unsteady", "child", "diabetes", "numb_feet", "poor_circulation", "fluid_limit",
    "water_tablets", "statins", "blood_thinners", "clot_risk", "artificial_joint",
]  # fmt: skip
# What turns out during a cramp and changes its steps, as a fact about the person does.
Finding = Literal["cannot_reach", "cannot_stand", "helper_here", "in_bed", "toes_up"]


class Verb(StrEnum):
    """What an outcome can make the conversation do, beside speaking."""

    CONTINUE = "continue"  # go on where we were
    NEXT = "next"  # on to the next technique
    HOLD = "hold"  # hold again with breathing, then check
    REST = "rest"  # rest and breathe, no rubbing from now on
    ALLOW_RUB = "allow_rub"  # the clot question was answered no
    FORBID_RUB = "forbid_rub"  # it was answered yes, or not at all
    BETTER = "better"  # the protocol's Better line, then after-care
    WALK = "walk"  # a few easy steps, if STAND-1 and STAND-2 have been said
    FINISH = "finish"  # of the stretching: on to its closing lines
    TIME_LEFT = "time_left"  # how long the stretching or the breathing still takes
    REPEAT = "repeat"  # say the last line again
    REPEAT_LOUDER = "repeat_louder"  # the same, 6 dB louder: it was not caught
    WARN_AGAIN = "warn_again"  # say the danger line again, from the beginning
    END = "end"  # fall silent, back to idle
    STAY = "stay"  # after a danger line: remain with the person


class Technique(StrEnum):
    """What a step does to the muscle; overlays and safety rules go by it."""

    STRETCH = "stretch"
    RUB = "rub"
    PRESS = "press"
    WARM = "warm"
    REST = "rest"


class Posture(StrEnum):
    """What the person must be able to do for a step."""

    BED = "bed"
    SITTING = "sitting"
    STANDING = "standing"


class ForSome(Strict):
    """Left out for a person it is `not_for`, and for one none of `only_with` is true of."""

    not_for: tuple[Fact | Finding, ...] = ()
    only_with: tuple[Fact | Finding, ...] = ()
    only_when_known: bool = False  # not if `only_with` may be true of somebody else in this room

    def suits(self, facts: AbstractSet[str], known: AbstractSet[str]) -> bool:
        """Return whether it is for a person with these `facts`, some of them `known` of them."""
        wanted = (known if self.only_when_known else facts) & set(self.only_with)
        return not facts & set(self.not_for) and (bool(wanted) or not self.only_with)


class Line(ForSome):
    """Something to say: at most 18 words, with the ids of `sources.yaml` it rests on."""

    say: str = Field(min_length=1)
    sources: tuple[str, ...] = ()
    plain: bool = False  # not clinical: needs no sources
    pause_s: Seconds = 0.6
    breaths: int = Field(default=0, ge=0, le=6)  # slow breaths to take after it


class Question(Line):
    """A line that waits for an answer: `answers` maps an intent to its outcome."""

    wait_s: Seconds = 8.0
    repeat: int = Field(default=1, ge=0, le=2)  # how often to ask again when nobody answers
    answers: dict[str, Outcome]
    no_reply: Outcome = ("continue",)


class Hold(Strict):
    """Keeping still for some breaths; `lines` are spoken in it, one a breath from the second."""

    breaths: int = Field(default=3, ge=1, le=12)
    lines: tuple[str, ...] = ()


class Step(Line):
    """One technique: what to ask or say `before`, the instruction, then a hold and the check."""

    id: str
    technique: Technique
    posture: Posture = Posture.BED
    before: tuple[str, ...] = ()
    hold: Hold | None = Hold()
    check: bool = True
    only_when_steady: bool = False


class Where(Question):
    """Asked after the first hold when the site was not said."""

    only_for: tuple[str, ...]


class Protocol(Strict):
    """First aid for one site of the body."""

    protocol: str
    title: str
    sites: tuple[str, ...]
    ends: dict[Literal["front", "back"], str] = {}  # the site that "the front" alone means here
    rub_needs_clot_question: bool = True
    # Thigh with its part unsaid: the one question before a first action.
    ask_first: Question | None = None
    first: Line
    with_first: tuple[str, ...] = ()  # lines right after it, for those they are for
    lower_limb: bool = True  # else no clot is asked about, and no line is of lying or standing
    coming: Line | None = None  # instead of the first action when a cramp is only coming
    helper: str | None = None  # id of the first line when somebody else helps
    child_helper: str | None = None  # the same for a child; without it `helper`
    both: str | None = None  # id of the line when both sides cramp
    hold: Hold = Hold()
    hold_line: Line | None = None
    where: Where | None = None
    check: str = "CHECK"
    steps: tuple[Step, ...]
    better: Line
    worse: Outcome
    worse_line: Line | None = None
    cannot_stand: Outcome
    cannot_reach: Outcome
    returns: dict[str, Outcome] = {}  # it is back, and this line was said before -> outcome
    lines: dict[str, Line] = {}  # further lines of this protocol, by full id (P1.reach)
    questions: dict[str, Question] = {}
    after_care: Outcome = ()  # instead of the shared after-care


class SharedLines(Strict):
    """`lines.yaml`: what every protocol shares."""

    numbers: Numbers
    lines: dict[str, Line]
    questions: dict[str, Question]
    controls: dict[str, Outcome]  # intent while coaching -> outcome
    eased: dict[str, Outcome] = {}  # the same once the cramp has eased, before the controls
    idle: dict[str, Outcome]  # intent while idle -> outcome
    told: dict[Fact, Outcome] = {}  # what is replied to it, after TOLD


class TriageLine(Line):
    """A danger or doctor line and when it is said."""

    level: Literal["emergency", "urgent", "routine"]
    flags: tuple[str, ...] = ()
    heard_as: tuple[str, ...] = ()  # how people say it; for readers and for tests
    then: tuple[str, ...] = ()  # lines said after it, once
    instead: dict[Fact, str] = {}  # the line for a person of whom that is known
    first_aid: bool = True  # whether a cramp named after it is coached; emergencies: never
    later: str | None = None  # mentioned during a cramp: this line instead, once it has eased


class Triage(Strict):
    """`triage.yaml`: danger lines, what follows each of them, and the talk afterwards."""

    after_emergency: tuple[str, ...]
    after_urgent: tuple[str, ...]
    replies: dict[str, Outcome]  # intent after a danger line -> outcome
    reply_wait_s: Seconds = 3  # after the line was said twice, before what always follows
    stay: tuple[str, ...]  # said in turn, softly, while staying with the person
    stay_every_s: Seconds = 25
    stay_s: Seconds = 300
    triage: dict[str, TriageLine]


class Answer(Strict):
    """The answer to one question topic: the first two of its lines that are for the person.

    `first` names shared lines that come before its own.
    """

    first: tuple[str, ...] = ()
    lines: tuple[Line, ...] = Field(min_length=1, max_length=4)


class Answers(Strict):
    """`answers.yaml`: question topic -> answer."""

    answers: dict[str, Answer]
    unknown: str  # id of the line when the topic has no answer


class Breathing(Strict):
    """The rhythm of breathing and its words, in rotation."""

    in_s: Seconds = 4
    out_s: Seconds = 6
    sources: tuple[str, ...] = ()
    in_cues: tuple[str, ...]
    out_cues: tuple[str, ...]


class Session(Strict):
    """A breathing session that fades into silence."""

    minutes: float = Field(gt=0, le=30)
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    fade_db: float = Field(default=-9, le=0)


class Exercise(ForSome):
    """One exercise of the stretching, by the ids of its lines; each turn is held a while."""

    line: str  # how to begin
    setup_s: Seconds = 4
    turns: tuple[str, ...] = Field(min_length=1)
    breaths: int = Field(default=1, ge=1, le=6)  # a slow breath is ten seconds (source B-40)
    let_go: str | None = None
    rest_s: Seconds = 10
    before: tuple[str, ...] = ()
    posture: Posture = Posture.SITTING


class Stretching(Strict):
    """The guided exercises of the evening."""

    opening: tuple[str, ...]
    exercises: tuple[Exercise, ...] = Field(min_length=1)
    closing: tuple[str, ...]
    controls: dict[str, Outcome] = {}  # while stretching, before the shared controls


class Pacing(Strict):
    """The timeline of a cramp; seconds since the cramp began."""

    screen_at_s: tuple[Seconds, ...] = (120, 300)
    screen: tuple[str, ...] = ("SCREEN-1", "SCREEN-2")
    screen_person: tuple[str, ...] = ()  # asked after the first check, of those it is for
    early: tuple[str, ...] = ()  # asked right after the first hold, of those it is for
    clot_early_for: tuple[Fact, ...] = ()  # these are asked CLOT right after the first hold
    hold_lines: tuple[str, ...] = ()  # one in each hold, once, for those they are for
    milestones: dict[str, Annotated[float, Field(ge=0)]] = {}  # line id -> seconds
    too_long_s: Annotated[float, Field(ge=0)] = 600
    too_long: str = "U-02"
    answered_within_s: Seconds = 180
    quiet_after_s: Seconds = 300
    softer_db: float = Field(default=-3, le=0)


class Routines(Strict):
    """`routines.yaml`: breathing, after-care, settling, the timeline."""

    pacing: Pacing
    breathing: Breathing
    sessions: dict[str, Session]
    session_controls: dict[str, Outcome] = {}  # in a session, before the shared controls
    stretching: Stretching | None = None
    time_left: tuple[str, ...] = ()  # the line for 0, 1, 2... minutes; the last is for all above
    after_care: tuple[str, ...]
    after_care_child: tuple[str, ...] = ()  # said to who helps a child
    after_care_gap_s: Seconds = 8
    settle: str
    goodnight: tuple[str, ...]
    quiet: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """What an outcome can name to begin it."""
        return frozenset((*self.sessions, STRETCHING) if self.stretching else self.sessions)


class Script(Strict):
    """Everything in one language's folder, loaded and checked."""

    language: str
    shared: SharedLines
    protocols: dict[str, Protocol]
    triage: Triage
    answers: Answers
    routines: Routines
    sources: dict[str, Source]
