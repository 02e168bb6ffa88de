"""What must hold in every night, whatever is said when: thousands of random ones."""

from __future__ import annotations

from typing import get_args

from bedside import Bedside
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.dialog.conversation import Conversation, ConversationSettings
from skill.dialog.loader import load_script
from skill.dialog.script import Fact, Posture, Step, Technique
from skill.dialog.stage import State
from skill.dialog.wording import all_lines
from skill.events import Heard, VoiceEnded, VoiceStarted
from skill.interpretation import Interpretation
from skill.resources import dialogs_dir

SCRIPT = load_script(dialogs_dir("en"))
STEPS: dict[str, Step] = {
    f"{protocol.protocol}.{step.id}": step
    for protocol in SCRIPT.protocols.values()
    for step in protocol.steps
}
RUBS = {
    f"{protocol.protocol}.{step.id}"
    for protocol in SCRIPT.protocols.values()
    for step in protocol.steps
    if step.technique is Technique.RUB and protocol.rub_needs_clot_question
}
STANDING = {step_id for step_id, step in STEPS.items() if step.posture is Posture.STANDING}
LINES = dict(all_lines(SCRIPT))
FACTS = sorted(get_args(Fact))
SITES = sorted(site for protocol in SCRIPT.protocols.values() for site in protocol.sites)
DANGERS = sorted(
    line_id for line_id, line in SCRIPT.triage.triage.items() if line.level != "routine"
)
LONGEST_SILENCE_S = 12.0

WORDS = """
    better not_better worse repeat next slower pause resume yes no cannot_stand cannot_reach in_bed
    other_leg again how_long_left louder quieter what_did_you_say breathe thanks unsure standing
    getting_up help helper raising_hurts help_called cannot_call are_you_there other_cramp
    numb_or_restless evening_exercises cannot_sleep
"""
words = st.sampled_from(WORDS.split()).map(lambda intent: ("says", intent, {}))
cramps = st.sampled_from(SITES).map(lambda site: ("says", "cramp", {"site": site}))
ways = st.sampled_from(
    [
        ("says", "cramp", {"site": "thigh", "part": "unsaid"}),
        ("says", "cramp", {"site": "unknown", "coming": "yes"}),
        ("says", "cramp", {"site": "toes", "toes": "up"}),
        ("says", "cramp", {"site": "calf", "who": "child"}),
        ("says", "cramp", {"site": "hamstring", "end": "back"}),
        ("says", "other_leg", {"side": "both"}),
    ]
)
questions = st.sampled_from([*SCRIPT.answers.answers, "never heard of"]).map(
    lambda topic: ("says", "question", {"topic": topic})
)
signs = st.integers(1, 8).map(lambda n: ("says", "routine_sign", {"line": f"R-{n:02}"}))
durations = st.integers(0, 40).map(lambda m: ("says", "duration", {"minutes": str(m)}))
told = st.sampled_from(FACTS).map(lambda fact: ("says", "about_me", {"fact": fact, "who": "self"}))
dangers = st.sampled_from(DANGERS).map(lambda line: ("danger", line, {}))
noises = st.sampled_from([("voice", "", {}), ("noise", "", {}), ("talk", "", {})])
stop = st.just(("says", "stop", {}))
happenings = st.tuples(
    st.floats(0, 40),
    st.one_of(
        words,
        words,
        words,
        cramps,
        ways,
        questions,
        signs,
        durations,
        noises,
        dangers,
        stop,
        told,
    ),
)
nights = st.lists(happenings, max_size=40)
facts = st.frozensets(st.sampled_from(FACTS), max_size=3)


def bedside(facts: frozenset[str] = frozenset()) -> Bedside:
    return Bedside(Conversation(SCRIPT, ConversationSettings(facts=facts)))


Night = list[tuple[float, tuple[str, str, dict[str, str]]]]


