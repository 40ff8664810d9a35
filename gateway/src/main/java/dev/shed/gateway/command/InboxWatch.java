package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.ReadResult;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.inbox.Inbox;
import dev.shed.gateway.inbox.OpenQuestion;
import dev.shed.gateway.inbox.OpenQuestion.Means;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Prints the questions of agents as they are asked and answered. The events of the sheds wake it; then it
/// asks the sheds for their questions again.
final class InboxWatch {
    /// The exit status (EX_TEMPFAIL) if the client reads too slowly.
    private static final ExitStatus DROPPED = ExitStatus.of(75);

    /// Events that come this close together are followed by one listing.
    private static final Duration TOGETHER = Duration.ofMillis(200);

    /// How often dialogs are read without an event: one can be followed by the next one while the status of
    /// the agent stays the same.
    private static final Duration DIALOGS = Duration.ofSeconds(2);

    /// How often all sheds are listed without an event: what is asked while the watch of a shed begins is no
    /// event.
    private static final Duration ALL = Duration.ofSeconds(15);

    private static final Set<Kind> OF_QUESTIONS = EnumSet.of(
            Kind.SESSION_STATUS,
            Kind.SESSION_CLOSED,
            Kind.SESSION_RENAMED,
            Kind.SHED_STARTED,
            Kind.SHED_STOPPED,
            Kind.SHED_DIED,
            Kind.SHED_DELETED,
            Kind.GAP);

    private final Source source;
    private final Events events;
    private final boolean json;
    private final Clock clock;
    private final Map<String, OpenQuestion> known = new LinkedHashMap<>();

    /// Finds the questions of those sheds.
    interface Source {
        Inbox.Found find(Predicate<ShedName> sheds) throws IOException;
    }

    InboxWatch(Source source, Events events, boolean json, Clock clock) {
        this.source = source;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    /// @param event `asked` or `gone`
    record Line(String time, String event, @JsonUnwrapped QuestionRow question) {}

    ExitStatus run(CommandContext context, Predicate<ShedName> wanted) throws IOException, InterruptedException {
        try (var stream = events.open(wanted, OptionalLong.empty())) {
            while (true) {
                long listed = System.nanoTime();
                tellChanges(context, _ -> true);
                for (long left = ALL.toNanos(); left > 0; left = ALL.toNanos() - (System.nanoTime() - listed)) {
                    var changed = new HashSet<ShedName>();
                    if (!await(stream, Duration.ofNanos(left), changed)) {
                        return DROPPED;
                    }
                    if (!changed.isEmpty()) {
                        tellChanges(context, changed::contains);
                    }
                }
            }
        }
    }

    /// Waits for sheds whose questions may have changed; false if events were dropped.
    private boolean await(Events.Stream stream, Duration patience, Set<ShedName> changed) throws InterruptedException {
        var dialogs = known.values().stream()
                .filter(open -> open.means() instanceof Means.Keys)
                .map(open -> open.place().shed().name())
                .collect(Collectors.toSet());
        boolean soon = !dialogs.isEmpty() && DIALOGS.compareTo(patience) < 0;
        var next = stream.next(soon ? DIALOGS : patience);
        if (soon && next instanceof ReadResult.Nothing) {
            changed.addAll(dialogs);
        }
        while (next instanceof ReadResult.Found(var event)) {
            if (OF_QUESTIONS.contains(event.what().kind())) {
                changed.add(event.shed());
            }
            next = stream.next(TOGETHER);
        }
        return !(next instanceof ReadResult.Behind);
    }

    /// Tells what has changed in these sheds. A shed that does not answer keeps its questions.
    private void tellChanges(CommandContext context, Predicate<ShedName> sheds) throws IOException {
        var found = source.find(sheds);
        var silent = found.failed().stream().map(answer -> answer.shed().name()).collect(Collectors.toSet());
        var open = found.questions().stream().map(OpenQuestion::id).collect(Collectors.toSet());
        for (var question : List.copyOf(known.values())) {
            var shed = question.place().shed().name();
            if (sheds.test(shed) && !silent.contains(shed) && !open.contains(question.id())) {
                known.remove(question.id());
                print(context, "gone", question);
            }
        }
        for (var question : found.questions()) {
            if (known.put(question.id(), question) == null) {
                print(context, "asked", question);
            }
        }
    }

    private void print(CommandContext context, String event, OpenQuestion open) throws IOException {
        var time = Json.time(clock.instant());
        context.print(json ? Json.line(new Line(time, event, QuestionRow.of(open))) : text(time, event, open) + "\n");
    }

    private static String text(String time, String event, OpenQuestion open) {
        var line = time + "  " + event + "  " + open.id() + "  "
                + FailureText.printable(open.place().address());
        if (event.equals("gone")) {
            return line;
        }
        var agent = open.status().agent().map(Agent::word).orElse("agent");
        var choices = open.question().choices();
        return line + "  " + agent + ": " + open.question().text() + (choices.isEmpty() ? "" : " (" + choices + ")");
    }
}
