"""The conversation: events and time in, actions out. No threads, no clock, no audio.

`handle(event, now)` returns what to do; `due` is when to call again with TimePassed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from skill.actions import Action, Chime
from skill.dialog import telling
from skill.dialog.answering import answer
from skill.dialog.attention import FALSE_START_S, Attention, AttentionSettings
from skill.dialog.coach import Coach
from skill.dialog.danger import Danger
from skill.dialog.moves import Ask, Breathe, Decide, Instruct, Speak, Start, Warn
from skill.dialog.person import Person
from skill.dialog.routine import Routine
from skill.dialog.script import Outcome, Question, Script, Verb
from skill.dialog.stage import LOUDER_DB, Stage, State, outcome_of
from skill.dialog.wording import Wording
from skill.events import (
    EveningCame,
    Event,
    Heard,
    PromptFinished,
    TimePassed,
    VoiceEnded,
    VoiceStarted,
)
from skill.interpretation import Context, Interpretation
from skill.understanding.policy import Decision

RECENT_QUESTION_S = 20.0  # a bare yes or no belongs to a question asked this long ago at most
CERTAIN = 0.9  # of an interpretation that is taken before the silence after it is over
WHOLE_COMPLAINT_WORDS = 4
ANSWERED = ("question", "routine_sign")  # intents answered in a line or two, whatever goes on
PAUSE_BREATHS = 6  # "wait": a minute of soft breathing cues, then on


@dataclass(frozen=True, slots=True)
class ConversationSettings:
    """What a household configured: phone numbers, facts about the person, policy."""

    emergency_number: str = ""
    urgent_number: str = ""
    facts: frozenset[str] = frozenset()
    alone: bool = True  # the facts are one person's; else it is not known whose
    attention: AttentionSettings = field(default_factory=AttentionSettings)


class Conversation:
    """One bedroom's dialog, from silence to silence."""

    def __init__(self, script: Script, settings: ConversationSettings | None = None) -> None:
        self.settings = household = settings or ConversationSettings()
        emergency, urgent = household.emergency_number, household.urgent_number
        wording = Wording(script, emergency=emergency, urgent=urgent)
        self._script = script
        self._stage = Stage(script, wording, Person(household.facts, alone=household.alone))
        self._performer = self._stage.performer
        self._coach = Coach(self._stage)
        self._routine = Routine(self._stage)
        self._attention = Attention(household.attention)
        self._unconfirmed: Interpretation | None = None
        self._danger = Danger(self._stage)

    @property
    def state(self) -> State:
        """What the conversation is doing."""
        return self._stage.state

    @property
    def due(self) -> float | None:
        """When to send TimePassed next, seconds on the caller's clock; None: not needed."""
        return self._performer.due if self.state is not State.IDLE else None

    @property
    def breathing(self) -> bool:
        """Whether a paced hold or breathing is under way."""
        return isinstance(self._performer.current, Breathe)

    @property
    def context(self) -> Context:
        """How the next utterance is to be understood."""
        return Context.IDLE if self.state is State.IDLE else Context.COACHING

    def texts(self) -> dict[str, str]:
        """Return the words of every prompt by its id, with this household's numbers."""
        return self._stage.wording.texts()

    def attention_open(self, now: float) -> bool:
        """Return whether what is said needs no name, because Uncramp has just spoken."""
        return self._attention.is_open(self._performer.last_spoke, now)

    def is_complete(self, said: Interpretation) -> bool:
        """Return whether nothing more need be waited for: it can be acted on at once.

        A whole complaint or danger, the answer to the question under way, or "stop"; all of them
        certain. A bare "my leg" is not: more may follow.
        """
        if said.confidence < CERTAIN:
            return False
        if said.intent in ("cramp", "emergency"):
            return len(said.text.split()) >= WHOLE_COMPLAINT_WORDS
        is_stop = said.intent == "stop" and self.state is not State.IDLE
        return is_stop or said.intent in self._answers(self._performer.question)

    def handle(self, event: Event, now: float) -> tuple[Action, ...]:
        """Take one event at `now` (monotonic seconds) and return the actions it leads to."""
        match event:
            case Heard(interpretation=said):
                self._performer.voice_ended(now)
                self._heard(said, now)
            case VoiceStarted(urgent=urgent):
                if self.state is not State.IDLE:
                    self._performer.voice_started(now, urgent=urgent)
            case VoiceEnded():
                self._performer.voice_ended(now)
            case EveningCame():
                self._attention.evening_came()
            case PromptFinished(prompt=prompt):
                self._performer.prompt_finished(prompt, now)
            case TimePassed():
                unanswered = self._performer.time_passed(now)
                if unanswered is not None:
                    self._unanswered(unanswered, now)
        self._advance(now)
        actions = tuple(self._stage.actions)
        self._stage.actions.clear()
        return actions

    def _advance(self, now: float) -> None:
        """Do what needs no waiting: verbs, steps whose turn has come, the next technique."""
        while self.state is not State.IDLE:
            too_long = self._coach.too_long(now)
            if too_long is not None:
                self._danger.begin(too_long, now)
            match self._performer.advance(now):
                case Decide(verb=verb):
                    self._decide(verb, now)
                case Instruct() as move:
                    self._coach.instruct(move)
                case Start(routine=name):
                    self._routine.begin(name)
                case Warn(line=line_id) if self._stage.suits(line_id):
                    self._danger.begin(line_id, now)
                case None if self._performer.idle:
                    self._nothing_left(now)
                case None:
                    return

    # --- what was said -------------------------------------------------------------------------

    def _heard(self, said: Interpretation, now: float) -> None:
        in_conversation = self.state is not State.IDLE
        if not in_conversation:
            self._stage.person.forget_old(now)
        last_spoke = self._performer.last_spoke
        decision = self._attention.decide(
            said, in_conversation=in_conversation, last_spoke=last_spoke, now=now
        )
        if decision is Decision.ACT and "fact" in said.slots:
            telling.learn(said, self._stage, now)
        if decision is Decision.ACT and said.intent == "emergency":
            self._danger.heard(said.slots["line"], now)
        elif decision is Decision.ACT and in_conversation:
            self._heard_in_conversation(said, now)
        elif decision is Decision.ACT:
            self._heard_in_idle(said, now)
        elif decision is Decision.CONFIRM:
            self._unconfirmed = said
            self._stage.actions.append(Chime("unsure"))
            self._stage.perform(State.CONFIRMING, [Ask("CONFIRM"), Decide(Verb.END)])
        elif said.addressed and not in_conversation:
            self._stage.perform(State.ANSWERING, [Speak("YES-Q"), Decide(Verb.END)])

    def _heard_in_idle(self, said: Interpretation, now: float) -> None:
        idle = self._script.shared.idle
        if said.intent == "cramp" or (said.intent == "again" and self._coach.knows_place(now)):
            self._coach.begin(said, now)
        elif said.intent in ANSWERED:
            self._stage.perform(State.ANSWERING, [*answer(said, self._stage), Decide(Verb.END)])
        elif (wish := outcome_of(said, idle)) is not None:
            if said.intent == "pause_listening":
                self._attention.pause()
            self._stage.set_level(said.intent)
            moves = self._stage.moves(wish)
            self._stage.perform(State.ANSWERING, [*moves, Decide(Verb.END)])

    def _heard_in_conversation(self, said: Interpretation, now: float) -> None:
        self._coach.answered(said, now)
        intent = said.intent
        if intent == "stop":
            if self.state is State.CONFIRMING or self._coach.began_within(FALSE_START_S, now):
                self._attention.rejected(now)
            self._end("stopped", now)
        elif self.state is State.CONFIRMING:
            self._confirmed(said, now)
        elif self.state is State.DANGER:
            if intent == "cramp" and self._danger.allows_first_aid:
                self._coach.cramp_again(said, now)
            else:
                self._danger.answered(intent, now)
        elif intent == "cramp" or (intent == "again" and self._stage.episode is None):
            self._coach.cramp_again(said, now)
        elif intent == "about_me":
            self._coach.told(said, now)
        elif (outcome := self._answer_to_question(said, now)) is not None:
            self._performer.question_answered()
            self._performer.then(self._stage.moves(outcome))
        elif self.state is State.ANSWERING and outcome_of(said, self._script.shared.idle):
            self._heard_in_idle(said, now)
        elif (outcome := self._routine.branch(said)) is not None:
            self._performer.put_first(self._stage.moves(outcome), now)
        elif intent in ANSWERED:
            self._performer.put_first(answer(said, self._stage), now)
        elif intent == "duration":
            self._coach.duration(float(said.slots.get("minutes", "0")), now)
        elif intent == "other_leg" and said.slots.get("side") == "both":
            self._coach.both_legs(now)
        elif intent in ("again", "other_leg") or self._is_back(intent):
            self._coach.restart(said, now)
        elif intent == "resume":
            if isinstance(self._performer.current, Breathe) and self._performer.current.sparse:
                self._performer.skip()
                self._performer.then([Speak("RESUMED")])
        elif intent == "pause":
            pause = (Speak("PAUSED"), Breathe(PAUSE_BREATHS, sparse=True))
            self._performer.put_first(pause, now)
        else:
            self._control(said, now)

    def _control(self, said: Interpretation, now: float) -> None:
        intent = said.intent
        outcome = self._coach.branch(intent) or outcome_of(said, self._script.shared.controls)
        if outcome is None or (intent == "better" and self.state is not State.COACHING):
            return
        if intent == "not_better" and not self._performer.holding_or_asking:
            return  # the next step is on its way
        self._stage.set_level(intent)
        self._stage.change(self._stage.moves(outcome), now)

    def _is_back(self, intent: str) -> bool:
        eased = self.state in (State.AFTER_CARE, State.SESSION) and self._stage.episode is not None
        return eased and intent in ("worse", "not_better")

    def _answer_to_question(self, said: Interpretation, now: float) -> Outcome | None:
        """Return what this answer leads to, for the question under way or just asked."""
        performer = self._performer
        recent = now - performer.asked_at <= RECENT_QUESTION_S
        question_id = performer.question or (performer.last_question if recent else None)
        return outcome_of(said, self._answers(question_id))

    def _answers(self, question_id: str | None) -> Mapping[str, Outcome]:
        line = self._stage.wording.line(question_id) if question_id else None
        return line.answers if isinstance(line, Question) else {}

    def _confirmed(self, said: Interpretation, now: float) -> None:
        unconfirmed = self._unconfirmed
        self._attention.answered()
        if said.intent == "cramp":
            self._coach.begin(said, now)
        elif said.intent == "yes" and unconfirmed is not None:
            if unconfirmed.intent == "emergency":
                self._danger.begin(unconfirmed.slots["line"], now)
            else:
                self._coach.begin(unconfirmed, now)
        elif said.intent == "no":
            self._attention.rejected(now)
            self._end(None, now)

    # --- verbs and ends ------------------------------------------------------------------------

    def _decide(self, verb: Verb, now: float) -> None:
        match verb:
            case Verb.END:
                self._end(None, now)
            case Verb.STAY:
                if not self._danger.stay(now):
                    self._end("danger", now)
            case Verb.WARN_AGAIN:
                self._danger.again(now)
            case Verb.REPEAT:
                self._performer.then(self._performer.repeat(0.0))
            case Verb.REPEAT_LOUDER:
                self._performer.then(self._performer.repeat(LOUDER_DB))
            case _ if not self._routine.decide(verb):
                self._coach.decide(verb, now)

    def _nothing_left(self, now: float) -> None:
        if self.state is State.COACHING:
            self._coach.next(now)
        elif not self._routine.next():
            self._end(None, now)

    def _unanswered(self, question_id: str, now: float) -> None:
        if self.state is State.CONFIRMING:
            self._attention.unanswered(now)
        self._coach.unanswered(question_id)
        if isinstance(question := self._stage.wording.line(question_id), Question):
            self._performer.then(self._stage.moves(question.no_reply))

    def _end(self, how: str | None, now: float) -> None:
        self._performer.start_over([])
        self._coach.end(how, now)
        self._unconfirmed = None
        self._stage.go(State.IDLE)
