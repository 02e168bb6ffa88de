"""Dangers interrupt everything, are said twice and loudly enough, and nobody is left alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from bedside import Bedside

from skill.dialog.conversation import Conversation, ConversationSettings
from skill.dialog.loader import load_script
from skill.dialog.stage import State
from skill.events import VoiceEnded, VoiceStarted
from skill.resources import dialogs_dir

SCRIPT = load_script(dialogs_dir("en"))
TRIAGE = SCRIPT.triage.triage
LINES = sorted(line_id for line_id, line in TRIAGE.items() if line.level != "routine")
EMERGENCIES = [line for line in LINES if line.startswith("E")]
STAYS = set(SCRIPT.triage.stay)


def coaching(bedside: Bedside, site: str = "calf") -> None:
    bedside.hears("cramp", site=site)


def checked(bedside: Bedside) -> None:
    coaching(bedside)
    bedside.until("CHECK")


def screened(bedside: Bedside) -> None:
    coaching(bedside)
    bedside.hears("duration", minutes="2")
    checks = 0
    while "SCREEN-1" not in bedside.prompts and checks < 12:
        bedside.wait(10)
        bedside.hears("not_better")
        checks += 1
    assert "SCREEN-1" in bedside.prompts


def eased(bedside: Bedside) -> None:
    checked(bedside)
    bedside.hears("better")
    bedside.wait(3)


def settling(bedside: Bedside) -> None:
    eased(bedside)
    bedside.until("SETTLE", within=200)
    bedside.hears("yes")
    bedside.wait(20)


def listening_paused(bedside: Bedside) -> None:
    bedside.hears("pause_listening", addressed=True)
    bedside.until_idle(within=30)


def said(intent: str, seconds: float = 0.0, **slots: str) -> Callable[[Bedside], None]:
    def happens(bedside: Bedside) -> None:
        bedside.hears(intent, addressed=True, **slots)
        bedside.wait(seconds)

    return happens


def all_of(*happenings: Callable[[Bedside], None]) -> Callable[[Bedside], None]:
    def happens(bedside: Bedside) -> None:
        for happening in happenings:
            happening(bedside)

    return happens


WHEN: dict[str, Callable[[Bedside], None]] = {
    "nothing goes on": lambda _bedside: None,
    "told to be quiet": listening_paused,
    "first action": coaching,
    "hold": all_of(coaching, lambda bedside: bedside.wait(15)),
    "question waiting": checked,
    "answering a check": all_of(checked, said("not_better")),
    "screen": screened,
    "after-care": eased,
    "settling breathing": settling,
    "breathing session": said("breathe", 30),
    "evening stretching": said("evening_exercises", 40),
    "paused": all_of(coaching, said("pause", 8)),
    "front or back of the thigh": said("cramp", 2, site="thigh", part="unsaid"),
    "answer to a question": all_of(coaching, said("question", topic="causes")),
    "asking what it was": lambda bedside: bedside.hears("cramp", confidence=0.5, site="calf"),
    "cramp elsewhere": said("other_cramp", 2),
    "nobody answers": all_of(coaching, lambda bedside: bedside.wait(200)),
    "somebody talks": all_of(coaching, lambda bedside: bedside.handle(VoiceStarted())),
    "quieter twice": all_of(coaching, said("quieter"), said("quieter")),
    "an urgent line": lambda bedside: bedside.danger("U-05", level="urgent"),
    "staying after it": all_of(
        lambda bedside: bedside.danger("U-05", level="urgent"), lambda bedside: bedside.wait(60)
    ),
}


@pytest.fixture
def bedside() -> Bedside:
    return Bedside(Conversation(SCRIPT, ConversationSettings(emergency_number="911")))


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("when", WHEN)
def test_a_danger_comes_next_whatever_goes_on(bedside: Bedside, when: str, line: str) -> None:
    WHEN[when](bedside)
    before = len(bedside.said)
    bedside.danger(line, level=TRIAGE[line].level)
    assert bedside.prompts[before] == line
    assert bedside.state is State.DANGER
    wait = bedside.now
    bedside.until("STAYWITH" if line in EMERGENCIES else "PHONE-URGENT", within=45)
    told = bedside.said[before:]
    always = SCRIPT.triage.after_emergency if line in EMERGENCIES else SCRIPT.triage.after_urgent
    assert [say.prompt for _, say in told] == [line, line, *TRIAGE[line].then, *always]
    assert all(say.gain_db >= 0 and say.danger for _, say in told)
    assert bedside.now - wait < 45


@pytest.mark.parametrize("line", LINES)
def test_there_is_a_wait_for_a_reply_before_what_always_follows(
    bedside: Bedside, line: str
) -> None:
    bedside.danger(line, level=TRIAGE[line].level)
    bedside.until("PHONE" if line in EMERGENCIES else "PHONE-URGENT", within=45)
    (before, last), (phone, _) = bedside.said[-2], bedside.said[-1]
    if bedside.prompts[-1] == "STAYWITH":
        (before, last), (phone, _) = bedside.said[-3], bedside.said[-2]
    assert phone - before - len(last.text.split()) * 0.35 >= 3


def test_a_sign_of_less_does_not_take_the_place_of_an_emergency(bedside: Bedside) -> None:
    bedside.danger("E-01")
    bedside.wait(20)
    bedside.danger("U-05", level="urgent")
    assert bedside.last == "E-01"
    bedside.wait(60)
    assert "U-05" not in bedside.prompts


@pytest.mark.parametrize(("first", "then"), [("U-01", "E-01"), ("E-03", "E-02"), ("U-03", "U-01")])
def test_a_sign_as_grave_or_graver_is_answered_with_its_own_line(
    bedside: Bedside, first: str, then: str
) -> None:
    bedside.danger(first, level=TRIAGE[first].level)
    bedside.wait(20)
    bedside.danger(then, level=TRIAGE[then].level)
    assert bedside.last == then
    bedside.wait(60)
    assert first not in bedside.prompts[bedside.prompts.index(then) :]


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("yes", "DANGER-YES"),
        ("no", "DANGER-NO"),
        ("better", "DANGER-BETTER"),
        ("not_better", "DANGER-NO"),
        ("worse", "DANGER-NO"),
        ("help_called", "DANGER-CALLED"),
        ("cannot_call", "DANGER-REACH"),
        ("cannot_reach", "DANGER-REACH"),
        ("are_you_there", "STAY-HERE"),
        ("call_someone", "PHONE"),
        ("question", "DANGER-ASK"),
        ("cramp", "DANGER-NO"),
        ("what_did_you_say", "E-01"),
        ("repeat", "E-01"),
    ],
)
@pytest.mark.parametrize("seconds", [0.5, 12, 40])
def test_a_reply_is_answered_and_what_is_owed_still_said(
    bedside: Bedside, reply: str, answer: str, seconds: float
) -> None:
    bedside.danger("E-01")
    bedside.wait(seconds)
    before = len(bedside.said)
    bedside.hears(reply)
    assert bedside.prompts[before] == answer
    assert bedside.state is State.DANGER
    bedside.wait(60)
    assert {"SIT-UP", "PHONE", "STAYWITH"} <= set(bedside.prompts)
    assert bedside.prompts.count("E-01") >= 2


def test_it_does_not_answer_an_emergency_with_first_aid_for_a_cramp(bedside: Bedside) -> None:
    coaching(bedside)
    bedside.danger("E-03")
    bedside.hears("cramp", site="calf")
    bedside.wait(120)
    assert bedside.prompts.count("P1.first") == 1


@pytest.mark.parametrize(("line", "coached"), [("U-12", True), ("U-01", False), ("U-03", False)])
def test_after_an_urgent_line_a_cramp_is_coached_where_that_is_safe(
    bedside: Bedside, line: str, coached: bool
) -> None:
    bedside.danger(line, level="urgent")
    bedside.wait(20)
    bedside.hears("cramp", site="calf")
    assert (bedside.last == "P1.first") is coached


def test_it_stays_ever_more_softly_and_then_is_quiet(bedside: Bedside) -> None:
    bedside.danger("E-01")
    bedside.until_idle(within=600)
    stays = [(at, say) for at, say in bedside.said if say.prompt in STAYS]
    assert len(stays) >= 5
    gains = [say.gain_db for _, say in stays]
    assert gains == sorted(gains, reverse=True) and gains[-1] < gains[0] < 0
    gaps = [b - a for (a, _), (b, _) in pairwise(stays)]
    assert all(20 <= gap <= 40 for gap in gaps)
    before = len(bedside.said)
    bedside.wait(600)
    assert len(bedside.said) == before


def test_replies_are_not_softer_than_normal_either(bedside: Bedside) -> None:
    coaching(bedside)
    bedside.hears("quieter")
    bedside.hears("quieter")
    bedside.danger("E-02")
    bedside.wait(40)
    bedside.hears("cannot_call")
    assert bedside.said[-1][1].gain_db >= 0


def test_a_screen_answered_yes_is_not_answered_softly(bedside: Bedside) -> None:
    screened(bedside)
    bedside.hears("quieter")
    bedside.until("SCREEN-1", within=60)
    bedside.hears("yes")
    told = [say for _, say in bedside.said if say.prompt == "SCREEN-YES"]
    assert "nine, one, one" in told[0].text and told[0].gain_db >= 0


def test_stop_ends_it(bedside: Bedside) -> None:
    bedside.danger("E-01")
    bedside.hears("stop")
    assert bedside.state is State.IDLE
    bedside.wait(300)
    assert bedside.prompts == ["E-01"]


def test_a_danger_line_is_silenced_by_a_word_and_said_again(bedside: Bedside) -> None:
    bedside.danger("E-01", "chest_pain")
    bedside.wait(1)
    bedside.handle(VoiceStarted())
    assert bedside.speaking == "E-01"
    bedside.handle(VoiceStarted(urgent=True))
    assert bedside.speaking is None
    bedside.wait(2)
    assert bedside.prompts == ["E-01"]
    bedside.hears("none", 0.0)
    assert bedside.prompts == ["E-01", "E-01"]


def test_a_danger_line_is_silenced_only_once_in_a_row(bedside: Bedside) -> None:
    bedside.danger("E-01", "chest_pain")
    for _ in range(3):
        bedside.wait(1)
        bedside.handle(VoiceStarted(urgent=True))
        bedside.wait(1)
        bedside.handle(VoiceEnded())
    assert bedside.prompts == ["E-01", "E-01"]
    assert bedside.speaking == "E-01"


def test_what_was_meant_decides_after_the_word(bedside: Bedside) -> None:
    bedside.danger("E-01", "chest_pain")
    bedside.wait(1)
    bedside.handle(VoiceStarted(urgent=True))
    bedside.hears("stop")
    assert bedside.state is State.IDLE
    assert bedside.speaking is None


def test_an_instruction_is_said_again_when_a_word_meant_nothing(bedside: Bedside) -> None:
    coaching(bedside)
    said = bedside.last
    bedside.wait(1)
    bedside.handle(VoiceStarted())
    bedside.handle(VoiceStarted(urgent=True))
    assert bedside.speaking is None
    bedside.hears("none", 0.0)
    assert bedside.prompts[-2:] == [said, said]
