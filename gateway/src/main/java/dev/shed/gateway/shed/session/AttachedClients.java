package dev.shed.gateway.shed.session;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import java.util.List;
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
        private final Container container;
        private final ContainerProcess process;
        private final Who who;
        private final Identity identity;

        private Attachment(Container container, ContainerProcess process, Who who, Identity identity) {
            this.container = container;
            this.process = process;
            this.who = who;
            this.identity = identity;
        }

        public Container container() {
            return container;
        }

        /// The path of its terminal in the container; empty if it has none.
        public Optional<String> terminal() {
            return process.terminal();
        }

        public Identity identity() {
            return identity;
        }

        private boolean isAt(String otherContainer, String terminal) {
            return container.id().equals(otherContainer)
                    && process.terminal().filter(terminal::equals).isPresent();
        }

        @Override
        public void close() {
            attachedClients.remove(this);
        }
    }

    /// Records that `process` in a container belongs to `who`.
    public Attachment add(Container container, ContainerProcess process, Who who, Identity identity) {
        var attachment = new Attachment(container, process, who, identity);
        attachedClients.add(attachment);
        return attachment;
    }

    /// All that are recorded now.
    public List<Attachment> all() {
        return List.copyOf(attachedClients);
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
