package dev.shed.gateway.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The operations of an engine that the gateway needs to run the porter in a container. They fail as
/// [ContainerRuntime#start(ExecSpec)] does.
public interface BareExec {
    /// The user for a program that must be root in its container.
    String ROOT = "0";

    /// Starts a program directly, without a wrapper. Closing the process closes its streams; the program is
    /// then expected to exit, and is killed if it does not.
    ///
    /// @param user as the engine accepts it: a name or number, with or without a group
    /// @param environment variables in addition to the container's own
    ContainerProcess start(Container container, String user, List<String> argv, Map<String, String> environment);

    /// The mark of this gateway. Every argv must be `PROGRAM --mark MARK …`, so that a restarted gateway
    /// recognises the processes that it started before.
    String mark();

    /// Ends the processes that this gateway left behind when it was killed. Processes started since then, or
    /// by another gateway, are not touched. Returns when every shed was checked; the processes may still be
    /// ending.
    void endAbandoned();

    /// Puts an executable file into a container.
    ///
    /// @param path absolute. Its directory, owned by root, is created if necessary; it may be a volume
    void put(Container container, String path, byte[] content);

    /// The path in a container of the porter's program of this version, if the container was made with it.
    ///
    /// @param hash identifies the version
    default Optional<String> program(Container container, String hash) {
        return Optional.empty();
    }

    /// The only user that programs can be started as; empty if any can.
    default Optional<String> onlyUser(Container container) {
        return Optional.empty();
    }

    /// The settings that the container was created with, for processes in it. Fails with `SHED_NOT_FOUND` if
    /// the container no longer exists.
    ExecDefaults execDefaults(Container container);
}
