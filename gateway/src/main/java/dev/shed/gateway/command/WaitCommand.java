package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Sessions;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Sheds;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `wait`: returns when a session is idle, rings, shows something or ends. It is woken by what happens there, and
/// looks at the screen only when there was output.
@Command(
        name = "wait",
        description = "wait until a session is idle, rings the bell, shows a text, or ends",
        customSynopsis = {
            "ssh -s SHED@HOST \"wait SESSION [--until CONDITION] [--timeout D]\"",
            "ssh -s SHED+SESSION@HOST \"wait [--until CONDITION] …\"",
            "ssh shed@HOST wait SHED SESSION [--match REGEX] …"
        },
        footer = "ssh -s demo+debug@HOST \"wait --until bell --timeout 1h\"")
final class WaitCommand extends SessionVerb {
    /// As long as no time-out is given; who waits is woken when something happens, or when the client goes.
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    /// How long the first news of a session that is there may take.
    private static final Duration NEWS = Duration.ofSeconds(10);

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session; left out where the address has it")
    Optional<SessionName> argument;

    /// The words for `--until`.
    enum Until {
        idle,
        bell,
        exit,
        match
    }

    @Option(
            names = "--until",
            paramLabel = "CONDITION",
            description = "idle (the default), bell, exit, or match (which --match means anyhow)")
    Optional<Until> until;

    @Option(
            names = "--for",
            paramLabel = "D",
            converter = Span.class,
            description = "how long there must be no output to be idle: 500ms, 10s (the default), 5m")
    Optional<Duration> quiet;

    @Option(
            names = "--match",
            paramLabel = "REGEX",
            description = "a Java regular expression to be found on the screen; ^ and $$ are the ends of a line")
    Optional<String> regex;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Span.class,
            description = "give up after this (TIMED_OUT, status 75); without it there is no limit")
    Optional<Duration> timeout;

    private final Sheds sheds;
    private final Sessions sessions;
    private final Events events;
    private final Clock clock;

    WaitCommand(Sheds sheds, Sessions sessions, Events events, Clock clock) {
        this.sheds = sheds;
        this.sessions = sessions;
        this.events = events;
        this.clock = clock;
    }

    record Waited(String name, String shedName, String condition, String evidence) {}

    @Override
    boolean endsWithClient() {
        return true;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var session = session(context.address(), argument);
        var condition = condition();
        var shed = sheds.find(name);
        sessions.require(shed, session);
        try (var stream = events.open(name::equals, OptionalLong.empty())) {
            var known = stream.find(name, session.value(), NEWS).orElseThrow(() -> unwatched(shed, session, stream));
            var evidence = await(condition, new Vigil(shed, stream, sessions, clock), known);
            context.print(answer(session, evidence.orElseThrow(() -> gone(session))));
            return ExitStatus.SUCCESS;
        }
    }

    /// The evidence; empty when the session ended before there was any.
    private Optional<String> await(Condition condition, Vigil vigil, SessionView known) throws InterruptedException {
        var limit = timeout.orElse(FOR_EVER);
        return switch (vigil.await(condition, known, clock.instant().plus(limit))) {
            case Vigil.Outcome.Holds(String evidence) -> Optional.of(evidence);
            case Vigil.Outcome.Ended _ when condition instanceof Condition.Exit -> Optional.of("it has ended");
            case Vigil.Outcome.Ended _ -> Optional.empty();
            case Vigil.Outcome.TimeOut _ ->
                throw new ShedException(new Failure.TimedOut(condition.clause(), Span.text(limit)));
        };
    }

    private Condition condition() {
        var word = until.orElse(regex.isPresent() ? Until.match : Until.idle);
        if (regex.isPresent() != (word == Until.match)) {
            throw usage(regex.isPresent() ? "--match waits for a match, not for " + word : "--match REGEX is missing");
        }
        if (quiet.isPresent() && word != Until.idle) {
            throw usage("--for is about --until idle");
        }
        return switch (word) {
            case idle -> new Condition.Idle(quiet);
            case bell -> new Condition.Bell(clock.instant());
            case exit -> new Condition.Exit();
            case match -> new Condition.Match(ScreenPattern.parse(regex.orElseThrow(), Grammar.synopsis(this)));
        };
    }

    private String answer(SessionName session, String evidence) {
        var word = until.orElse(regex.isPresent() ? Until.match : Until.idle).name();
        return json
                ? Json.line(new Waited(session.value(), name.value(), word, evidence))
                : name + "+" + session + ": " + word + " (" + FailureText.printable(evidence) + ")\n";
    }

    /// It ended just now, or its tmux is too old to be watched, or hangs.
    private ShedException unwatched(Shed shed, SessionName session, Events.Stream stream) {
        sessions.require(shed, session);
        var why = stream.isUnwatchable(name)
                ? "its tmux cannot be watched: it is older than 3.2"
                : "its tmux has not told of the session within " + Span.text(NEWS);
        return new ShedException(new Failure.ShedNotReady(name.value(), why));
    }

    private ShedException gone(SessionName session) {
        return new ShedException(new Failure.SessionNotFound(name.value(), session.value()));
    }
}
