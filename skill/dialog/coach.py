"""Leads a person through one cramp: first action, holds, checks, techniques, after-care."""

from __future__ import annotations

from skill.actions import EpisodeEnded
from skill.dialog import coaching, telling
from skill.dialog.episode import Episode
from skill.dialog.moves import Breathe, Decide, Instruct, Move, Speak
from skill.dialog.place import ANYWHERE, ASKS_PLACE, part_unsaid, place_here
from skill.dialog.script import Hold, Outcome, Protocol, Verb
from skill.dialog.stage import Stage, State
from skill.dialog.tonight import Tonight
from skill.interpretation import Interpretation

LONGEST_EPISODE_S = 1800.0  # whatever is said, an episode ends within half an hour
UNANSWERED_CHECKS = 2  # after two the person is probably asleep
STANDING = {"STAND-1", "STAND-2"}


class Coach:
    """The flow of an episode; the conversation tells it what was said."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._site = "unknown"
        self._part_unsaid = False
        self._tonight = Tonight()
        self._protocols = {
            site: protocol
            for protocol in stage.script.protocols.values()
            for site in protocol.sites
        }

    def begin(self, said: Interpretation, now: float) -> None:
        """Start an episode with the first action of its site."""
        if said.slots.get("site", "unknown") != "unknown" or not self.knows_place(now):
            self._place(said)
        who, person = said.slots.get("who", "self"), self._stage.person
        episode = self._stage.episode = Episode(
            protocol=self._protocol(self._site),
            side=said.slots.get("side", "none"),
            who=who,
            began=now,
            started=now,
            facts=person.facts,
            known=person.known if who == "self" else frozenset(),
        )
        episode.found(*telling.at_once(said))
        self._tonight.begins(now)
        self._stage.performer.spoken.clear()
        if "minutes" in said.slots:
            episode.answered(now, better=False)
            self.duration(float(said.slots["minutes"]), now)
        self._start_protocol(said)

    def told(self, said: Interpretation, now: float) -> None:
        """Reply to what was told of a person, and change what is under way where it must."""
        episode = self._stage.episode
        if episode is not None and telling.is_child(said) and episode.who != "child":
            episode.who = "child"
            episode.found("child", "helper_here")
            episode.restart(episode.protocol)
            self._start_protocol(said)
        elif telling.is_of_patient(said, episode):
            self._stage.change(telling.reply(said, self._stage), now)

    def began_within(self, seconds: float, now: float) -> bool:
        """Return whether the episode under way began so lately."""
        episode = self._stage.episode
        return episode is not None and now - episode.began <= seconds

    def knows_place(self, now: float) -> bool:
        """Return whether a cramp ended so lately that the next one is the same one back."""
        return self._tonight.is_lately(now)

    def cramp_again(self, said: Interpretation, now: float) -> None:
        """Take a complaint during a conversation: the site corrected, moved, or back again."""
        episode, coaching_now = self._stage.episode, self._stage.state is State.COACHING
        if episode is None:
            self.begin(said, now)
            return
        if episode.who == "self" and said.slots.get("who", "self") != "self":
            self.end(None, now)
            self.begin(said, now)
            return
        said = place_here(said, episode.protocol)
        site = said.slots.get("site", "unknown")
        if said.slots.get("toes") == "up":
            episode.found("toes_up")
        if coaching_now and (site in ANYWHERE or self._protocol(site) is episode.protocol):
            if site not in ANYWHERE and not part_unsaid(said):
                self._site = site
                self._accept_place(said)
            elif said.slots.get("side") == "both" != episode.side:
                self.both_legs(now)
            return
        self.restart(said, now)

    def restart(self, said: Interpretation, now: float) -> None:
        """Begin again: another site, the other leg, or the cramp is back."""
        episode, stage = self._stage.episode, self._stage
        if episode is None:
            return
        if said.intent == "again":
            self._tonight.begins(now)
        site, side = said.slots.get("site", "unknown"), said.slots.get("side")
        for line_id, outcome in episode.protocol.returns.items():
            if site == "unknown" and line_id in stage.performer.spoken:
                stage.perform(State.COACHING, stage.moves(outcome))
                return
        if site != "unknown":
            self._place(said)
        if said.intent == "other_leg" and side is None:
            episode.change_leg()
        episode.restart(self._protocol(self._site), side)
        self._start_protocol(said)

    def both_legs(self, now: float) -> None:
        """Go on with both sides at once, where that can be done."""
        episode = self._stage.episode
        if episode is None:
            return
        episode.change_leg()
        episode.side = "both"
        both = episode.protocol.both
        lines: list[Move] = [Speak(both)] if both is not None else []
        self._stage.performer.put_first([*lines, Decide(Verb.HOLD)], now)

    def answered(self, said: Interpretation, now: float) -> None:
        """Note that the person is awake and what they said of the cramp."""
        episode = self._stage.episode
        if episode is None:
            return
        asked = self._stage.performer.last_question == episode.protocol.check
        episode.answered(now, better=said.intent == "better" or (said.intent == "yes" and asked))
        if self._stage.state is State.QUIETING:
            self._stage.perform(State.COACHING, [])

    def duration(self, minutes: float, now: float) -> None:
        """Set the clock back to when the person says the cramp began."""
        episode = self._stage.episode
        if episode is None:
            return
        episode.began = min(episode.began, now - minutes * 60)
        episode.minutes_known = True
        if self._stage.performer.question == "HOWLONG":
            self._stage.performer.skip()

    def branch(self, intent: str) -> Outcome | None:
        """Return what this protocol does on a word that means something else elsewhere."""
        episode = self._stage.episode
        if episode is None:
            return None
        if self._stage.state is State.AFTER_CARE:
            outcome = self._stage.script.shared.eased.get(intent)
            walks = outcome is not None and Verb.WALK in outcome
            return None if walks and not episode.may_stand else outcome
        if self._stage.state is not State.COACHING:
            return None
        if intent in telling.FOUND:
            episode.found(telling.FOUND[intent])
        helper = episode.protocol.helper or f"{episode.protocol.protocol}.first"
        return {
            "worse": episode.protocol.worse,
            "cannot_stand": episode.protocol.cannot_stand,
            "cannot_reach": episode.protocol.cannot_reach,
            "helper": (helper, Verb.HOLD),
        }.get(intent)

    def decide(self, verb: Verb, now: float) -> None:
        """Carry out a verb that belongs to coaching."""
        stage, episode = self._stage, self._stage.episode
        if episode is None:
            return
        match verb:
            case Verb.ALLOW_RUB:
                episode.clot_answered_no = True
            case Verb.FORBID_RUB:
                episode.clot_answered_no = False
            case Verb.NEXT:
                stage.performer.start_over([])
            case Verb.HOLD:
                stage.perform(State.COACHING, coaching.hold_again(episode.protocol))
            case Verb.REST:
                episode.clot_answered_no = episode.clot_answered_no or False
                stage.performer.start_over([Breathe(episode.protocol.hold.breaths)])
            case Verb.BETTER:
                episode.ended = "eased"
                episode.helped = episode.tried[-1] if episode.tried else self._first_id()
                lines = self._further_care(episode, now)
                moves = coaching.after_care(episode, stage.wording, stage.script, lines)
                stage.perform(State.AFTER_CARE, moves)
            case Verb.WALK:
                if episode.may_stand and stage.performer.spoken >= STANDING:
                    stage.performer.then([Speak("WALK")])

    def instruct(self, move: Instruct) -> None:
        """Give a step's instruction if what came before it allows it."""
        episode = self._stage.episode
        if episode is None or not episode.may_instruct(move.step, self._stage.performer.spoken):
            return
        episode.tried.append(f"{episode.protocol.protocol}.{move.step.id}")
        episode.holds += 1
        hold = self._held(move.step.hold) if move.step.hold is not None else None
        self._stage.performer.then(coaching.instruction(episode, move.step, hold))

    def next(self, now: float) -> None:
        """Put what comes next on the agenda when it has run empty while coaching."""
        stage, episode = self._stage, self._stage.episode
        assert episode is not None
        if episode.unanswered_checks >= UNANSWERED_CHECKS:
            stage.go(State.QUIETING)
            stage.performer.then(coaching.silence(stage.script))
            return
        due = coaching.timeline(episode, stage.script, now)
        stage.performer.then(due or coaching.next_technique(episode, stage.wording))

    def unanswered(self, question: str) -> None:
        """Note that nobody answered a question; a check counts."""
        episode = self._stage.episode
        if episode is not None and question == episode.protocol.check:
            episode.unanswered_checks += 1

    def too_long(self, now: float) -> str | None:
        """Return the ten-minute danger line once it is due; end what would go on for ever."""
        stage, episode = self._stage, self._stage.episode
        if episode is None or stage.state not in (State.COACHING, State.QUIETING):
            return None
        routines = stage.script.routines
        if stage.performer.speaking is not None:
            return None
        if coaching.is_too_long(episode, routines, now):
            episode.too_long_done = True
            return routines.pacing.too_long
        if now - episode.started > LONGEST_EPISODE_S:
            lines = [Speak(line_id) for line_id in routines.quiet]
            stage.perform(State.AFTER_CARE, [*lines, Decide(Verb.END)])
        return None

    def end(self, how: str | None, now: float) -> None:
        """Close the episode, if there is one, with a line for the diary."""
        episode = self._stage.episode
        if episode is None:
            return
        self._stage.actions.append(
            EpisodeEnded(
                site=self._site,
                side=episode.side,
                who=episode.who,
                seconds=round(now - episode.began, 1),
                ended=how or episode.ended,
                helped=episode.helped,
            )
        )
        self._stage.episode = None
        self._tonight.ends(now)

    def _start_protocol(self, said: Interpretation) -> None:
        episode = self._stage.episode
        assert episode is not None
        episode.holds = 1
        if said.slots.get("toes") == "up":
            episode.found("toes_up")
        coming = said.slots.get("coming") == "yes"
        hold = self._held(episode.protocol.hold)
        first = coaching.first_action(episode, hold, part_unsaid=self._part_unsaid, coming=coming)
        check = coaching.first_check(episode, self._stage.script, site=self._site)
        self._stage.perform(State.COACHING, [*first, *check])

    def _held(self, hold: Hold) -> Breathe:
        stage = self._stage
        assert stage.episode is not None
        said = stage.performer.spoken
        return coaching.held(stage.episode, hold, stage.script, stage.wording, said)

    def _further_care(self, episode: Episode, now: float) -> list[str]:
        """Return what this night adds to the after-care: heat off, and once the doctor."""
        heat_off = ["HEAT-OFF"] if "WARM" in self._stage.performer.spoken else []
        doctor = ["DR"] if self._tonight.names_doctor(now) else []
        return list(dict.fromkeys((*heat_off, *doctor, *episode.later)))

    def _place(self, said: Interpretation) -> None:
        self._site = said.slots.get("site", "unknown")
        self._part_unsaid = part_unsaid(said)

    def _accept_place(self, said: Interpretation) -> None:
        """Go on from a question about the place, now that it is known."""
        performer, episode = self._stage.performer, self._stage.episode
        assert episode is not None
        up = f"{episode.protocol.protocol}.up"
        if said.slots.get("toes") == "up" and up in self._stage.wording:
            performer.start_over([Speak(up), Decide(Verb.HOLD)])
        asks_place = {f"{episode.protocol.protocol}.{part}" for part in ASKS_PLACE}
        if performer.question in asks_place:
            performer.skip()

    def _first_id(self) -> str:
        assert self._stage.episode is not None
        return f"{self._stage.episode.protocol.protocol}.first"

    def _protocol(self, site: str) -> Protocol:
        return self._protocols.get(site) or self._protocols["unknown"]
