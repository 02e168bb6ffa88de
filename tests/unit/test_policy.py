"""Who may start it, and how sure it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.interpretation import NONE_INTENT, Interpretation
from skill.understanding.intents import INTENTS
from skill.understanding.policy import Decision, PolicySettings, decide


def heard(intent: str, confidence: float = 1.0, *, addressed: bool = False) -> Interpretation:
    return Interpretation("...", intent, {}, confidence, "template", addressed)


def idle(interpretation: Interpretation, *, attention_open: bool = False) -> Decision:
    return decide(interpretation, coaching=False, attention_open=attention_open)


@pytest.mark.parametrize("intent", ["cramp", "emergency"])
@pytest.mark.parametrize(
    ("confidence", "decision"),
    [
        (1.0, Decision.ACT),
        (0.65, Decision.ACT),
        (0.64, Decision.CONFIRM),
        (0.35, Decision.CONFIRM),
        (0.34, Decision.IGNORE),
    ],
)
def test_a_complaint_needs_no_name(intent: str, confidence: float, decision: Decision) -> None:
    assert idle(heard(intent, confidence)) is decision


@pytest.mark.parametrize("intent", sorted(INTENTS - {"cramp", "emergency"}))
def test_anything_else_needs_the_name_or_attention(intent: str) -> None:
    assert idle(heard(intent)) is Decision.IGNORE
    assert idle(heard(intent, addressed=True)) is Decision.ACT
    assert idle(heard(intent), attention_open=True) is Decision.ACT


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_everything_understood_acts_while_coaching(intent: str) -> None:
    assert decide(heard(intent, 0.2), coaching=True, attention_open=False) is Decision.ACT


@given(coaching=st.booleans(), attention_open=st.booleans(), addressed=st.booleans())
def test_none_is_always_let_pass(coaching: bool, attention_open: bool, addressed: bool) -> None:
    nothing = heard(NONE_INTENT, addressed=addressed)
    decision = decide(nothing, coaching=coaching, attention_open=attention_open)
    assert decision is Decision.IGNORE


def test_the_thresholds_can_be_set() -> None:
    strict = PolicySettings(act_confidence=0.95, confirm_confidence=0.9)
    sure = decide(heard("cramp", 0.92), coaching=False, attention_open=False, settings=strict)
    assert sure is Decision.CONFIRM


def test_a_doubtful_request_is_not_taken_for_a_cramp() -> None:
    assert idle(heard("question", 0.5), attention_open=True) is Decision.ACT
    assert idle(heard("question", 0.3), attention_open=True) is Decision.IGNORE
