"""Whom it listens to: after a rejection, during a pause, and when the evening comes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from bedside import Bedside

from skill.app import App
from skill.config import Settings
from skill.daemon.evening import Evening
from skill.dialog.stage import State
from skill.errors import UncrampError
from skill.events import EveningCame
from skill.interpretation import Context

DOUBTFUL, SURE = 0.5, 0.95


@pytest.fixture
def bedside() -> Bedside:
    return Bedside(App(Settings()).conversation())


def asked(bedside: Bedside) -> int:
    return bedside.prompts.count("CONFIRM")


@pytest.mark.parametrize("answer", ["no", "stop"])
def test_after_a_no_it_does_not_ask_again_for_a_while(bedside: Bedside, answer: str) -> None:
    bedside.hears("cramp", DOUBTFUL)
    bedside.wait(3)
    bedside.hears(answer)
    bedside.until_idle(within=10)
    bedside.hears("cramp", DOUBTFUL)
    assert bedside.state is State.IDLE
    bedside.wait(121)
    bedside.hears("cramp", DOUBTFUL)
    assert bedside.state is State.CONFIRMING
    assert asked(bedside) == 2


def test_asking_twice_in_vain_is_enough(bedside: Bedside) -> None:
    for _ in range(2):
        bedside.hears("cramp", DOUBTFUL)
        bedside.wait(3)
        bedside.until_idle(within=20)
    bedside.hears("cramp", DOUBTFUL)
    assert asked(bedside) == 2
    assert bedside.state is State.IDLE


def test_one_unanswered_question_may_be_asked_again(bedside: Bedside) -> None:
    bedside.hears("cramp", DOUBTFUL)
    bedside.wait(3)
    bedside.until_idle(within=20)
    bedside.hears("cramp", DOUBTFUL)
    assert asked(bedside) == 2


def test_who_stops_the_coaching_at_once_did_not_want_it(bedside: Bedside) -> None:
    bedside.hears("cramp", SURE, site="calf")
    bedside.wait(5)
    bedside.hears("stop")
    bedside.until_idle(within=10)
    bedside.hears("cramp", DOUBTFUL)
    assert asked(bedside) == 0


def test_who_stops_it_later_has_had_a_cramp(bedside: Bedside) -> None:
    bedside.hears("cramp", SURE, site="calf")
    bedside.wait(60)
    bedside.hears("stop")
    bedside.until_idle(within=10)
    bedside.hears("cramp", DOUBTFUL)
    assert asked(bedside) == 1


def test_a_rejection_never_keeps_help_from_a_certain_complaint_or_a_danger(
    bedside: Bedside,
) -> None:
    bedside.hears("cramp", DOUBTFUL)
    bedside.wait(3)
    bedside.hears("no")
    bedside.until_idle(within=10)
    bedside.hears("cramp", SURE, site="foot")
    assert bedside.state is State.COACHING
    bedside.hears("stop")
    bedside.until_idle(within=10)
    bedside.danger("E-01", "chest_pain")
    assert bedside.state is State.DANGER


def test_called_by_name_it_asks_even_after_a_rejection(bedside: Bedside) -> None:
    bedside.hears("cramp", DOUBTFUL)
    bedside.wait(3)
    bedside.hears("no")
    bedside.until_idle(within=10)
    bedside.hears("cramp", DOUBTFUL, addressed=True)
    assert bedside.state is State.CONFIRMING


def paused(bedside: Bedside) -> None:
    bedside.hears("pause_listening", addressed=True)
    bedside.wait(1)
    bedside.until_idle(within=15)
    bedside.hears("cramp", SURE, site="calf")
    assert bedside.state is State.IDLE


def test_a_pause_ends_when_it_is_called(bedside: Bedside) -> None:
    paused(bedside)
    bedside.hears("cramp", SURE, addressed=True, site="calf")
    assert bedside.state is State.COACHING


def test_a_pause_ends_with_the_evening(bedside: Bedside) -> None:
    paused(bedside)
    bedside.handle(EveningCame())
    bedside.hears("cramp", SURE, site="calf")
    assert bedside.state is State.COACHING


def test_a_danger_is_heard_during_a_pause(bedside: Bedside) -> None:
    paused(bedside)
    bedside.danger("E-02", "stroke")
    assert bedside.state is State.DANGER


NOON = datetime(2026, 10, 24, 12)
EIGHT = time(20)


def test_the_evening_comes_once_a_day() -> None:
    evening = Evening(EIGHT, NOON)
    looks = [NOON + timedelta(minutes=10 * number) for number in range(3 * 24 * 6)]
    came = [look for look in looks if evening.has_come(look)]
    assert [(look.day, look.hour, look.minute) for look in came] == [
        (24, 20, 0),
        (25, 20, 0),  # the night in which summer time ends here
        (26, 20, 0),
    ]


def test_an_evening_jumped_over_has_come() -> None:
    evening = Evening(EIGHT, NOON)
    assert evening.has_come(NOON + timedelta(hours=12))
    assert not evening.has_come(NOON + timedelta(hours=13))


def test_a_clock_set_back_by_days_does_not_make_it_wait_for_days() -> None:
    evening = Evening(EIGHT, NOON)
    assert not evening.has_come(NOON - timedelta(days=400))
    assert evening.has_come(NOON - timedelta(days=400) + timedelta(hours=9))


@pytest.mark.parametrize("name", ["Luna", "Stella", "Emilia", "Robin", "Oskar"])
def test_a_name_that_can_be_told_apart(name: str) -> None:
    assert App(Settings()).interpreter.name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [("Bo", "too short"), ("Max", "too short"), ("Stopper", "sounds like"), ("Carfe", "")],
)
def test_a_name_that_is_taken_for_something_else(name: str, why: str) -> None:
    fault = App(Settings()).interpreter.name_fault(name)
    assert fault is not None
    assert why in fault


def test_a_time_of_day_that_is_none_is_told() -> None:
    from skill.config import laid_over

    with pytest.raises(UncrampError, match="'half past eight' is not a time of day"):
        laid_over(Settings(), {"evening": "half past eight"})


def test_its_name_is_no_part_of_what_it_is_told() -> None:
    heard = App(Settings(name="Emilia")).interpret("Emilia, go to sleep", Context.IDLE)
    assert heard.addressed
    assert heard.intent == "pause_listening"
