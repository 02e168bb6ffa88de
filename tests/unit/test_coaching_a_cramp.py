"""What a person with a calf cramp lives through, in pure time."""

from __future__ import annotations

import pytest
from bedside import Bedside

from skill.actions import Say
from skill.dialog.stage import State
from skill.events import Heard, PromptFinished, TimePassed, VoiceEnded, VoiceStarted
from skill.interpretation import Interpretation


def is_cue(prompt: str) -> bool:
    return prompt.startswith(("BREATHE-", "IN-", "OUT-"))


def coached_to_check(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.until("CHECK")


def test_the_first_action_is_the_very_first_thing_said(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    assert bedside.prompts == ["P1.first"]
    assert bedside.said[0][0] == 0.0


def test_the_first_hold_is_three_breaths_on_the_beat(bedside: Bedside) -> None:
    coached_to_check(bedside)
    check_at = next(at for at, say in bedside.said if say.prompt == "CHECK")
    hold_began = next(at for at, say in bedside.said if say.prompt == "BREATHE-IN")
    assert check_at - hold_began == pytest.approx(30.0, abs=0.01)
    out_cues = [at - hold_began for at, say in bedside.said if "OUT" in say.prompt]
    assert len(out_cues) == 3
    assert out_cues[0] == pytest.approx(4.0, abs=0.01)


def test_a_calf_already_named_is_not_asked_for(bedside: Bedside) -> None:
    coached_to_check(bedside)
    assert "P1.where" not in bedside.prompts


def test_a_leg_is_asked_where_after_the_first_hold(bedside: Bedside) -> None:
    bedside.hears("cramp", site="leg")
    bedside.until("P1.where")
    assert bedside.prompts[0] == "P1.first"
    bedside.hears("cramp", site="calf")
    bedside.until("CHECK")


def test_the_foot_named_as_the_place_changes_the_protocol(bedside: Bedside) -> None:
    bedside.hears("cramp", site="leg")
    bedside.until("P1.where")
    bedside.hears("cramp", site="foot")
    assert bedside.last == "P2.first"


def test_not_yet_leads_to_the_next_technique(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    assert bedside.last == "P1.step2"


def test_a_bare_no_answers_the_check(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("no")
    assert bedside.last == "P1.step2"


def test_who_cannot_reach_is_told_how_without_reaching(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.hears("cannot_reach")
    assert bedside.last == "NOREACH"
    bedside.until("CHECK")
    assert bedside.prompts.count("P1.step2") == 1


def test_better_ends_in_after_care_and_silence(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("better")
    assert bedside.last == "P1.better"
    bedside.until("SETTLE")
    assert {"DONE", "SORE"} <= set(bedside.prompts)
    bedside.hears("no")
    bedside.until_idle(within=60)
    assert bedside.last == "SLEEP"
    episode = bedside.episodes[0]
    assert (episode.site, episode.ended, episode.helped) == ("calf", "eased", "P1.first")


def test_settling_breathes_and_fades_into_silence(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("better")
    bedside.until("SETTLE", within=180)
    bedside.hears("yes")
    cues_from = len(bedside.said)
    took = bedside.until_idle(within=200)
    assert 110 <= took <= 150
    gains = [say.gain_db for _, say in bedside.said[cues_from:] if is_cue(say.prompt)]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] < gains[0]


def test_the_technique_that_helped_is_remembered(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.until("CHECK")
    bedside.hears("better")
    bedside.hears("stop")
    assert bedside.episodes[0].helped == "P1.step2"


def test_nobody_answering_gets_quieter_and_then_silence(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.until_idle(within=600)
    assert bedside.last == "QUIET"
    checks = [i for i, prompt in enumerate(bedside.prompts) if prompt == "CHECK"]
    after = bedside.prompts[checks[-1] + 1 :]
    assert all(is_cue(prompt) or prompt == "QUIET" for prompt in after), after
    silent_from = bedside.said[checks[-1]][0]
    assert bedside.now - silent_from <= 300


def test_someone_who_wakes_up_in_the_quiet_is_coached_again(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(200)
    assert bedside.state is State.QUIETING
    bedside.hears("not_better")
    bedside.until("CHECK", within=200)


def test_no_rubbing_when_the_clot_question_is_not_answered(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.until("CHECK")
    bedside.hears("not_better")
    assert bedside.last == "HOWLONG"
    bedside.hears("duration", minutes="2")
    bedside.until("CLOT")
    bedside.wait(40)
    assert "P1.rub" not in bedside.prompts


def test_rubbing_after_no_to_the_clot_question(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.until("CHECK")
    bedside.hears("not_better")
    assert bedside.last == "HOWLONG"
    bedside.hears("duration", minutes="1")
    bedside.until("CLOT")
    bedside.hears("no")
    bedside.wait(3)
    assert "P1.rub" in bedside.prompts


def test_yes_to_the_clot_question_warns_and_never_rubs(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.until("CHECK")
    bedside.hears("not_better")
    assert bedside.last == "HOWLONG"
    bedside.wait(20)
    bedside.until("CLOT")
    bedside.hears("yes")
    bedside.until("CLOT-CHEST", within=30)
    bedside.hears("no")
    assert bedside.last == "U-01"
    bedside.until_idle(within=600)
    assert "P1.rub" not in bedside.prompts


def test_the_screen_comes_at_two_minutes(bedside: Bedside) -> None:
    coached_to_check(bedside)
    while "SCREEN-1" not in bedside.prompts:
        bedside.hears("not_better")
        bedside.wait(20)
        assert bedside.now < 240
    assert bedside.now >= 120


def test_yes_to_the_screen_is_an_emergency(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("duration", minutes="3")
    bedside.hears("not_better")
    bedside.until("SCREEN-1")
    bedside.hears("yes")
    bedside.wait(20)
    assert any(prompt.startswith("E-") for prompt in bedside.prompts)


def test_ten_minutes_without_easing_reaches_the_advice_to_ring(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("duration", minutes="11")
    bedside.wait(10)
    assert "U-02" in bedside.prompts


@pytest.mark.parametrize("seconds", [0, 2, 20, 36, 60, 130])
def test_a_danger_phrase_is_answered_next_whatever_goes_on(bedside: Bedside, seconds: int) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(seconds)
    before = len(bedside.said)
    bedside.danger("E-01")
    assert bedside.prompts[before] == "E-01"
    assert bedside.state is State.DANGER
    bedside.until("PHONE", within=60)
    assert bedside.prompts[before:].count("E-01") == 2


def test_danger_lines_are_never_softer_than_normal(bedside: Bedside) -> None:
    coached_to_check(bedside)
    for _ in range(3):
        bedside.hears("quieter")
    bedside.danger("E-02")
    assert bedside.said[-1][1].gain_db >= 0


def test_danger_stays_with_the_person_and_then_ends(bedside: Bedside) -> None:
    bedside.danger("E-01")
    bedside.until("STAYWITH", within=60)
    assert bedside.until_idle(within=600) > 120


def test_a_voice_does_not_cut_a_danger_line(bedside: Bedside) -> None:
    bedside.danger("E-01")
    bedside.handle(VoiceStarted())
    bedside.handle(VoiceEnded())
    bedside.until("PHONE", within=60)
    assert bedside.prompts.count("E-01") == 2


def test_stop_ends_everything(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(10)
    said = len(bedside.said)
    bedside.hears("stop")
    bedside.wait(300)
    assert len(bedside.said) == said
    assert bedside.state is State.IDLE
    assert bedside.episodes[0].ended == "stopped"


def test_a_voice_silences_at_once_and_noise_lets_the_line_resume(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(1)
    bedside.handle(VoiceStarted())
    bedside.wait(2)
    assert bedside.prompts == ["P1.first"]
    bedside.handle(Heard(Interpretation("mmh")))
    assert bedside.prompts == ["P1.first", "P1.first"]


def test_talk_about_something_else_changes_nothing(bedside: Bedside) -> None:
    coached_to_check(bedside)
    before = list(bedside.prompts)
    bedside.handle(VoiceStarted())
    bedside.handle(Heard(Interpretation("did you put the bins out")))
    assert bedside.prompts == before
    bedside.hears("not_better")
    assert bedside.last == "P1.step2"


def test_repeat_says_the_instruction_again(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(12)
    assert bedside.last not in ("P1.first", "P1.hold")
    before = len(bedside.said)
    bedside.hears("repeat")
    bedside.wait(10)
    assert bedside.prompts[before : before + 2] == ["P1.first", "P1.hold"]


def test_no_line_is_ever_said_three_times_running(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    for _ in range(6):
        bedside.wait(1)
        bedside.handle(VoiceStarted())
        bedside.handle(VoiceEnded())
    bedside.until("CHECK")
    for _ in range(4):
        bedside.hears("repeat")
        bedside.wait(6)
    runs = zip(bedside.prompts, bedside.prompts[1:], bedside.prompts[2:], strict=False)
    assert not [run for run in runs if len(set(run)) == 1]


def test_still_hurting_does_not_skip_a_step_before_it_was_told(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("not_better")
    bedside.wait(1)
    bedside.hears("not_better")
    bedside.until("CHECK")
    assert bedside.prompts.count("P1.step2") >= 1
    assert "SIT-1" not in bedside.prompts


def test_what_is_repeated_louder_and_only_that(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(12)
    bedside.hears("what_did_you_say")
    assert (bedside.last, bedside.said[-1][1].gain_db) == ("P1.first", 6.0)
    bedside.until("CHECK")
    assert bedside.said[-1][1].gain_db == 0.0


def test_a_question_not_caught_is_asked_once_more_and_waits(bedside: Bedside) -> None:
    coached_to_check(bedside)
    before = len(bedside.said)
    bedside.hears("what_did_you_say")
    bedside.until("CHECK")
    assert bedside.prompts[before:] == ["OKAY", "CHECK"]
    assert bedside.said[-1][1].gain_db == 6.0
    bedside.hears("not_better")
    assert bedside.last == "P1.step2"


def test_louder_lasts(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("louder")
    bedside.until("CHECK")
    assert bedside.said[-1][1].gain_db == 6.0


def test_wait_gives_a_minute_and_go_on_takes_it_back(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("pause")
    assert bedside.last == "PAUSED"
    bedside.wait(15)
    bedside.hears("resume")
    assert bedside.last == "RESUMED"
    bedside.until("CHECK")


def test_standing_comes_last_and_never_for_the_unsteady(bedside_of) -> None:
    for facts, allowed in ((frozenset(), True), (frozenset({"unsteady"}), False)):
        bedside = bedside_of(facts=facts)
        bedside.hears("cramp", site="calf")
        for _ in range(80):
            bedside.wait(10)
            bedside.hears("no" if bedside.last == "CLOT" else "not_better")
        stood = "P1.stand" in bedside.prompts
        assert stood is allowed
        if stood:
            first = bedside.prompts.index("P1.stand")
            assert {"STAND-1", "STAND-2", "SIT-1"} <= set(bedside.prompts[:first])


def test_numbers_are_spoken_digit_by_digit(bedside_of) -> None:
    bedside = bedside_of(emergency_number="911")
    bedside.danger("E-01")
    assert "nine, one, one" in bedside.said[0][1].text
    assert "{" not in bedside.said[0][1].text


def test_without_a_number_the_wording_is_neutral(bedside: Bedside) -> None:
    bedside.danger("E-01")
    assert "emergency number" in bedside.said[0][1].text


def test_unsure_complaints_are_asked_back(bedside: Bedside) -> None:
    bedside.hears("cramp", confidence=0.5, site="calf")
    assert bedside.prompts == ["CONFIRM"]
    bedside.hears("yes")
    assert bedside.last == "P1.first"


def test_an_unconfirmed_complaint_is_let_go(bedside: Bedside) -> None:
    bedside.hears("cramp", confidence=0.5, site="calf")
    bedside.until_idle(within=30)
    assert set(bedside.prompts) == {"CONFIRM"}


@pytest.mark.parametrize("intent", ["question", "help", "breathe", "volume_up"])
def test_other_wishes_need_the_name_or_the_attention_window(bedside: Bedside, intent: str) -> None:
    bedside.hears(intent, topic="magnesium")
    assert bedside.prompts == []
    bedside.hears(intent, addressed=True, topic="magnesium")
    assert bedside.prompts
    bedside.until_idle(within=400)


def test_a_question_while_coaching_is_answered_and_the_step_goes_on(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(12)
    bedside.hears("question", topic="magnesium")
    assert bedside.last.startswith("A.magnesium")
    bedside.until("CHECK")


def test_a_second_cramp_in_the_after_care_starts_again(bedside: Bedside) -> None:
    coached_to_check(bedside)
    bedside.hears("better")
    bedside.wait(15)
    bedside.hears("again")
    assert bedside.last == "P1.first"


def test_a_speaker_that_never_reports_back_does_not_hang_the_night(bedside: Bedside) -> None:
    conversation, now = bedside.conversation, 0.0
    cramp = {"site": "calf", "side": "none", "who": "self"}
    conversation.handle(Heard(Interpretation("", "cramp", cramp, 1.0)), now)
    while conversation.state is not State.IDLE:
        assert conversation.due is not None
        now = max(now, conversation.due)
        conversation.handle(TimePassed(), now)
        assert now < 3600


def test_a_finished_prompt_that_was_cut_long_ago_is_no_matter(bedside: Bedside) -> None:
    assert bedside.conversation.handle(PromptFinished("P1.first"), 5.0) == ()
    bedside.hears("cramp", site="calf")
    late = bedside.conversation.handle(PromptFinished("CHECK"), 0.5)
    assert not any(isinstance(action, Say) for action in late)


def test_a_question_already_said_twice_is_not_waited_on_once_more(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    bedside.wait(28)
    bedside.hears("slower")
    bedside.wait(12)
    bedside.hears("repeat")
    bedside.until_idle(within=900)
    assert bedside.longest_silence <= 12


def test_breathe_said_again_and_again_gives_no_cue_three_times_running(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf")
    for _ in range(4):
        bedside.hears("breathe")
    assert bedside.prompts.count("BREATHE-IN") <= 2
    bedside.until("CHECK")


def complete(bedside: Bedside, text: str, intent: str, confidence: float = 1.0) -> bool:
    return bedside.conversation.is_complete(Interpretation(text, intent, {}, confidence))


def test_a_whole_complaint_is_taken_at_once_and_a_beginning_is_waited_for(bedside: Bedside) -> None:
    assert complete(bedside, "my calf is cramping", "cramp")
    assert not complete(bedside, "my leg", "cramp")
    assert not complete(bedside, "my calf is clamping", "cramp", confidence=0.75)
    assert not complete(bedside, "no", "no")


def test_the_answer_to_the_question_just_asked_is_taken_at_once(bedside: Bedside) -> None:
    coached_to_check(bedside)
    assert complete(bedside, "not yet", "not_better")
    assert complete(bedside, "stop", "stop")
    assert not complete(bedside, "thanks", "thanks")


def test_a_knee_that_must_not_be_forced_is_bent_only_as_far_as_allowed(bedside_of) -> None:
    bedside = bedside_of(facts=frozenset({"artificial_joint"}))
    bedside.hears("cramp", site="thigh")
    bedside.until("CHECK")
    assert bedside.prompts[:2] == ["P5.first", "P5.careful"]
    bedside.hears("not_better")
    bedside.until("CLOT")
    assert not {"P5.step2", "P5.sit"} & set(bedside.prompts)


def test_the_unsteady_are_not_sent_walking_when_it_is_over(bedside_of) -> None:
    for facts, last in ((frozenset(), "STAND-1"), (frozenset({"unsteady"}), "UP")):
        bedside = bedside_of(facts=facts)
        coached_to_check(bedside)
        bedside.hears("better")
        bedside.until("DONE")
        bedside.hears("getting_up")
        assert bedside.last == last


def test_minutes_told_at_once_count_from_when_it_began(bedside: Bedside) -> None:
    bedside.hears("cramp", site="calf", minutes="9")
    bedside.until("CHECK")
    bedside.hears("not_better")
    assert bedside.last == "EIGHT"
    assert "FIVE" not in bedside.prompts
