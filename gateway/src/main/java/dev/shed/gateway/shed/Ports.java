package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands.Command;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Reads the listening ports of a running shed from the container's own `/proc`, so that an image needs no
/// program for it.
public final class Ports {
    /// A constant script. It prints both socket tables, the name of each process, and which process has which
    /// socket open.
    private static final List<String> SCRIPT = List.of("sh", "-c", """
            cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
            for d in /proc/[0-9]*; do
                if read -r name <"$d/comm"; then echo "name ${d#/proc/} $name"; fi
            done 2>/dev/null
            ls -l /proc/[0-9]*/fd 2>/dev/null
            exit 0
            """);

    private static final List<String> SOCKETS =
            List.of("sh", "-c", "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; exit 0");

    private final ContainerCommands containerCommands;

    public Ports(ContainerRuntime runtime) {
        this.containerCommands = new ContainerCommands(runtime);
    }

    /// The listening ports by port and address. A stopped shed has none and is not started. Fails with
    /// `TOOL_MISSING` or `SHED_NOT_READY`.
    public List<ListeningPort> list(Shed shed) {
        return PortListing.parse(answer(shed, SCRIPT));
    }

    /// The listening sockets without their processes, to find out whether anything has changed. Fails as
    /// [#list].
    Set<PortListing.Socket> sockets(Shed shed) {
        return PortListing.sockets(answer(shed, SOCKETS));
    }

    /// Follows the listening ports.
    ///
    /// @param shed returns the current state of the shed; fails if it does not exist
    public PortWatch watch(Supplier<Shed> shed) {
        return new PortWatch(shed, this);
    }

    private String answer(Shed shed, List<String> script) {
        if (shed.container().state() == Container.State.STOPPED) {
            return "";
        }
        var answer = containerCommands.run(shed, Command.of(script));
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.toolMissing(shed.name().value(), "sh"));
        }
        return answer.out();
    }
}
