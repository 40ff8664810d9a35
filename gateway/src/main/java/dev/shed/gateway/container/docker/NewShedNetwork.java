package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.model.Network;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.container.docker.engine.EngineRefusedException;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The network of new sheds (ADR-0034). The one called `sheds` is created if it is missing. On it, the engine
/// drops traffic between containers and allows all other traffic.
final class NewShedNetwork {
    static final String OURS = "sheds";

    /// Docker's bridge option that lets containers reach each other.
    private static final String TALK = "com.docker.network.bridge.enable_icc";

    private static final String KEY = "shed.network: ";

    private final EngineClient engine;

    NewShedNetwork(EngineClient engine) {
        this.engine = engine;
    }

    /// Ensures that a network of that name exists. Fails with `CONFIG` if there is none that can be used.
    void require(String name) {
        var found = find(name);
        if (!name.equals(OURS)) {
            if (found.isEmpty()) {
                throw unusable(name, "the engine has no such network", "a network that is there, or sheds");
            }
            return;
        }
        var network = found.or(() -> make(name));
        if (network.map(NewShedNetwork::letsContainersTalk).orElse(false)) {
            throw unusable(
                    name,
                    "containers in this network reach each other",
                    "one that the gateway makes (remove this one: docker network rm " + name + "), or another name");
        }
    }

    /// Connects a stopped container to the network that has the name of its former one now. `docker network
    /// prune` removes a network whose containers are all stopped, and the engine refers to the removed
    /// network by id.
    void rejoin(String container) {
        var name = String.valueOf(Objects.requireNonNull(
                        engine.ask(docker ->
                                        docker.inspectContainerCmd(container).exec())
                                .getHostConfig(),
                        "every container has one")
                .getNetworkMode());
        require(name);
        engine.ask(docker -> docker.disconnectFromNetworkCmd()
                .withNetworkId(name)
                .withContainerId(container)
                .withForce(true)
                .exec());
        engine.ask(docker -> docker.connectToNetworkCmd()
                .withNetworkId(name)
                .withContainerId(container)
                .exec());
    }

    private static boolean letsContainersTalk(Network network) {
        var options = Optional.ofNullable(network.getOptions()).orElse(Map.of());
        return !"false".equals(options.get(TALK));
    }

    private Optional<Network> find(String name) {
        try {
            return Optional.of(engine.ask(
                    docker -> docker.inspectNetworkCmd().withNetworkId(name).exec()));
        } catch (EngineRefusedException e) {
            e.throwUnless(EngineRefusedException.NOT_FOUND);
            return Optional.empty();
        }
    }

    private Optional<Network> make(String name) {
        try {
            engine.work(docker -> docker.createNetworkCmd()
                    .withName(name)
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withOptions(Map.of(TALK, "false"))
                    .withLabels(Map.of(Containers.SHED, "true"))
                    .exec());
        } catch (EngineRefusedException e) {
            // Another client has just created it.
            e.throwUnless(EngineRefusedException.CONFLICT);
        }
        return find(name);
    }

    private static ShedException unusable(String name, String problem, String expected) {
        return new ShedException(Failure.config(KEY + name, problem, expected));
    }
}
