package dev.shed.gateway.shed.session;

import dev.shed.gateway.container.ContainerProcess;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Records which login is attached to which terminal of a container. Clients that are not recorded were
/// started otherwise (`docker exec`, another gateway).
public final class AttachedClients {
    private final Set<Attachment> attachedClients = ConcurrentHashMap.newKeySet();

    /// A login.
    ///
    /// @param peer the client's address and port
    public record Who(String identity, String fingerprint, String peer) {}

    /// A process of a login, until it is closed.
    public final class Attachment implements AutoCloseable {
        private final String container;
        private final ContainerProcess process;
        private final Who who;

        private Attachment(String container, ContainerProcess process, Who who) {
            this.container = container;
            this.process = process;
            this.who = who;
        }

        private boolean isAt(String otherContainer, String terminal) {
            return container.equals(otherContainer)
                    && process.terminal().filter(terminal::equals).isPresent();
        }

        @Override
        public void close() {
            attachedClients.remove(this);
        }
    }

    /// Records that `process` in the container with that id belongs to `who`.
    public Attachment add(String container, ContainerProcess process, Who who) {
        var attachment = new Attachment(container, process, who);
        attachedClients.add(attachment);
        return attachment;
    }

    /// The login that is attached to a terminal.
    ///
    /// @param terminal its path in the container
    public Optional<Who> at(String container, String terminal) {
        return attachedClients.stream()
                .filter(attachment -> attachment.isAt(container, terminal))
                .map(attachment -> attachment.who)
                .findFirst();
    }
}
