package dev.shed.gateway.container;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Decides which user the processes of a container run as: the one in the label `shed.user`; else the
/// configured one, if the container has it; else the container's own default. A container that was not
/// created by a gateway may have only the last.
public final class UserResolver {
    private static final String LABEL = "shed.user";

    private final String configured;

    /// Ids of the containers in which processes can be started as the configured user.
    private final Set<String> haveConfigured = ConcurrentHashMap.newKeySet();

    /// Tests whether processes can be started as a user in the container.
    public interface Trial {
        /// The result of a trial.
        enum Result {
            POSSIBLE,
            /// the container has no such user
            NO_SUCH_USER,
            /// the gateway's program may not change users there, as in a container without capabilities
            NOT_PERMITTED
        }

        /// Tries to start a process as the named user.
        Result of(String user) throws IOException, InterruptedException;
    }

    /// @param configured `shed.user` of the configuration
    public UserResolver(String configured) {
        this.configured = configured;
    }

    /// The user for a process; empty for the container's own default. That the configured user works is
    /// cached. Otherwise it is tried again each time, since users can be added.
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

    /// Whether processes cannot be started as `user`. A cached result for the configured user is used.
    public boolean isOutOfReach(Container container, String user, Trial trial)
            throws IOException, InterruptedException {
        boolean known = user.equals(configured) && haveConfigured.contains(container.id());
        return !known && trial.of(user) == Trial.Result.NOT_PERMITTED;
    }

    /// Forgets the result for a container, for example when it is started again.
    public void forget(String containerId) {
        haveConfigured.remove(containerId);
    }
}
