"""The evening stretching, breathing that fades out, and signs for the day, in pure time."""

from __future__ import annotations

import pytest
from bedside import WORD_S, Bedside

from skill.app import App
from skill.config import Settings
from skill.dialog.script import Posture, Script
from skill.dialog.stage import State
from skill.interpretation import Context

FIVE_MINUTES_S = 300


def starts(bedside: Bedside, prompt: str) -> list[float]:
    return [at for at, say in bedside.said if say.prompt == prompt]


def ends(bedside: Bedside, prompt: str) -> list[float]:
    return [at + len(say.text.split()) * WORD_S for at, say in bedside.said if say.prompt == prompt]


def stretching(bedside: Bedside) -> Bedside:
    bedside.hears("evening_exercises", addressed=True)
    assert bedside.state is State.STRETCHING
    return bedside


def test_a_stretch_is_held_ten_seconds_and_rested_ten_three_times_a_leg(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-FEET", within=400)
    let_go = starts(bedside, "LET-GO")
    assert len(let_go) == 6
    for turn in range(3):
        pulled, pull = ends(bedside, f"PULL-{turn + 1}"), starts(bedside, f"PULL-{turn + 1}")
        for leg in range(2):
            assert let_go[leg * 3 + turn] - pulled[leg] == pytest.approx(10, abs=0.1)
            if turn:
                rested = pull[leg] - ends(bedside, "LET-GO")[leg * 3 + turn - 1]
                assert rested == pytest.approx(10, abs=0.1)


def test_both_legs_take_about_three_minutes(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-FEET", within=400)
    took = starts(bedside, "STRETCH-FEET")[0] - starts(bedside, "STRETCH-LEFT")[0]
    assert 140 <= took <= 185


def test_every_hold_has_a_slow_breath_in_it(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-FEET", within=400)
    pulled = [at for at, say in bedside.said if say.prompt.startswith("PULL-")]
    for at, let_go in zip(pulled, starts(bedside, "LET-GO"), strict=True):
        cues = [say.prompt for when, say in bedside.said if at < when < let_go]
        assert [cue.split("-")[0] for cue in cues] in (["IN", "OUT"], ["BREATHE", "BREATHE"])


def test_wait_is_silent_until_go_on_and_the_hold_begins_again(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-2")
    bedside.wait(5)
    bedside.hears("pause")
    bedside.wait(4)
    before = len(bedside.said)
    bedside.wait(60)
    assert len(bedside.said) == before
    bedside.hears("resume")
    bedside.until("LET-GO")
    assert bedside.now - starts(bedside, "RESUMED")[-1] >= 10
    assert "STRETCH-RIGHT" not in bedside.prompts


def test_a_wait_that_nobody_ends_is_asked_about_once_and_grows_quiet(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-1")
    bedside.hears("pause")
    assert bedside.until_idle(within=200) > 100
    assert bedside.prompts.count("STILL-WAITING") == 1
    assert bedside.last == "STILL-WAITING"


def test_slower_makes_the_rests_longer(bedside: Bedside) -> None:
    bedside.hears("evening_exercises", addressed=True)
    bedside.hears("slower")
    bedside.until("PULL-2", within=120)
    rested = starts(bedside, "PULL-2")[0] - ends(bedside, "LET-GO")[0]
    assert rested == pytest.approx(12, abs=0.1)


def test_the_other_leg_and_skip_go_on_to_the_next_exercise(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-1")
    bedside.hears("other_leg")
    assert bedside.last == "STRETCH-RIGHT"
    bedside.hears("next")
    assert bedside.last == "STRETCH-FEET"


def test_repeat_says_the_last_words_again(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-LEFT")
    bedside.hears("repeat")
    bedside.wait(30)
    assert bedside.prompts.count("STRETCH-LEFT") == 2
    bedside.until("LET-GO")


def test_how_long_counts_down(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-RIGHT", within=200)
    told = []
    for prompt in ("CIRCLE-1", "TOES-2", "HEELS", "BOTH-2", "EVENING-4"):
        if prompt == "CIRCLE-1":
            bedside.until("STRETCH-FEET", within=300)
            bedside.hears("yes")
        bedside.until(prompt, within=300)
        asked, left = bedside.now, len(bedside.said)
        bedside.hears("how_long_left")
        told.append((asked, bedside.prompts[left]))
    bedside.until_idle(within=300)
    minutes = [int(line.removeprefix("LEFT-")) for _, line in told]
    assert minutes == sorted(minutes, reverse=True)
    assert (minutes[0], minutes[-1]) == (5, 0)


def test_stop_is_silent_at_once(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-1")
    before = len(bedside.said)
    bedside.hears("stop")
    bedside.wait(300)
    assert bedside.state is State.IDLE
    assert len(bedside.said) == before


@pytest.mark.parametrize("answer", ["no", None])
def test_without_a_yes_it_ends_with_the_legs(bedside: Bedside, answer: str | None) -> None:
    stretching(bedside).until("STRETCH-FEET", within=400)
    if answer:
        bedside.hears(answer)
    bedside.until_idle(within=120)
    assert "STRETCH-ANKLES" not in bedside.prompts
    assert bedside.prompts[-2:] == ["EVENING-4", "SESSION-END"]


def done_by(bedside: Bedside) -> list[str]:
    stretching(bedside).until("STRETCH-FEET", within=400)
    bedside.hears("yes")
    bedside.until_idle(within=500)
    return bedside.prompts


def test_nobody_pregnant_lies_flat(bedside_of, bedside: Bedside) -> None:
    prompts = done_by(bedside_of(facts=frozenset({"pregnant"})))
    assert "STRETCH-LYING" not in prompts and "BOTH-1" not in prompts
    assert {"STRETCH-NOT-FLAT", "SIDE-2"} <= set(prompts)
    assert "STRETCH-LYING" in done_by(bedside)


@pytest.mark.parametrize(
    ("fact", "line"), [("unsteady", "NO-STANDING"), ("artificial_joint", "STRETCH-JOINT")]
)
def test_the_unsteady_and_artificial_joints_are_told_first(bedside_of, fact, line) -> None:
    prompts = done_by(bedside_of(facts=frozenset({fact})))
    assert prompts.index(line) < prompts.index("STRETCH-LEFT")


def test_nothing_in_the_evening_is_done_on_ones_feet(script: Script) -> None:
    exercises = script.routines.stretching.exercises if script.routines.stretching else ()
    assert exercises
    assert all(exercise.posture is not Posture.STANDING for exercise in exercises)


def test_no_towel_at_hand_is_no_reason_to_end(bedside: Bedside) -> None:
    stretching(bedside).until("STRETCH-LEFT")
    bedside.hears("cannot_reach")
    assert bedside.last == "STRETCH-NO-TOWEL"
    bedside.until("PULL-1")


def test_what_hurts_is_left_and_a_cold_foot_is_a_danger(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-1")
    bedside.hears("worse")
    bedside.until("STRETCH-HURTS")
    bedside.hears("no")
    bedside.until("STRETCH-RIGHT")
    bedside.hears("worse")
    bedside.hears("yes")
    bedside.hears("yes")
    assert bedside.last == "E-03"


@pytest.mark.parametrize("intent", ["evening_exercises", "breathe", "cannot_sleep"])
def test_a_cramp_or_a_danger_in_the_middle_comes_first(bedside: Bedside, intent: str) -> None:
    bedside.hears(intent, addressed=True)
    bedside.wait(40)
    bedside.hears("cramp", site="foot")
    assert (bedside.last, bedside.state) == ("P2.first", State.COACHING)
    bedside.hears("stop")
    bedside.hears(intent, addressed=True)
    bedside.wait(40)
    bedside.danger("E-01")
    assert (bedside.last, bedside.state) == ("E-01", State.DANGER)


def test_a_question_in_the_middle_is_answered_and_the_hold_goes_on(bedside: Bedside) -> None:
    stretching(bedside).until("PULL-1")
    bedside.hears("question", topic="how_long")
    assert bedside.last == "A.how_long.1"
    bedside.until("LET-GO")


# --- breathing


@pytest.mark.parametrize(
    ("intent", "slots", "seconds"),
    [("breathe", {}, 120), ("breathe", {"minutes": "5"}, FIVE_MINUTES_S),
     ("breathe", {"minutes": "10"}, 600), ("cannot_sleep", {}, 480)],
)  # fmt: skip
def test_breathing_keeps_the_beat_gets_softer_and_ends_in_silence(
    bedside: Bedside, script: Script, intent: str, slots: dict[str, str], seconds: float
) -> None:
    breathing = script.routines.breathing
    bedside.hears(intent, addressed=True, **slots)
    bedside.until_idle(within=seconds + 60)
    began = starts(bedside, "BREATHE-IN")[0]
    cues = [(at - began, say) for at, say in bedside.said if say.prompt in breathing.in_cues]
    outs = [(at - began, say) for at, say in bedside.said if say.prompt in breathing.out_cues]
    assert all(at % 10 == pytest.approx(0, abs=0.2) for at, _ in cues if at % 10 < 9)
    assert all(at % 10 == pytest.approx(4, abs=0.2) for at, _ in outs)
    levels = [say.gain_db for at, say in bedside.said if at >= began]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] <= -8
    assert bedside.now - began == pytest.approx(seconds, abs=6)
    said = len(bedside.said)
    bedside.wait(600)
    assert len(bedside.said) == said


def test_after_a_wait_breathing_goes_on_as_softly_as_before(bedside: Bedside) -> None:
    bedside.hears("breathe", addressed=True, minutes="5")
    bedside.wait(200)
    softly = bedside.said[-1][1].gain_db
    bedside.hears("pause")
    bedside.wait(30)
    bedside.hears("resume")
    assert bedside.last == "RESUMED"
    resumed = len(bedside.said)
    bedside.until_idle(within=200)
    assert all(say.gain_db <= softly for _, say in bedside.said[resumed:])
    assert bedside.now < 200 + 40 + 130


def test_go_on_does_not_end_the_breathing(bedside: Bedside) -> None:
    bedside.hears("breathe", addressed=True)
    bedside.wait(30)
    bedside.hears("resume")
    bedside.wait(60)
    assert bedside.state is State.SESSION


@pytest.mark.parametrize("word", ["stop", "thanks", "next"])
def test_stop_thanks_and_done_end_the_breathing(bedside: Bedside, word: str) -> None:
    bedside.hears("breathe", addressed=True)
    bedside.wait(30)
    bedside.hears(word)
    assert bedside.until_idle(within=5) < 5


def test_how_long_tells_what_is_left_of_the_breathing(bedside: Bedside) -> None:
    bedside.hears("breathe", addressed=True, minutes="5")
    bedside.wait(125)
    bedside.hears("how_long_left")
    assert bedside.last == "LEFT-3"


def test_a_cramp_not_over_while_settling_is_coached_again(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.hears("better")
    bedside.until("SETTLE", within=200)
    bedside.hears("yes")
    bedside.wait(20)
    assert bedside.state is State.SESSION
    bedside.hears("not_better")
    assert (bedside.last, bedside.state) == ("P1.first", State.COACHING)


def test_a_wish_while_it_still_answers_is_granted(bedside: Bedside) -> None:
    bedside.hears("question", topic="exercise_routine", addressed=True)
    bedside.until("A.exercise_routine.2")
    bedside.hears("evening_exercises")
    assert bedside.last == "STRETCH-START"


# --- signs that can wait for the day


def test_every_sign_for_the_day_is_understood_as_people_say_it(script: Script) -> None:
    interpreter = App(Settings()).interpreter
    for line_id, line in script.triage.triage.items():
        for phrase in line.heard_as if line.level == "routine" else ():
            heard = interpreter.interpret(phrase, Context.COACHING)
            restless = (line_id, dict(heard.slots)) == ("R-07", {"kind": "restless"})
            assert restless or heard.slots.get("line") == line_id, phrase


@pytest.mark.parametrize("number", range(1, 9))
def test_a_sign_for_the_day_is_one_line_said_once_and_no_alarm(
    bedside: Bedside, number: int
) -> None:
    bedside.hears("routine_sign", line=f"R-{number:02}", addressed=True)
    bedside.until_idle(within=20)
    assert bedside.prompts == [f"R-{number:02}"]
    assert not bedside.said[0][1].danger


def test_cramps_that_come_often_bring_the_doctor_at_the_end_and_only_then(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(10)
    bedside.hears("routine_sign", line="R-01")
    assert bedside.last == "NOTED"
    bedside.hears("better")
    bedside.until_idle(within=300)
    assert bedside.prompts.count("DR") == 1


def test_the_doctor_is_not_named_to_somebody_who_said_nothing_of_it(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.hears("better")
    bedside.until_idle(within=300)
    assert "DR" not in bedside.prompts
