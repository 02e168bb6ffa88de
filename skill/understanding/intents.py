"""The closed lists: intents, their slots and the values a slot may take.

What people say for each lives in `dialogs/<language>/sentences/`; here are only the names
that the rest of the program relies on. `None` for a slot's values means free text.
"""

from __future__ import annotations

from collections.abc import Mapping

EMERGENCY = "emergency"
CRAMP = "cramp"
QUESTION = "question"
ABOUT_ME = "about_me"  # said of oneself, or of whom one helps, while being coached

SITES = frozenset(
    ("calf", "foot", "toes", "hamstring", "thigh", "hand", "shin", "leg", "unknown")
)  # fmt: skip
SIDES = frozenset(("left", "right", "both", "none"))
PEOPLE = frozenset(("self", "child", "other"))
LEVELS = frozenset(("emergency", "urgent"))
FLAGS = frozenset(
    (
        "chest_pain", "cant_breathe", "coughing_blood", "stroke", "cold_foot", "injury_pressure",
        "numb_legs_groin", "dark_urine", "whole_body_spasm", "seizure", "low_sugar",
        "heart_rhythm", "passed_out", "poison", "heatstroke", "fall", "pregnancy", "child_limp",
        "heavy_bleeding",
        "dvt_leg", "too_long", "injury_pop", "dirty_wound", "lasting_weakness", "fluid_loss",
        "beyond_legs", "statin_muscle_pain", "fever_red_skin", "pregnant_swollen_leg",
        "hand_spasm_tingling", "dialysis_cramps", "child_unwell", "quinine_bruising",
    )
)  # fmt: skip
ROUTINE_LINES = frozenset(f"R-{number:02}" for number in range(1, 9))
TOPICS = frozenset(
    (
        "causes", "prevention", "magnesium", "quinine", "water", "bananas", "pregnancy",
        "children", "older", "statins_or_medicines", "needle", "massage", "heat_or_cold",
        "stretch_exercises", "doctor", "how_long", "swimming", "shoes", "pickle_juice",
        "vinegar_or_turpentine", "diabetes", "exercise_routine", "food", "day_exercises",
    )
)  # fmt: skip

FACTS = frozenset(
    (
        "pregnant", "unsteady", "child", "diabetes", "numb_feet", "poor_circulation",
        "fluid_limit", "water_tablets", "statins", "blood_thinners", "clot_risk",
        "artificial_joint",
    )
)  # fmt: skip

Values = frozenset[str] | None
NO_SLOTS: Mapping[str, Values] = {}

REQUIRED: Mapping[str, Mapping[str, Values]] = {
    CRAMP: {"site": SITES, "side": SIDES, "who": PEOPLE},
    EMERGENCY: {"flag": FLAGS, "line": None, "level": LEVELS},
    QUESTION: {"topic": TOPICS},
    "numb_or_restless": {"kind": frozenset(("asleep", "restless"))},
    "duration": {"minutes": None},
    ABOUT_ME: {"fact": FACTS, "who": PEOPLE},
    # "I can breathe", which may be a "can't" that was lost: asked back
    "able": {"what": frozenset(("breathe", "feel", "move"))},
    "routine_sign": {"line": ROUTINE_LINES},  # a sign that can wait for the day
}
OPTIONAL: Mapping[str, Mapping[str, Values]] = {
    QUESTION: {"about": None},  # a subject of subjects.yaml within the topic
    CRAMP: {
        "part": frozenset(("unsaid",)),
        "coming": frozenset(("yes",)),  # only felt coming, or just beginning to pull
        "toes": frozenset(("up",)),  # the toes are pulled up, not curled
        "minutes": None,  # how long ago it began
        "end": frozenset(("front", "back")),  # all that was said of the place
    },
    "breathe": {"minutes": frozenset(("2", "5", "10"))},
    "again": {"coming": frozenset(("yes",))},
    "other_cramp": {"place": frozenset(("period",))},
    "other_leg": {"site": SITES, "side": SIDES},
}

IDLE_INTENTS = frozenset(
    (
        CRAMP, EMERGENCY, "other_cramp", "numb_or_restless", "breathe", "cannot_sleep",
        "question", "evening_exercises", "diary_query", "help", "pause_listening", "volume_up",
        "volume_down", "light", "call_someone", "again", "routine_sign",
    )
)  # fmt: skip
COACHING_INTENTS = frozenset(
    (
        "better", "not_better", "worse", "repeat", "next", "slower", "pause", "resume", "stop",
        "yes", "no", "cannot_stand", "cannot_reach", "in_bed", "other_leg", "again",
        "how_long_left", "louder", "quieter", "what_did_you_say", "breathe", "question",
        "thanks", "unsure", "duration", CRAMP, "standing", "getting_up", EMERGENCY, "helper",
        "raising_hurts", "help_called", "cannot_call", "are_you_there", ABOUT_ME,
        "able",
    )
)  # fmt: skip
INTENTS = IDLE_INTENTS | COACHING_INTENTS


def slots_of(intent: str) -> Mapping[str, Values]:
    """Return every slot `intent` may have, with the values it may take."""
    return {**REQUIRED.get(intent, NO_SLOTS), **OPTIONAL.get(intent, NO_SLOTS)}
