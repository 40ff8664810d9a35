package dev.shed.gateway.container;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Decides whom the processes of a container run as: the user that the label `shed.user` names; else the configured
/// one, where the container has it; else the one that the container itself is set up for, which is all there is in a
/// container that somebody else made.
public final class UserResolver {
    private static final String LABEL = "shed.user";

    private final String configured;

    /// Ids of the containers that are known to have the configured user, and let a process become it.
    private final Set<String> haveConfigured = ConcurrentHashMap.newKeySet();

    /// Finds out, in the container, whether processes can be started as a user.
    public interface Trial {
        /// What came of it.
        enum Result {
            POSSIBLE,
            /// the container has no such user
            NO_SUCH_USER,
            /// whoever starts processes has no right to change users, as a container's maker may have it
            NOT_PERMITTED
        }

        /// Tries it with a user's name.
        Result of(String user) throws IOException, InterruptedException;
    }

    /// @param configured `shed.user` of the configuration
    public UserResolver(String configured) {
        this.configured = configured;
    }

    /// The user for a process; empty for the container's own. A container is tried once for the configured user, and
    /// again after it had no such user, since users can be added.
    public Optional<String> of(Container container, Trial trial) throws IOException, InterruptedException {
        var label = Optional.ofNullable(container.labels().get(LABEL));
        if (label.isPresent() || haveConfigured.contains(container.id())) {
            return label.or(() -> Optional.of(configured));
        }
        var result = trial.of(configured);
        if (result == Trial.Result.POSSIBLE) {
            haveConfigured.add(container.id());
        }
        return result == Trial.Result.NO_SUCH_USER ? Optional.empty() : Optional.of(configured);
    }

    /// Whether processes cannot be started as `user`. What is known of the configured one is not tried again.
    public boolean isOutOfReach(Container container, String user, Trial trial)
            throws IOException, InterruptedException {
        boolean known = user.equals(configured) && haveConfigured.contains(container.id());
        return !known && trial.of(user) == Trial.Result.NOT_PERMITTED;
    }

    /// Forgets what was tried in a container, as when it is started anew.
    public void forget(String containerId) {
        haveConfigured.remove(containerId);
    }
}
