"""What the shipped dialogs say, seen as somebody in bed or a clinician would."""

from pathlib import Path
from typing import get_args

import pytest

from skill.dialog.checks import NEEDED_LINES
from skill.dialog.folder import DialogFolder
from skill.dialog.line_rules import word_count
from skill.dialog.loader import check_folder, load_script
from skill.dialog.names import FLAG_LINES, SITES
from skill.dialog.script import Fact, Posture, Script, Technique
from skill.dialog.wording import Wording, all_lines
from skill.resources import dialogs_dir

ENGLISH = dialogs_dir("en")
NEVER_SAID = ("it's nothing", "don't worry", "force it", "tonic type", "clonic")
TOPICS = (
    "causes", "prevention", "magnesium", "quinine", "water", "bananas", "pregnancy", "children",
    "older", "statins_or_medicines", "needle", "massage", "heat_or_cold", "stretch_exercises",
    "doctor", "how_long", "swimming", "shoes", "pickle_juice", "vinegar_or_turpentine",
    "diabetes", "exercise_routine", "food",
)  # fmt: skip
DOSES = (" mg", "milligram", "tablespoon", "teaspoon", "one tablet", "two tablets")


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(ENGLISH)


def texts(script: Script) -> dict[str, str]:
    return {line_id: line.say for line_id, line in all_lines(script)}


def test_the_shipped_dialogs_have_no_fault() -> None:
    assert check_folder(ENGLISH) == []


def test_every_line_is_short_enough_for_a_breath(script: Script) -> None:
    assert {i: t for i, t in texts(script).items() if word_count(t) > 18} == {}


def test_the_folder_and_the_script_know_the_same_lines(script: Script) -> None:
    assert [spoken.id for spoken in DialogFolder(ENGLISH).spoken()] == [
        line_id for line_id, _ in all_lines(script)
    ]


def test_every_site_has_its_own_first_action(script: Script) -> None:
    firsts = [p.first.say for p in script.protocols.values() for _ in p.sites]
    assert {site for p in script.protocols.values() for site in p.sites} == SITES
    assert len(set(firsts)) == len(script.protocols) == 7


def test_every_danger_flag_has_its_line(script: Script) -> None:
    said = {flag: i for i, line in script.triage.triage.items() for flag in line.flags}
    assert said == FLAG_LINES


def test_the_triage_is_complete(script: Script) -> None:
    wanted = [f"E-{n:02}" for n in range(1, 17)] + [f"U-{n:02}" for n in range(1, 15)]
    wanted += [f"R-{n:02}" for n in range(1, 9)]
    assert sorted(script.triage.triage) == sorted(wanted)
    assert all(line.heard_as for line in script.triage.triage.values())


@pytest.mark.parametrize(
    ("line_id", "follows"),
    [("E-01", "SIT-UP"), ("E-02", "AS-YOU-ARE"), ("E-04", "AS-YOU-ARE"), ("E-13", "AS-YOU-ARE"),
     ("U-01", "U-01-BREATH")],
)  # fmt: skip
def test_what_follows_a_danger_line(script: Script, line_id: str, follows: str) -> None:
    assert script.triage.triage[line_id].then == (follows,)


def test_breathlessness_is_never_answered_with_breathing(script: Script) -> None:
    triage, said = script.triage, texts(script)
    after = [*triage.after_emergency, *triage.stay, *triage.triage["E-01"].then]
    after += [item for outcome in triage.replies.values() for item in outcome if item in said]
    assert not [i for i in after if "breathe" in said[i].lower() or "slow" in said[i].lower()]
    assert all("breathe" not in outcome for outcome in triage.replies.values())


def test_an_emergency_says_that_it_cannot_phone_and_stays(script: Script) -> None:
    assert script.triage.after_emergency == ("PHONE", "STAYWITH")
    assert "can't phone" in texts(script)["PHONE"]


def test_the_emergency_number_is_spoken_digit_by_digit(script: Script) -> None:
    assert "Call nine, one, one now." in Wording(script, emergency="911").text("E-01")
    assert "Call your emergency number now." in Wording(script).text("E-01")
    said = Wording(script, emergency="112", urgent="116 117").texts()
    assert not [text for text in said.values() if "{" in text or any(c.isdigit() for c in text)]


def test_nobody_is_told_a_dose_or_that_it_is_nothing(script: Script) -> None:
    for line_id, text in texts(script).items():
        for phrase in (*NEVER_SAID, *DOSES):
            assert phrase not in text.lower(), line_id


