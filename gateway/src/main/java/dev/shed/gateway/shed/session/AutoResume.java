package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Conversations;
import dev.shed.gateway.shed.Shed;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Resumes the agents of a shed after it was started, once for each start. A failure is logged and audited, and
/// changes nothing else: what was not resumed stays resumable.
public final class AutoResume {
    private static final Logger LOG = LoggerFactory.getLogger(AutoResume.class);

    /// The most agents of one shed: more than a person leaves at work. The notes are text of the container.
    private static final int MOST = 16;

    /// How long a login waits for the agent of its session: longer than several take that are resumed before it.
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// How often it is tried while a shed is too slow. With a pause that begins so and doubles, that takes more than a
    /// minute, as the start of a host with many sheds can.
    static final int TRIES = 5;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Sessions sessions;
    private final Conversations conversations;
    private final AuditLog audit;
    private final String gateway;
    private final KeyedLock starts = new KeyedLock();
    private final Duration pause;
    private final PendingResumes pending;

    /// Is told once that a login waits for the agent of its session.
    public interface Waiting {
        void begins() throws IOException;
    }

    /// @param gateway the id of this gateway, which stays when it is restarted
    public AutoResume(Sessions sessions, ContainerRuntime runtime, AuditLog audit, String gateway) {
        this(sessions, runtime, audit, gateway, new Waits(LIMIT, PAUSE));
    }

    AutoResume(Sessions sessions, ContainerRuntime runtime, AuditLog audit, String gateway, Waits waits) {
        this.sessions = sessions;
        this.conversations = new Conversations(runtime);
        this.audit = audit;
        this.gateway = gateway;
        this.pause = waits.pause();
        this.pending = new PendingResumes(waits.login());
    }

    /// @param login how long a login waits
    /// @param pause how long to wait before the second try; before each further one twice as long
    record Waits(Duration login, Duration pause) {}

    /// A shed runs: resumes its agents in a thread of its own, and returns at once.
    ///
    /// @param news whether it was started just now
    /// @param find finds the shed
    public void runs(ShedName name, boolean news, Supplier<Shed> find) {
        var start = pending.runs(name, news);
        Thread.ofVirtual().name("resume-" + name).start(() -> {
            try {
                untilDone(name, start, find);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (ShedException e) {
                // It is being created, or has ended already.
                LOG.atDebug().addKeyValue("shed", name).setCause(e).log("nothing is resumed");
            } finally {
                pending.over(start);
            }
        });
    }

    private void untilDone(ShedName name, PendingResumes.Start start, Supplier<Shed> find) throws InterruptedException {
        var next = pause;
        for (int left = TRIES - 1; !afterStart(find.get(), start, left) && left > 0; left--) {
            TimeUnit.NANOSECONDS.sleep(next.toNanos());
            next = next.multipliedBy(2);
            if (!pending.isLast(name, start)) {
                return;
            }
        }
    }

    /// A shed has ended. A login that finds it running again waits until [#runs] is done.
    public void ended(ShedName shed) {
        pending.ended(shed);
    }

    /// There is no such shed any more.
    public void deleted(ShedName shed) {
        pending.deleted(shed);
    }

    /// Waits while the agent of a session is being resumed by this gateway, so that a login finds it; not for ever.
    public void await(ShedName shed, SessionName session, Waiting waiting) throws IOException, InterruptedException {
        pending.await(shed, session, waiting);
    }

    /// Resumes what is resumable, unless that was done since this start of the shed, also by another gateway. If this
    /// gateway has ended meanwhile, or the shed did not answer, the next call goes on; [#runs] does so soon.
    /// Returns when it is done, or the shed is too slow.
    public void afterStart(Shed shed) throws InterruptedException {
        var start = pending.of(shed.name());
        if (afterStart(shed, start, 1)) {
            pending.over(start);
        }
    }

    /// @param left how often it is tried again
    /// @return whether it is done; otherwise the shed was too slow
    private boolean afterStart(Shed shed, PendingResumes.Start start, int left) throws InterruptedException {
        try (var _ = starts.take(shed.container().id(), () -> busy(shed))) {
            if (conversations.takeStart(shed, gateway)) {
                if (!resume(shed, start, left)) {
                    return false;
                }
                conversations.finishStart(shed, gateway);
            }
            return true;
        } catch (ShedException e) {
            log(left)
                    .addKeyValue("shed", shed.name())
                    .addKeyValue("failure", e.getMessage())
                    .addKeyValue("triesLeft", left)
                    .log("agents could not be resumed");
            return false;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("shed", shed.name()).setCause(e).log("agents could not be resumed by a defect");
            return true;
        }
    }

    /// Somebody has to act only if it is not tried again.
    private static LoggingEventBuilder log(int left) {
        return left > 0 ? LOG.atInfo() : LOG.atWarn();
    }

    private static ShedException busy(Shed shed) {
        return new ShedException(Failure.shedNotReady(shed.name().value(), "its agents are being resumed"));
    }

    private boolean resume(Shed shed, PendingResumes.Start start, int left) throws InterruptedException {
        var resumable = sessions.list(shed, ContainerCommands.LIMIT, () -> {}).resumable().stream()
                .limit(MOST)
                .toList();
        pending.expects(start, resumable.stream().map(Conversation::session).toList());
        boolean all = true;
        for (var conversation : resumable) {
            var failure = resume(shed, conversation, left);
            if (left > 0 && failure.filter(AutoResume::isSlow).isPresent()) {
                all = false;
            } else {
                pending.has(start, conversation.session());
                conversation.all().forEach(one -> audit.record(resumed(shed, one, failure)));
            }
        }
        return all;
    }

    private static boolean isSlow(Failure failure) {
        return failure.kind() == Failure.Kind.SHED_NOT_READY;
    }

    private static AuditEvent.SessionResumed resumed(Shed shed, Conversation conversation, Optional<Failure> failure) {
        return new AuditEvent.SessionResumed(
                shed.name().value(),
                conversation.session().value(),
                conversation.agent().word(),
                conversation.id(),
                failure.map(Failure::code).orElse("done"));
    }

    private Optional<Failure> resume(Shed shed, Conversation conversation, int left) throws InterruptedException {
        try {
            requireOptions(shed, conversation);
            sessions.resume(shed, conversation);
            return Optional.empty();
        } catch (ShedException e) {
            log(isSlow(e.failure()) ? left : 0)
                    .addKeyValue("shed", shed.name())
                    .addKeyValue("session", conversation.session())
                    .addKeyValue("failure", e.getMessage())
                    .log("an agent could not be resumed");
            return Optional.of(e.failure());
        }
    }

    /// Somebody has to see that it is started without its options: it may do then what these forbade.
    private static void requireOptions(Shed shed, Conversation conversation) {
        if (conversation.losesOptions()) {
            throw new ShedException(Failure.optionsLost(
                    shed.name().value(), conversation.session().value()));
        }
    }
}
