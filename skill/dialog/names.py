"""The names that the understanding and the dialog files share: sites, intents, danger flags."""

from __future__ import annotations

SITES = frozenset(
    {"calf", "foot", "toes", "hamstring", "thigh", "hand", "shin", "leg", "unknown"}
)  # fmt: skip
LEG_SITES = SITES - {"foot", "toes", "hand"}  # not to be rubbed before the clot question

COACHING_INTENTS = frozenset(
    {
        "able", "about_me", "again", "are_you_there", "better", "breathe", "cannot_call",
        "cannot_reach",
        "cannot_stand", "cramp", "duration", "emergency", "getting_up", "help_called", "helper",
        "how_long_left", "in_bed", "louder", "next", "no", "not_better", "other_leg", "pause",
        "question", "quieter", "raising_hurts", "repeat", "resume", "slower", "standing", "stop",
        "thanks", "unsure", "what_did_you_say", "worse", "yes",
    }
)  # fmt: skip
IDLE_INTENTS = frozenset(
    {
        "breathe", "call_someone", "cannot_sleep", "cramp", "diary_query", "emergency",
        "evening_exercises", "help", "light", "numb_or_restless", "other_cramp",
        "pause_listening", "question", "routine_sign", "volume_down", "volume_up",
    }
)  # fmt: skip
INTENTS = COACHING_INTENTS | IDLE_INTENTS

# Danger flag -> the triage line that answers it.
FLAG_LINES = {
    "chest_pain": "E-01",
    "cant_breathe": "E-01",
    "coughing_blood": "E-01",
    "stroke": "E-02",
    "cold_foot": "E-03",
    "injury_pressure": "E-04",
    "numb_legs_groin": "E-05",
    "dark_urine": "E-06",
    "whole_body_spasm": "E-07",
    "seizure": "E-08",
    "low_sugar": "E-09",
    "heart_rhythm": "E-10",
    "passed_out": "E-10",
    "poison": "E-11",
    "heatstroke": "E-12",
    "fall": "E-13",
    "pregnancy": "E-14",
    "child_limp": "E-15",
    "heavy_bleeding": "E-16",
    "dvt_leg": "U-01",
    "too_long": "U-02",
    "injury_pop": "U-03",
    "dirty_wound": "U-04",
    "lasting_weakness": "U-05",
    "fluid_loss": "U-06",
    "beyond_legs": "U-07",
    "statin_muscle_pain": "U-08",
    "fever_red_skin": "U-09",
    "pregnant_swollen_leg": "U-10",
    "hand_spasm_tingling": "U-11",
    "dialysis_cramps": "U-12",
    "child_unwell": "U-13",
    "quinine_bruising": "U-14",
}
