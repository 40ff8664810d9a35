package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.event.Event;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.ReadResult;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `events`: the events of one shed or, in the lobby, of all sheds that the caller may see, one per line
/// until the client disconnects.
@Command(
        name = "events",
        description = "print events of sheds and sessions as they happen",
        customSynopsis = {
            "ssh -s SHED@HOST \"events [--since N] [--json]\"",
            "ssh shed@HOST events [SHED] [--since N] [--json]"
        },
        footer = "ssh shed@HOST events --json")
final class EventsCommand extends Verb {
    /// The exit status (EX_TEMPFAIL) if the client reads too slowly. A new call gets all events that are
    /// still stored.
    private static final ExitStatus DROPPED = ExitStatus.of(75);

    /// An arbitrary time: an event, or the client's disconnect, wakes the waiting thread.
    private static final Duration LONG = Duration.ofHours(1);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SHED",
            description = "the shed; omitted if the address names it")
    Optional<ShedName> name;

    @Option(names = "--since", paramLabel = "N", description = "start after the event with this number")
    Optional<Long> since;

    private final Sheds sheds;
    private final Events events;
    private final AccessPolicy policy;

    EventsCommand(Sheds sheds, Events events, AccessPolicy policy) {
        this.sheds = sheds;
        this.events = events;
        this.policy = policy;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            long seq,
            @Nullable String time,
            String event,
            @Nullable String shedName,
            @Nullable String session,
            @Nullable String formerName,
            @Nullable String client,
            @Nullable String reason,
            @Nullable Integer exitCode,
            @JsonUnwrapped @Nullable StatusFields status) {
        static Line of(Event event) {
            var what = event.what();
            return new Line(
                    event.seq(),
                    time(event.time()),
                    what.kind().word(),
                    event.shed().value(),
                    what.session(),
                    what.formerName(),
                    what.client(),
                    what.reason(),
                    what.exitCode(),
                    what.status() == null ? null : StatusFields.of(what.status()));
        }

        /// An event of the stream itself.
        static Line own(long seq, String event, @Nullable String reason) {
            return new Line(seq, null, event, null, null, null, null, reason, null, null);
        }

        private static String time(Instant instant) {
            return instant.truncatedTo(ChronoUnit.MILLIS).toString();
        }

        /// The event as text.
        String text() {
            var words = Stream.of(time, shedName, event, session)
                    .filter(Objects::nonNull)
                    .map(FailureText::printable)
                    .collect(Collectors.joining("  "));
            var more = Stream.of(from(), client, reason, status == null ? null : status.text())
                    .filter(Objects::nonNull)
                    .map(FailureText::printable)
                    .collect(Collectors.joining(", "));
            return words + (more.isEmpty() ? "" : "  (" + more + ")") + "\n";
        }

        private @Nullable String from() {
            return formerName == null ? null : "was " + formerName;
        }
    }

    @Override
    Optional<ShedName> shed() {
        return name;
    }

    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    boolean isEndless() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        name.ifPresentOrElse(sheds::find, () -> learnOwners(context.identity()));
        Predicate<ShedName> wanted = shed -> name.map(shed::equals).orElseGet(() -> maySee(context.identity(), shed));
        var from = since.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        try (var stream = events.open(wanted, from)) {
            if (stream.missed()) {
                print(context, Line.own(stream.position(), "gap", "what came before is not known any more"));
            }
            print(context, Line.own(stream.position(), "listening", null));
            return follow(context, stream);
        }
    }

    private ExitStatus follow(CommandContext context, Events.Stream stream) throws IOException, InterruptedException {
        while (true) {
            switch (stream.next(LONG)) {
                case ReadResult.Found(Event event) when isOfFormerOwner(context.identity(), event) -> {}
                case ReadResult.Found(Event event) -> print(context, Line.of(event));
                case ReadResult.Nothing _ -> {}
                case ReadResult.Behind _ -> {
                    print(context, Line.own(stream.position(), "dropped", "events come faster than you read"));
                    return DROPPED;
                }
            }
        }
    }

    private boolean maySee(Identity identity, ShedName shed) {
        return policy.maySee(identity, shed, sheds.owners().known(shed));
    }

    /// Listing the sheds loads their owners. The owners of sheds that are created later are known anyway.
    private void learnOwners(Identity identity) {
        if (policy.seesOwnOnly(identity)) {
            sheds.list();
        }
    }

    /// Whether the event belongs to an earlier shed of that name with another owner.
    private boolean isOfFormerOwner(Identity identity, Event event) {
        return policy.seesOwnOnly(identity) && sheds.owners().isOfFormer(event.shed(), event.time());
    }

    private void print(CommandContext context, Line line) throws IOException {
        context.print(json ? Json.line(line) : line.text());
    }
}
