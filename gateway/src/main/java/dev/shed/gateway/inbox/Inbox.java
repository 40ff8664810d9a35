package dev.shed.gateway.inbox;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.Dialog;
import dev.shed.gateway.agent.DialogKey;
import dev.shed.gateway.agent.ProcessId;
import dev.shed.gateway.agent.QuestionFile;
import dev.shed.gateway.agent.Reply;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.inbox.OpenQuestion.Means;
import dev.shed.gateway.inbox.OpenQuestion.Place;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.AgentInput;
import dev.shed.gateway.shed.session.AgentInput.Outcome;
import dev.shed.gateway.shed.session.Panes;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Finds the questions of agents that wait for an answer: those that hooks and plugins have written down,
/// and the dialogs of other agents that are blocked.
public final class Inbox {
    /// The oldest first; those of which that is not known last.
    private static final Comparator<OpenQuestion> BY_AGE =
            Comparator.comparing(open -> open.status().since().orElse(Instant.MAX));

    /// The most dialogs of one shed that are read: more than a person has open, and reading one takes a
    /// moment.
    private static final int MAX_DIALOGS = 32;

    private static final int MAX_USED = 1000;

    /// How often a dialog is looked at whose screen changes while its question does not.
    private static final int LOOKS = 5;

    /// How often, and with what pause, a dialog without options is looked at that may still be drawn.
    private static final int DRAWING = 5;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final SessionQuery query;
    private final AgentInput agents;
    private final Clock clock;
    private final QuestionIds ids = new QuestionIds();

