package dev.shed.gateway.ssh.session;

import dev.shed.gateway.access.PermittedHints;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.command.LoggedVerb;
import dev.shed.gateway.failure.Caller;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.PublicAddress;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.ssh.connection.Connection;
import dev.shed.gateway.ssh.connection.Login;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Runs one channel's request on its own thread and ensures that the channel ends with exactly one exit
/// status, and has one audit line for its start and one for its end. It is the only place that decides how an
/// exception is reported to the client.
public final class ChannelTask implements Connection.PeerGoneListener {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelTask.class);

    /// A command or transfer that has moved no data for so long is not waited for when the gateway stops. Editors
    /// keep silent commands open for days.
    private static final Duration QUIET = Duration.ofSeconds(2);

    /// The dependencies that all channels share.
    ///
    /// @param loggable removes secrets from the line of a verb before it is logged
    /// @param publicAddress where people reach the gateway
    public record Dependencies(
            ChannelHandler handler,
            AuditLog audit,
            UnaryOperator<String> loggable,
            Optional<PublicAddress> publicAddress) {}

    /// Sends the exit status to the client.
    interface Exit {
        void send(ExitStatus status) throws IOException;
    }

    private final Dependencies dependencies;
    private final Connection connection;
    private final Login login;
    private final ChannelRequest request;
    private final CompletableFuture<Void> before;
    private final ChannelStreams streams;
    private final Exit exit;
    private final Runnable ended;
    private final String id;

    /// What [ChannelStreams#moved] was when it was asked last, and when that had changed. Used by one thread.
    private long moved = -1;

    private long movedAt;

    /// @param before a task that must end before the request is served
    ChannelTask(
            Dependencies dependencies,
            Connection connection,
            Login login,
            ChannelRequest request,
            CompletableFuture<Void> before,
            Client client) {
        this.dependencies = dependencies;
        this.connection = connection;
        this.login = login;
        this.request = request;
        this.before = before;
        this.streams = client.streams();
        this.exit = client.exit();
        this.ended = client.ended();
        this.id = connection.nextChannelId();
    }

    /// The client's side of the channel.
    ///
    /// @param ended run when the request has ended completely
    record Client(ChannelStreams streams, Exit exit, Runnable ended) {}

    /// Starts the task and returns at once.
    void start() {
        connection.add(this);
        Thread.ofVirtual().name(id).start(this::run);
    }

    /// Handles the client's disconnect. Returns at once. A verb that ends with its client is interrupted;
    /// all other requests run to their end.
    @Override
    public void peerGone() {
        streams.peerGone();
    }

    @Override
    public boolean isUnderWay() {
        if (streams.isEndless()) {
            return false;
        }
        return isVerb() || (!streams.terminal() && hasMoved());
    }

    private boolean isVerb() {
        return !(request instanceof ChannelRequest.Shell) && !subject().verb().isEmpty();
    }

    private boolean hasMoved() {
        long now = System.nanoTime();
        long newest = streams.moved();
        if (newest != moved) {
            moved = newest;
            movedAt = now;
        }
        return now - movedAt < QUIET.toNanos();
    }

    private void run() {
        MDC.put("conn", id);
        var started = System.nanoTime();
        var subject = subject();
        var what = subject.verb().isEmpty() ? subject.kind() : subject.verb();
        new Caller(login.actor().identity(), subject.shed(), what).enter();
        dependencies.audit().record(new AuditEvent.ChannelStarted(connection.origin(), login.actor(), subject));
        var reached = outcome();
        var sent = send(reached.status());
        // Whether a process ended by itself or was hung up, just as the client vanished, is a matter of who was
        // faster. A verb that was carried out stays so.
        var outcome = sent || reached.isFailure() || isVerb() ? reached : GONE;
        connection.remove(this);
        ended.run();
        var ending = new AuditEvent.Ending(
                outcome.name(),
                sent ? outcome.status().code() : -1,
                Duration.ofNanos(System.nanoTime() - started),
                streams.in().received(),
                streams.out().written() + streams.err().written());
        dependencies.audit().record(new AuditEvent.ChannelEnded(connection.origin(), login.actor(), subject, ending));
        MDC.remove("conn");
        Caller.leave();
    }

    private AuditEvent.Subject subject() {
        var name = addressed();
        var address = name.flatMap(to -> to instanceof LoginName.ToShed shed ? Optional.of(shed) : Optional.empty());
        var shed = address.map(to -> to.shed().value()).orElse("");
        var session = address.flatMap(LoginName.ToShed::session).map(SessionName::value);
        var verb = switch (request) {
            // A name that breaks its rule was meant for a shed or for the lobby: nobody can tell which words are text.
            case ChannelRequest.Subsystem subsystem
            when name.isEmpty() -> LoggedVerb.firstWord(subsystem.name().toString());
            case ChannelRequest.Subsystem subsystem ->
                LoggedVerb.of(address, subsystem.name().toString());
            case ChannelRequest.Exec exec
            when name.isPresent() && address.isEmpty() ->
                LoggedVerb.of(address, exec.command().toString());
            case ChannelRequest.Exec _, ChannelRequest.Shell _ -> "";
        };
        var safe = dependencies.loggable().apply(verb);
        return new AuditEvent.Subject(id, login.userName(), shed, session.orElse(""), request.kind(), safe);
    }

    /// Empty if the login name breaks its rule.
    private Optional<LoginName> addressed() {
        try {
            return Optional.of(request.address(login));
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("login", login.userName()).log("login name breaks its rule");
            return Optional.empty();
        }
    }

    private record Outcome(String name, ExitStatus status, boolean isFailure) {
        static Outcome ended(ExitStatus status) {
            return new Outcome(status instanceof ExitStatus.Signalled ? "signal" : "exit", status, false);
        }
    }

    private static final Outcome GONE = new Outcome("peer-gone", ExitStatus.SUCCESS, false);

    private Outcome outcome() {
        before.join();
        try {
            dependencies.audit().requireWritable();
            return Outcome.ended(dependencies.handler().handle(login, request, streams));
        } catch (ShedException e) {
            return isInterrupted() ? peerGone(e) : told(e);
        } catch (PeerGoneException | InterruptedException e) {
            return peerGone(e);
        } catch (Throwable e) {
            // Errors too: in every case the client gets an answer and the log gets the stack trace.
            return streams.isPeerGone() ? peerGone(e) : defect(e);
        }
    }

    /// Whether the thread was interrupted because the client vanished. An exception thrown after that is not
    /// reported as a failure.
    private boolean isInterrupted() {
        return streams.isPeerGone() && streams.endsWithClient();
    }

    private static Outcome peerGone(Throwable e) {
        LOG.atDebug().setCause(e).log("peer gone");
        return GONE;
    }

    private Outcome defect(Throwable e) {
        var incident = UUID.randomUUID().toString().substring(0, 8);
        LOG.atError().addKeyValue("incident", incident).setCause(e).log("channel failed");
        return failed(Failure.internal(incident));
    }

    private Outcome told(ShedException e) {
        FailureLog.told(e);
        return failed(e.failure());
    }

    private Outcome failed(Failure failure) {
        try {
            var text = FailureText.of(
                    PermittedHints.of(login.identity(), failure),
                    streams.newline(),
                    request.setup().commandStyle(dependencies.publicAddress()));
            streams.flush(); // what came before the failure
            streams.err().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (PeerGoneException e) {
            LOG.atDebug().setCause(e).log("failure not told");
        } catch (IOException e) {
            throw new IllegalStateException("a peer's stream fails in one way only", e);
        }
        return new Outcome(failure.code(), failure.exitStatus(), true);
    }

    private boolean send(ExitStatus status) {
        if (streams.isPeerGone()) {
            return false;
        }
        try {
            streams.flush();
            exit.send(status);
            return true;
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("exit not sent");
            return false;
        }
    }
}
