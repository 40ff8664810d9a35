package dev.shed.gateway.container;

import dev.shed.gateway.container.ContainerSpec.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The details of a container that the engine does not list.
///
/// @param restarts how often the engine has started it again by itself
/// @param restartPolicy as the engine calls it (`unless-stopped`)
/// @param user whom the container is set up for; empty for root
public record ContainerDetails(
        Life life,
        int restarts,
        String restartPolicy,
        String user,
        Limits limits,
        List<Mount> mounts,
        List<Network> networks) {
    /// When it began, and how it ended.
    ///
    /// @param ending empty while it runs, and when it never did
    public record Life(Optional<Instant> started, Optional<Ending> ending) {}

    /// How a container ended.
    ///
    /// @param exitCode 128 and the signal's number when a signal ended it
    /// @param outOfMemory whether the kernel killed something in it for that
    /// @param error the engine's words when it could not start it; mostly empty
    public record Ending(int exitCode, boolean outOfMemory, String error, Optional<Instant> at) {
        /// How `docker stop` and the end of the host are told: nothing failed, and it was not `stop` either.
        public static final String FROM_OUTSIDE = "stopped from outside (signal 15)";

        private static final int SIGNALS = 128;
        private static final int TERMINATED = SIGNALS + 15;

        /// `exit 3`, `ended by signal 9, out of memory`.
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

    /// Something that a container sees beside its own files.
    ///
    /// @param source a volume's name, or a path of the host
    /// @param target where the container has it
    public record Mount(String source, String target, boolean readOnly) {}

    /// A network that a container is in.
    ///
    /// @param address empty while the container does not run
    public record Network(String name, String address) {}

    public ContainerDetails {
        mounts = List.copyOf(mounts);
        networks = List.copyOf(networks);
    }
}