    /// The dialogs that were answered by a key; the newest. The screen may show one for a moment longer.
    private final Set<String> used = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_USED;
        }
    }));

    public Inbox(SessionQuery query, Panes panes, Clock clock) {
        this.query = query;
        this.clock = clock;
        this.agents = panes.agents();
    }

    /// What was found.
    ///
    /// @param questions each once, the oldest first
    /// @param failed the sheds that could not be asked, or did not tell all
    public record Found(List<OpenQuestion> questions, List<Answer.Failed> failed) {
        /// The question with this id, as somebody has typed it.
        public Optional<OpenQuestion> question(String id) {
            var typed = QuestionIds.typed(id);
            return questions.stream().filter(open -> open.id().equals(typed)).findFirst();
        }
    }

    /// The open questions of these sheds. A shed that does not answer costs the others nothing.
    public Found find(List<Shed> sheds) throws InterruptedIOException {
        var failed = new ArrayList<Answer.Failed>();
        var dialogs = new ArrayList<Place>();
        var found = new ArrayList<OpenQuestion>();
        for (var answer : query.ask(sheds)) {
            answer.failed().ifPresent(failed::add);
            if (answer instanceof Answer.Listed listed) {
                var agents = agents(listed);
                agents.forEach((place, pane) -> found.addAll(written(place, pane)));
                dialogs.addAll(blocked(agents));
            }
        }
        if (!dialogs.isEmpty()) {
            for (var dialog : SessionQuery.each(dialogs, this::read)) {
                dialog.question().ifPresent(found::add);
                dialog.failed().filter(unread -> isNews(unread, failed)).ifPresent(failed::add);
            }
        }
        return new Found(found.stream().sorted(BY_AGE).toList(), failed);
    }

    private static boolean isNews(Answer.Failed unread, List<Answer.Failed> failed) {
        return failed.stream().noneMatch(other -> other.shed().equals(unread.shed()));
    }

    /// What a blocked pane shows.
    ///
    /// @param question empty if it asks nothing any more, or that is not known
    /// @param failed its shed, if that is not known
    private record Read(Optional<OpenQuestion> question, Optional<Answer.Failed> failed) {}

    private Read read(Place place) {
        try {
            return new Read(drawn(place), Optional.empty());
        } catch (ShedException e) {
            return switch (e.failure().kind()) {
                // It has ended since it was listed.
                case SHED_STOPPED, SHED_NOT_FOUND -> new Read(Optional.empty(), Optional.empty());
                default -> new Read(Optional.empty(), Optional.of(new Answer.Failed(place.shed(), e)));
            };
        }
    }

    /// The panes of the usual tmux server that have an agent. One whose window is in several sessions is
    /// listed for each of them, and stands here once.
    private static Map<Place, AgentPane> agents(Answer.Listed listed) {
        var agents = new LinkedHashMap<Place, AgentPane>();
        var seen = new HashSet<String>();
        for (var session : listed.sessions()) {
            for (var pane : session.panes()) {
                boolean usual = session.socket().isEmpty() && !pane.id().isEmpty();
                if (usual && pane.foreground().agent().isPresent() && seen.add(pane.id())) {
                    agents.put(new Place(listed.shed(), session.name(), pane.id()), pane);
                }
            }
        }
        return agents;
    }

    /// The questions in files.
    private List<OpenQuestion> written(Place place, AgentPane pane) {
        return pane.foreground().questions().stream()
                .map(file ->
                        new OpenQuestion(id(place, file), place, file.question(), file.status(), new Means.File(file)))
                .toList();
    }

    /// The id changes whenever the file, the agent's process, what is asked or the time does.
    private String id(Place place, QuestionFile file) {
        var question = file.question();
        var parts = Stream.of(
                place.shed().container().id(),
                "file",
                file.id(),
                file.process().toString(),
                file.since().map(Instant::toString).orElse(""),
                question.kind().name(),
                question.title(),
                question.detail());
        return ids.of(Stream.concat(parts, question.options().stream()).toList());
    }

    /// Where agents are blocked that have written no question down.
    private static List<Place> blocked(Map<Place, AgentPane> agents) {
        return agents.entrySet().stream()
                .filter(agent -> isDialog(agent.getValue()))
                .map(Map.Entry::getKey)
                .limit(MAX_DIALOGS)
                .toList();
    }

    private static boolean isDialog(AgentPane pane) {
        return pane.foreground().questions().isEmpty()
                && pane.status().filter(Status::isBlocked).isPresent();
    }

    /// The question that a pane shows, if it still does. An agent may say that it asks before its dialog is drawn.
    private Optional<OpenQuestion> drawn(Place place) {
        var shown = shown(place);
        for (int i = 0; i < DRAWING && shown.filter(this::isBeingDrawn).isPresent(); i++) {
            try {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return shown;
            }
            shown = shown(place);
        }
        return shown;
    }

    private boolean isBeingDrawn(OpenQuestion open) {
        return open.question().options().isEmpty()
                && open.status()
                        .since()
                        .filter(since -> since.isAfter(clock.instant().minus(BETWEEN_LOOKS.multipliedBy(DRAWING))))
                        .isPresent();
    }

    /// The question that a pane shows, if it still does; fails if that is not known.
    private Optional<OpenQuestion> shown(Place place) {
        return agents.dialog(place.shed(), place.pane()).flatMap(dialog -> question(place, dialog));
    }

    /// The id changes whenever the pane, the agent's process, its state or the text of its screen does.
    private Optional<OpenQuestion> question(Place place, Dialog dialog) {
        if (!isDialog(dialog.pane())) {
            return Optional.empty();
        }
        return dialog.pane().status().map(status -> {
            var process = dialog.pane().foreground().process();
            var id = ids.of(List.of(
                    place.shed().container().id(),
                    "dialog",
                    place.pane(),
                    process.map(ProcessId::toString).orElse(""),
                    status.state().word(),
                    status.since().map(Instant::toString).orElse(""),
                    String.join("\n", dialog.text())));
            return new OpenQuestion(id, place, dialog.question(status), status, new Means.Keys(dialog));
        });
    }

    /// Answers a question as [#find] has found it. Answers for one pane are given one after the other, and a
    /// dialog is answered once, whatever its screen shows afterwards.
    public Outcome answer(OpenQuestion open, Reply reply) throws InterruptedException {
        var place = open.place();
        return agents.inTurn(place.shed(), place.pane(), () -> switch (open.means()) {
            case Means.File(var file) -> agents.write(place.shed(), file, reply);
            case Means.Keys _ -> press(open, reply);
        });
    }

    private Outcome press(OpenQuestion open, Reply reply) {
        if (!used.add(open.id())) {
            return new Outcome.Stale();
        }
        boolean pressed = true;
        try {
            var outcome = pressOnce(open, reply);
            pressed = !(outcome instanceof Outcome.Stale || outcome instanceof Outcome.Unread);
            return outcome;
        } catch (NotPressedException e) {
            pressed = false;
            throw e;
        } finally {
            if (!pressed) {
                used.remove(open.id());
            }
        }
    }

    /// A spinner may turn between two looks at the screen; then both are taken again.
    private Outcome pressOnce(OpenQuestion open, Reply reply) {
        var place = open.place();
        for (int i = 0; i < LOOKS; i++) {
            var now = standing(open);
            if (now.isEmpty() || !(now.get().means() instanceof Means.Keys(var dialog))) {
                return new Outcome.Stale();
            }
            var key = DialogKey.of(dialog, now.get().status(), reply).orElseThrow(() -> noKey(open));
            var outcome = agents.press(place.shed(), dialog, key);
            if (!(outcome instanceof Outcome.Stale)) {
                return outcome;
            }
        }
        return new Outcome.Stale();
    }

    /// The question, if its pane still shows it.
    private Optional<OpenQuestion> standing(OpenQuestion open) {
        try {
            return shown(open.place()).filter(shown -> shown.id().equals(open.id()));
        } catch (ShedException e) {
            throw new NotPressedException(e.failure());
        }
    }

    /// `SESSION_NOT_READY` for an answer that nobody knows the key of.
    private static NotPressedException noKey(OpenQuestion open) {
        var agent = open.status().agent().map(Agent::word).orElse("the agent");
        return new NotPressedException(Failure.notAnswered(
                open.id(),
                "no key is known that gives this answer to " + agent + "; choose it in the dialog",
                open.atItsTerminal()));
    }

    /// A failure before a key was pressed, so that the question can still be answered.
    private static final class NotPressedException extends ShedException {
        private static final long serialVersionUID = 1L;

        NotPressedException(Failure failure) {
            super(failure);
        }
    }
}
