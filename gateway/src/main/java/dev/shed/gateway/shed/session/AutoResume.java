package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Conversations;
import dev.shed.gateway.shed.Shed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Resumes the agents of a shed after it was started, once for each start. A failure is logged and audited, and
/// changes nothing else: what was not resumed stays resumable.
public final class AutoResume {
    private static final Logger LOG = LoggerFactory.getLogger(AutoResume.class);

    /// The most agents of one shed: more than a person leaves at work. The notes are text of the container.
    private static final int MOST = 16;

    private final Sessions sessions;
    private final Conversations conversations;
    private final AuditLog audit;
    private final String gateway;
    private final KeyedLock starts = new KeyedLock();

    /// @param gateway the id of this gateway, which stays when it is restarted
    public AutoResume(Sessions sessions, ContainerRuntime runtime, AuditLog audit, String gateway) {
        this.sessions = sessions;
        this.conversations = new Conversations(runtime);
        this.audit = audit;
        this.gateway = gateway;
    }

    /// Resumes what is resumable, unless that was done since this start of the shed, also by another gateway. If this
    /// gateway has ended meanwhile, or the shed did not answer, the next call goes on. Returns when it is done.
    public void afterStart(Shed shed) throws InterruptedException {
        try (var _ = starts.take(shed.container().id(), () -> busy(shed))) {
            if (conversations.takeStart(shed, gateway)) {
                resume(shed);
                conversations.finishStart(shed, gateway);
            }
        } catch (ShedException e) {
            LOG.atWarn()
                    .addKeyValue("shed", shed.name())
                    .addKeyValue("failure", e.getMessage())
                    .log("agents could not be resumed");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("shed", shed.name()).setCause(e).log("agents could not be resumed by a defect");
        }
    }

    private static ShedException busy(Shed shed) {
        return new ShedException(Failure.shedNotReady(shed.name().value(), "its agents are being resumed"));
    }

    private void resume(Shed shed) throws InterruptedException {
        var resumable = sessions.list(shed, ContainerCommands.LIMIT, () -> {}).resumable();
        for (var conversation : resumable.subList(0, Math.min(MOST, resumable.size()))) {
            var outcome = resume(shed, conversation);
            audit.record(new AuditEvent.SessionResumed(
                    shed.name().value(),
                    conversation.session().value(),
                    conversation.agent().word(),
                    conversation.id(),
                    outcome));
        }
    }

    /// @return `done` or the code of the failure
    private String resume(Shed shed, Conversation conversation) throws InterruptedException {
        try {
            requireOptions(shed, conversation);
            sessions.resume(shed, conversation);
            return "done";
        } catch (ShedException e) {
            LOG.atWarn()
                    .addKeyValue("shed", shed.name())
                    .addKeyValue("session", conversation.session())
                    .addKeyValue("failure", e.getMessage())
                    .log("an agent could not be resumed");
            return e.failure().code();
        }
    }

    /// Somebody has to see that it is started without its options: it may do then what these forbade.
    private static void requireOptions(Shed shed, Conversation conversation) {
        if (conversation.options().lost()) {
            throw new ShedException(Failure.optionsLost(
                    shed.name().value(), conversation.session().value()));
        }
    }
}
