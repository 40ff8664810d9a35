package dev.shed.gateway.container;

import dev.shed.gateway.container.ContainerSpec.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The details of a container that the engine does not list.
///
/// @param restarts how often the engine has restarted it automatically
/// @param restartPolicy the engine's name for it (`unless-stopped`)
/// @param user the user that the container is configured for; empty for root
/// @param placement where it runs, if the engine has several machines
public record ContainerDetails(
        Life life,
        int restarts,
        String restartPolicy,
        String user,
        Limits limits,
        List<Mount> mounts,
        List<Network> networks,
        Optional<Placement> placement) {
    /// A container of an engine with one machine.
    public ContainerDetails(
            Life life,
            int restarts,
            String restartPolicy,
            String user,
            Limits limits,
            List<Mount> mounts,
            List<Network> networks) {
        this(life, restarts, restartPolicy, user, limits, mounts, networks, Optional.empty());
    }

    /// Where a container runs.
    ///
    /// @param node the name of the machine; empty if none was chosen yet
    /// @param phase the engine's word for its state
    /// @param waiting why it does not run, as a clause; empty if it does
    public record Placement(String node, String phase, Optional<String> waiting) {}

    /// When the container started, and how it ended.
    ///
    /// @param ending empty while the container runs, and if it never ran
    public record Life(Optional<Instant> started, Optional<Ending> ending) {}

    /// How a container ended.
    ///
    /// @param exitCode 128 plus the signal's number if a signal ended it
    /// @param outOfMemory whether the kernel killed a process in it because memory was used up
    /// @param error the engine's error message if it could not start the container; usually empty
    public record Ending(int exitCode, boolean outOfMemory, String error, Optional<Instant> at) {
        /// Reported after `docker stop` and after a shutdown of the host: nothing failed, and the verb `stop`
        /// was not used.
        public static final String FROM_OUTSIDE = "stopped from outside (signal 15)";

        private static final int SIGNALS = 128;
        private static final int TERMINATED = SIGNALS + 15;

        /// In words, such as `exit 3` or `ended by signal 9, out of memory`.
        public String words() {
            if (!error.isEmpty()) {
                return error;
            }
            if (exitCode == TERMINATED && !outOfMemory) {
                return FROM_OUTSIDE;
            }
            var end = exitCode > SIGNALS ? "ended by signal " + (exitCode - SIGNALS) : "exit " + exitCode;
            return outOfMemory ? end + ", out of memory" : end;
        }
    }

    /// A volume or a directory of the host that is mounted in a container.
    ///
    /// @param source the volume's name, or a path on the host
    /// @param target the path in the container
    public record Mount(String source, String target, boolean readOnly) {}

    /// A network that a container is connected to.
    ///
    /// @param address empty while the container does not run
    public record Network(String name, String address) {}

    public ContainerDetails {
        mounts = List.copyOf(mounts);
        networks = List.copyOf(networks);
    }
}
