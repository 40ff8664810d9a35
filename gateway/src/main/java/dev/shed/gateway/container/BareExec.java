package dev.shed.gateway.container;

import java.util.List;
import java.util.Map;

/// The operations of an engine that the gateway needs to run its own program in a container. Fails as
/// [ContainerRuntime#start(ExecSpec)] does.
public interface BareExec {
    /// The user of a program that has to be root in its container.
    String ROOT = "0";

    /// Starts a program with nothing in between. Letting go of the process closes its streams, and it is
    /// expected to end by itself then; one that does not is killed.
    ///
    /// @param user as the engine takes it: a name or number, with or without a group
    /// @param environment variables beside the container's own
    ContainerProcess start(Container container, String user, List<String> argv, Map<String, String> environment);

    /// The gateway's mark. Every argv must be `PROGRAM --mark MARK …`, so that after a restart the gateway
    /// recognises the processes that it started.
    String mark();

    /// Ends what an earlier life of this gateway started and could not end: it was killed. What this life started,
    /// or another gateway, is left alone. Returns when every shed was looked at; the ends go on behind it.
    void endAbandoned();

    /// Puts an executable file into a container.
    ///
    /// @param path absolute. Its directory is one of the root's; it is made, or may be a volume
    void put(Container container, String path, byte[] content);

    /// What the container was made with for the processes in it; `SHED_NOT_FOUND` when it is gone.
    ExecDefaults execDefaults(Container container);
}
