package dev.shed.gateway.status;

import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.audit.Totals;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.recording.Recordings;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.tmux.TmuxSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Collects the state of the gateway's parts.
public final class StatusReport {
    /// Limit on the engine's answer, and on that of all sheds. They usually take a hundredth of it.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Parts parts;
    private final Clock clock;
    private final Instant started;
    private final Duration patience;

    /// The last call to the engine, which may not have returned yet. Guarded by `this`.
    private CompletableFuture<List<Shed>> asked = CompletableFuture.completedFuture(List.of());

    /// The parts that are asked.
    public record Parts(
            String version,
            Sheds sheds,
            SessionQuery query,
            CountingAuditLog audit,
            Supplier<Recordings.Failures> recordings,
            Supplier<List<GatewayStatus.HostKey>> hostKeys) {}

    /// Reports on a gateway that starts now.
    public StatusReport(Parts parts, Clock clock) {
        this(parts, clock, PATIENCE);
    }

    /// @param patience limit on the engine's answer, and on that of all sheds
    StatusReport(Parts parts, Clock clock, Duration patience) {
        this.parts = parts;
        this.clock = clock;
        this.started = clock.instant();
        this.patience = patience;
    }

    /// The present state.
    ///
    /// @param visible selects the sheds to count, and whose sessions are counted
    public GatewayStatus now(Predicate<Shed> visible) throws InterruptedException {
        var now = clock.instant();
        var problems = new ArrayList<String>();
        var sheds = sheds(problems)
                .map(all -> all.stream().filter(visible).toList())
                .orElse(null);
        var engine = new GatewayStatus.Engine(sheds != null, problems.isEmpty() ? null : problems.getFirst());
        var audit = audit(parts.audit().state(), problems);
        var recordings = recordings(problems);
        var hostKeys = parts.hostKeys().get();
        hostKeys.forEach(key -> expiry(key, now, problems));
        return new GatewayStatus(
                problems.isEmpty() ? "ok" : "degraded",
                problems,
                parts.version(),
                time(started),
                Duration.between(started, now).toSeconds(),
                connections(parts.audit().counts()),
                lastMinute(parts.audit().lastMinute()),
                sheds == null ? null : count(sheds),
                sheds == null ? null : sessions(sheds),
                engine,
                audit,
                recordings,
                hostKeys,
                time(now));
    }

    private static GatewayStatus.Connections connections(CountingAuditLog.Counts counts) {
        return new GatewayStatus.Connections(
                counts.loggedIn(), counts.loggingIn(), counts.dropped(), counts.channels(), counts.forwards());
    }

    private static GatewayStatus.LastMinute lastMinute(Totals totals) {
        var bytes = totals.channelBytes().plus(totals.forwardBytes());
        return new GatewayStatus.LastMinute(
                totals.logins(), totals.refusedLogins(), totals.channels(), bytes.received(), bytes.sent());
    }

    private static GatewayStatus.Sheds count(List<Shed> sheds) {
        return new GatewayStatus.Sheds(sheds.stream().filter(Shed::running).count(), sheds.size());
    }

    /// Null if the sheds do not answer in time. The query ends by itself soon after that.
    private GatewayStatus.@Nullable Sessions sessions(List<Shed> sheds) throws InterruptedException {
        var running = sheds.stream().filter(Shed::running).toList();
        var query = new FutureTask<>(() -> count(running, parts.query().ask(running)));
        Thread.ofVirtual().name("status/sessions").start(query);
        try {
            return query.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            query.cancel(true);
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static GatewayStatus.Sessions count(List<Shed> asked, List<SessionQuery.Answer> answers) {
        var told = answers.stream()
                .filter(SessionQuery.Answer.Listed.class::isInstance)
                .map(SessionQuery.Answer.Listed.class::cast)
                .toList();
        var sessions =
                told.stream().flatMap(listed -> listed.sessions().stream()).toList();
        return new GatewayStatus.Sessions(
                sessions.stream().filter(TmuxSession::attached).count(), sessions.size(), asked.size() - told.size());
    }

    /// The sheds; empty, with a problem, if the engine does not answer. While a call has not returned, no
    /// other is made.
    private Optional<List<Shed>> sheds(List<String> problems) throws InterruptedException {
        try {
            return Optional.of(ask().get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            problems.add("the engine has not answered within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ShedException failed)) {
                throw new IllegalStateException(e.getCause());
            }
            problems.add(failed.failure().message());
        }
        return Optional.empty();
    }

    private synchronized CompletableFuture<List<Shed>> ask() {
        if (asked.isDone()) {
            var question = new CompletableFuture<List<Shed>>();
            Thread.ofVirtual().name("status").start(() -> answer(question));
            asked = question;
        }
        return asked;
    }

    private void answer(CompletableFuture<List<Shed>> question) {
        try {
            question.complete(parts.sheds().list());
        } catch (RuntimeException e) {
            question.completeExceptionally(e);
        }
    }

    private static GatewayStatus.Audit audit(AuditLog.State state, List<String> problems) {
        var outage = state.outage();
        outage.ifPresent(since -> problems.add("the audit log is not written since " + time(since.since()) + ": "
                + since.problem() + "; " + state.lost() + " lines are lost"));
        return new GatewayStatus.Audit(
                outage.isEmpty(),
                outage.map(since -> time(since.since())).orElse(null),
                outage.map(AuditLog.Outage::problem).orElse(null),
                state.lost());
    }

    private GatewayStatus.Recordings recordings(List<String> problems) {
        var failures = parts.recordings().get();
        failures.problem().ifPresent(why -> problems.add("the last session to be recorded was not recorded: " + why));
        return new GatewayStatus.Recordings(failures.count(), failures.problem().orElse(null));
    }

    private static void expiry(GatewayStatus.HostKey key, Instant now, List<String> problems) {
        if (key.certificateExpiresAt() != null
                && Instant.parse(key.certificateExpiresAt()).isBefore(now)) {
            problems.add("the certificate of the host key " + key.type() + " expired at " + key.certificateExpiresAt());
        }
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