def lines_due(b: Bedside, line: str, night: Night) -> set[str]:
    """The line that answers this danger: its own, that for this person, or an emergency's.

    What a person told of herself may have been forgotten since; what is set up is not.
    """
    if b.state is State.DANGER and line.startswith("U"):
        current = next(prompt for prompt in reversed(b.prompts) if prompt in DANGERS)
        if current.startswith("E"):
            return {current}
    instead = SCRIPT.triage.triage[line].instead
    told = {slots["fact"] for _, (_, what, slots) in night if what == "about_me"}
    set_up = [instead[fact] for fact in instead if fact in b.conversation.settings.facts]
    return set(set_up) or {line, *(instead[fact] for fact in instead if fact in told)}


def live_through(night: Night, b: Bedside) -> None:
    b.hears("cramp", site="calf")
    for seconds, (kind, what, slots) in night:
        b.wait(seconds)
        match kind:
            case "says":
                b.hears(what, **slots)
            case "danger":
                b.danger(what)
            case "voice":
                b.handle(VoiceStarted())
            case "noise":
                b.handle(VoiceEnded())
            case "talk":
                b.handle(Heard(Interpretation("did you put the bins out")))


@settings(max_examples=400, deadline=None)
@given(nights, facts, st.sampled_from(DANGERS), st.floats(0, 60))
def test_danger_is_answered_with_its_line_as_the_very_next_speech(night, known, line, later):
    b = bedside(known)
    live_through(night, b)
    b.wait(later)
    before, due = len(b.said), lines_due(b, line, night)
    b.danger(line)
    assert b.prompts[before] in due
    assert b.state is State.DANGER


@settings(max_examples=600, deadline=None)
@given(nights, facts)
def test_no_step_is_unsafe_for_this_person_or_out_of_order(night, known):
    b = bedside(known)
    live_through(night, b)
    b.until_idle(within=3600)
    for index, prompt in enumerate(b.prompts):
        if prompt in STANDING:
            assert {"STAND-1", "STAND-2"} <= set(b.prompts[:index])
        if prompt in STANDING | {"WALK"}:
            assert {"STAND-1", "STAND-2"} <= set(b.prompts[:index])
            assert "child" not in known
            assert "unsteady" not in known or is_helped(night)
        if prompt not in DANGERS:
            assert not known & set(LINES[prompt].not_for), prompt


def is_helped(night: Night) -> bool:
    return any(what == "helper" or slots.get("who") == "child" for _, (_, what, slots) in night)


@settings(max_examples=600, deadline=None)
@given(nights.filter(lambda night: not is_helped(night)), facts, st.sampled_from(FACTS), st.data())
def test_what_is_told_of_oneself_is_heeded_from_then_on(night, known, fact, data):
    b = bedside(known)
    half = len(night) // 2
    live_through(night[:half], b)
    b.hears("cramp", site=data.draw(st.sampled_from(SITES)))
    b.wait(data.draw(st.floats(0, 200)))
    if b.state not in (State.COACHING, State.AFTER_CARE):
        return
    before = len(b.said)
    b.hears("about_me", fact=fact, who="self")
    live_through(night[half:], b)
    b.wait(600)
    for prompt in b.prompts[before:]:
        if prompt not in DANGERS:
            assert fact not in LINES[prompt].not_for, prompt


@settings(max_examples=600, deadline=None)
@given(nights, facts)
def test_no_rubbing_before_the_clot_question_was_answered_no(night, known):
    b = bedside(known)
    answered_no = False
    b.hears("cramp", site="calf")
    for seconds, happening in night:
        b.wait(seconds)
        kind, what, _ = happening
        said_before = len(b.said)
        live_through_one(happening, b)
        if kind == "says" and what == "no" and "CLOT" in b.prompts[:said_before]:
            answered_no = True
        if not answered_no:
            assert not RUBS & set(b.prompts)


