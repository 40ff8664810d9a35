package dev.shed.gateway.command;

import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.SessionView;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Sessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// A verb that waits for a condition of a session. Events of the session wake it, and it reads the screen
/// only after output.
abstract class WaitingVerb extends SessionVerb {
    /// Used without `--timeout`. An event, or the client's disconnect, wakes the waiting thread.
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    /// The time limit for the first event of an existing session, in a shed whose tmux answers.
    private static final Duration NEWS = Duration.ofSeconds(20);

    /// The values of `--until`.
    enum Until {
        idle,
        bell,
        exit,
        match,
        needs_me,
        done,
        failed;

        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    @Option(
            names = "--until",
            paramLabel = "CONDITION",
            description = "idle (the default), bell, exit, match (implied by --match), or what an agent is doing:"
                    + " needs-me, done or failed")
    Optional<Until> until;

    @Option(
            names = "--for",
            paramLabel = "D",
            converter = DurationConverter.class,
            description =
                    "treat the session as idle after this long without output, such as 500ms, 10s or 5m (default: as"
                            + " for `sessions`)")
    Optional<Duration> quiet;

    @Option(
            names = "--match",
            paramLabel = "REGEX",
            description = "a regular expression (RE2) to search the screen for; ^ and $$ match at the ends of a line")
    Optional<String> regex;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "fail after this time (TIMED_OUT, status 75); by default there is no limit")
    Optional<Duration> timeout;

    private final Sessions sessions;
    private final Events events;
    private final Clock clock;

    WaitingVerb(Sessions sessions, Events events, Clock clock) {
        this.sessions = sessions;
        this.events = events;
        this.clock = clock;
    }

    final Sessions sessions() {
        return sessions;
    }

    /// The condition to wait for.
    final Until until() {
        return until.orElse(regex.isPresent() ? Until.match : Until.idle);
    }

    /// Whether any of the options above was given.
    final boolean saysHowToWait() {
        return until.isPresent() || quiet.isPresent() || regex.isPresent() || timeout.isPresent();
    }

    /// The expression of `--match`, if that is the condition. Fails with `USAGE` if the options contradict
    /// each other.
    final Optional<ScreenPattern> pattern(CommandContext context) {
        if (regex.isPresent() != (until() == Until.match)) {
            throw usage(
                    regex.isPresent() ? "--match waits for a match, not for " + until() : "--match REGEX is missing");
        }
        if (quiet.isPresent() && until() != Until.idle) {
            throw usage("--for needs --until idle");
        }
        return regex.map(text -> ScreenPattern.parse(
                text, Grammar.synopsis(this), context.identity().fingerprint()));
    }

    /// @param from output and states from before this are ignored
    /// @param match creates the condition of a match from its expression
    final Condition condition(CommandContext context, Instant from, Function<ScreenPattern, Condition> match) {
        return switch (until()) {
            case idle -> new Condition.Idle(quiet, from);
            case bell -> new Condition.Bell(clock.instant());
            case exit -> new Condition.Exit();
            case needs_me, done, failed -> new Condition.InState(until(), from);
            case match -> match.apply(pattern(context).orElseThrow());
        };
    }

    final Instant now() {
        return clock.instant();
    }

    /// Subscribes to the events of the shed.
    final Events.Stream follow() throws InterruptedException {
        return events.open(name::equals, OptionalLong.empty());
    }

    /// When to give up, if the wait begins now.
    final Instant deadline() {
        return clock.instant().plus(limit());
    }

    private Duration limit() {
        return timeout.orElse(FOR_EVER);
    }

    /// Asks a shed, and asks it again while it does not answer in time, until the deadline.
    final <T> T patiently(Instant deadline, Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (ShedException e) {
                if (!ContainerCommands.isTimeout(e) || !clock.instant().isBefore(deadline)) {
                    throw e;
                }
            }
        }
    }

    /// Fails with `SESSION_NOT_FOUND` if the session does not exist.
    final SessionName required(Shed shed, SessionName session) {
        sessions.require(shed, session);
        return session;
    }

    /// The state of the session. Fails with `SHED_NOT_READY` if its tmux answers and does not report it.
    final SessionView view(SessionName session, ConditionWaiter waiter) throws InterruptedException {
        var stream = waiter.stream();
        var found = stream.find(name, session.value(), NEWS);
        if (found.isPresent()) {
            return found.get();
        }
        patiently(waiter.deadline(), () -> required(waiter.shed(), session));
        return stream.find(name, session.value(), NEWS).orElseThrow(() -> unwatched(stream));
    }

    /// The evidence that the condition holds.
    final String await(Condition condition, ConditionWaiter waiter, SessionView known, SessionName session)
            throws InterruptedException {
        return switch (waiter.await(condition, known)) {
            case ConditionWaiter.Outcome.Holds(String evidence) -> evidence;
            case ConditionWaiter.Outcome.Ended _ when condition instanceof Condition.Exit -> "it has ended";
            case ConditionWaiter.Outcome.Ended _ ->
                throw new ShedException(Failure.sessionNotFound(name.value(), session.value()));
            case ConditionWaiter.Outcome.TimeOut _ ->
                throw new ShedException(Failure.timedOut(
                        name.value(), session.value(), condition.clause(), DurationConverter.text(limit())));
        };
    }

    /// What waits until that time.
    final ConditionWaiter waiter(Shed shed, Events.Stream stream, Instant deadline) {
        return new ConditionWaiter(shed, stream, sessions, clock, deadline);
    }

    /// The result as a line of text.
    final String held(SessionName session, String evidence) {
        return name + "+" + session + ": " + until() + " (" + FailureText.printable(evidence) + ")\n";
    }

    /// The failure for a session without events: its tmux is too old, or does not tell of it.
    private ShedException unwatched(Events.Stream stream) {
        var why = stream.isUnwatchable(name)
                ? "its tmux cannot be watched: it is older than 3.2"
                : "its tmux has not told of the session within " + DurationConverter.text(NEWS);
        return new ShedException(Failure.shedNotReady(name.value(), why));
    }
}