def test_every_declined_remedy_has_its_calm_answer_and_is_never_instructed(script: Script) -> None:
    declined = {i for i, s in script.sources.items() if s.treatment == "decline"}
    answered = {
        source
        for answer in script.answers.answers.values()
        for line in answer.lines
        for source in line.sources
    }
    assert len(declined) == 21
    assert declined <= answered
    for protocol in script.protocols.values():
        assert not [step.id for step in protocol.steps if set(step.sources) & declined]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_question_topic_has_an_answer(script: Script, topic: str) -> None:
    assert script.answers.answers[topic].lines


def test_sources_are_complete(script: Script) -> None:
    ids = script.sources
    assert {f"S-{n:02}" for n in range(1, 171)} <= set(ids)
    assert {f"B-{n:02}" for n in range(1, 75)} | {"B-39a", "B-39b"} <= set(ids)
    assert set(script.triage.triage) <= set(ids)
    counts = [s.treatment for s in ids.values()]
    assert [counts.count(t) for t in ("adopt", "adapt", "decline")] == [69, 80, 21]


def test_no_leg_is_rubbed_before_the_clot_question_was_answered_no(script: Script) -> None:
    for name in ("P1", "P4", "P5", "P7"):
        for step in script.protocols[name].steps:
            if step.technique is Technique.RUB:
                assert step.before[-1] == "CLOT"
    clot = script.shared.questions["CLOT"]
    assert "allow_rub" in clot.answers["no"]
    assert clot.no_reply[0] == clot.answers["yes"][0] == clot.answers["unsure"][0] == "forbid_rub"


def test_standing_comes_last_with_light_hold_and_a_seat_first(script: Script) -> None:
    standing = [
        (p, step)
        for p in script.protocols.values()
        for step in p.steps
        if step.posture is Posture.STANDING
    ]
    assert {p.protocol for p, _ in standing} == {"P1", "P5"}
    for protocol, step in standing:
        assert step is protocol.steps[-1]
        assert {"STAND-1", "STAND-2"} <= set(step.before)
        assert step.only_when_steady


def test_no_heat_for_those_who_might_not_feel_a_burn(script: Script) -> None:
    for protocol in script.protocols.values():
        for step in protocol.steps:
            if "WARM" in step.before:
                assert {"diabetes", "numb_feet", "poor_circulation"} <= set(step.not_for)


def test_calf_and_front_of_thigh_move_in_opposite_directions(script: Script) -> None:
    assert "straighten" in script.protocols["P1"].first.say.lower()
    assert "bend" in script.protocols["P5"].first.say.lower()
    assert script.protocols["P5"].ask_first is not None


def test_danger_answers_lead_to_the_careful_line(script: Script) -> None:
    questions = script.shared.questions
    assert questions["WORSE"].answers["no"] == ("WORSE-LINE", "hold")
    assert questions["WORSE-WHICH"].answers["yes"] == ("E-03",)
    assert questions["SCREEN-1"].answers["yes"][0] == "SCREEN-YES"
    assert questions["SCREEN-1"].answers["no"] == ("continue",)
    assert questions["SCREEN-2-WHICH"].no_reply == ("E-03",)
    chest = questions["CLOT-CHEST"].answers
    assert chest == {"yes": ("E-01",), "unsure": ("E-01",), "no": ("U-10", "U-01")}
    assert script.triage.triage["U-10"].only_with == ("pregnant",)


@pytest.mark.parametrize("fact", ["nobody's", *get_args(Fact)])
def test_after_care_takes_two_to_four_minutes_with_the_settling(script: Script, fact: str) -> None:
    said, routines = dict(all_lines(script)), script.routines
    seconds = routines.sessions["settle"].minutes * 60
    for line_id in routines.after_care:
        line = said[line_id]
        if line.suits({fact}, {fact}):
            seconds += word_count(line.say) / 2.5 + line.pause_s + routines.after_care_gap_s
    assert 120 <= seconds <= 240
    assert routines.after_care[0] == "DONE"


def test_the_lines_the_program_speaks_are_all_there(script: Script) -> None:
    assert set(texts(script)) >= NEEDED_LINES


def test_a_wheel_or_checkout_finds_the_dialogs() -> None:
    assert (Path(ENGLISH) / "lines.yaml").is_file()