def live_through_one(happening: tuple[str, str, dict[str, str]], b: Bedside) -> None:
    kind, what, slots = happening
    if kind == "says":
        b.hears(what, **slots)
    elif kind == "danger":
        b.danger(what)
    elif kind == "voice":
        b.handle(VoiceStarted())
    else:
        b.handle(VoiceEnded())


@settings(max_examples=300, deadline=None)
@given(nights, st.floats(0, 400))
def test_nothing_is_said_after_stop(night, seconds):
    b = bedside()
    live_through(night, b)
    b.hears("cramp", site="calf") if b.state is State.IDLE else None
    b.hears("stop")
    before = len(b.said)
    b.wait(seconds)
    assert len(b.said) == before
    assert b.state is State.IDLE


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SITES), facts)
def test_with_no_answer_at_all_it_grows_quiet_and_ends(site, known):
    b = bedside(known)
    b.hears("cramp", site=site)
    b.until_idle(within=900)
    check = next(p for p in SCRIPT.protocols.values() if site in p.sites).check
    checks = [index for index, prompt in enumerate(b.prompts) if prompt == check]
    quiet_from = max(checks)
    rest = b.prompts[quiet_from + 1 :]
    cues = {*SCRIPT.routines.breathing.in_cues, *SCRIPT.routines.breathing.out_cues}
    assert set(rest) <= {*cues, "QUIET"}, rest
    assert b.now - b.said[quiet_from][0] <= 330
    assert b.episodes[0].ended == "no_answer"


@settings(max_examples=400, deadline=None)
@given(nights, facts)
def test_no_line_three_times_running_but_a_danger_heard_again(night, known):
    b = bedside(known)
    live_through(night, b)
    b.until_idle(within=3600)
    for first, second, third in zip(b.prompts, b.prompts[1:], b.prompts[2:], strict=False):
        assert not first == second == third or first in DANGERS


@settings(max_examples=400, deadline=None)
@given(nights, facts)
def test_no_long_silence_while_coaching_but_in_a_hold(night, known):
    b = bedside(known)
    live_through([h for h in night if h[1][0] != "voice"], b)
    b.until_idle(within=3600)
    assert b.longest_silence <= LONGEST_SILENCE_S, b.silent_after


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(["not_better", "worse", "cannot_reach", "unsure", "repeat"]),
             min_size=30, max_size=60),
)  # fmt: skip
def test_ten_minutes_of_unrelieved_answers_reach_the_advice_to_ring(answers):
    b = bedside()
    b.hears("cramp", site="calf")
    for answer in answers:
        b.wait(30)
        if b.state is State.DANGER:
            break
        b.hears("no" if b.last.startswith(("SCREEN", "CLOT", "WORSE")) else answer)
        if b.now > 630:
            break
    assert b.state is State.DANGER
    if b.now > 600:
        assert "U-02" in b.prompts or any(p.startswith("E-") for p in b.prompts)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["evening_exercises", "breathe", "cannot_sleep"]), nights, facts,
    st.sampled_from(DANGERS),
)  # fmt: skip
def test_a_routine_is_as_safe_as_a_cramp(routine, night, known, line):
    b = bedside(known)
    b.hears(routine, addressed=True)
    for seconds, happening in night:
        b.wait(seconds)
        live_through_one(happening, b)
    before, due = len(b.said), lines_due(b, line, night)
    b.danger(line)
    assert b.prompts[before] in due
    b.hears("stop")
    before = len(b.said)
    b.hears(routine, addressed=True)
    b.until_idle(within=1200)
    assert len(b.said) > before
    exercises = SCRIPT.routines.stretching.exercises
    forbidden = {e.line for e in exercises if known & set(e.not_for)}
    forbidden |= {e.line for e in exercises if e.only_with and not known & set(e.only_with)}
    assert not forbidden & set(b.prompts)
    for first, second, third in zip(b.prompts, b.prompts[1:], b.prompts[2:], strict=False):
        assert not first == second == third or first in DANGERS
