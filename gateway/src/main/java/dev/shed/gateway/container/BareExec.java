package dev.shed.gateway.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The little that an engine must be able to do so that the gateway can bring a program of its own into a
/// container. Fails as [ContainerRuntime#start(ExecSpec)] does.
public interface BareExec {
    /// Starts a program as the container's root, with nothing in between. Letting go of the process closes
    /// its streams, and it is expected to end by itself then; one that does not is killed.
    ///
    /// @param environment variables beside the container's own
    ContainerProcess start(Container container, List<String> argv, Map<String, String> environment);

    /// What the second of three words or more must be (the first being `--mark`), so that the next life of
    /// this gateway knows what this one started.
    String mark();

    /// Puts an executable file into a container.
    ///
    /// @param path absolute, and not in a directory that is a mount; the directory is made
    void put(Container container, String path, byte[] content);

    /// The user that the container is set up for, as its image or its maker named it; empty for root.
    Optional<String> ownUser(Container container);
}
