package dev.shed.gateway.ssh.forward;

import dev.shed.gateway.access.AccessDecision;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.Network;
import dev.shed.gateway.failure.Caller;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.ssh.connection.Login;

/// Decides to which container a client may forward. A forward never starts a shed.
final class ForwardPolicy {
    private final Sheds sheds;
    private final ContainerEngine engine;
    private final AccessPolicy policy;

    ForwardPolicy(Sheds sheds, ContainerEngine engine, AccessPolicy policy) {
        this.sheds = sheds;
        this.engine = engine;
        this.policy = policy;
    }

    /// The shed that the client has logged in to, if it may forward there.
    ShedName shed(Login client) throws ForwardRefusedException {
        var shed = addressed(client);
        try {
            policy.require(client.identity(), Action.FORWARD, shed);
            return shed;
        } catch (ShedException e) {
            throw ForwardRefusedException.prohibited(e.failure().message());
        }
    }

    /// The shed's container, which must run and have its own network namespace.
    Container container(Login client, ShedName shed) throws ForwardRefusedException {
        try {
            var container = sheds.find(shed).container();
            switch (container.state()) {
                case RUNNING -> requireOwnNetwork(client.identity(), container);
                case STOPPED -> throw ForwardRefusedException.failed("shed '" + shed + "' is stopped");
                case PAUSED, STARTING, RESTARTING, BROKEN ->
                    throw ForwardRefusedException.failed("shed '" + shed + "' is not ready");
            }
            return container;
        } catch (ShedException e) {
            FailureLog.told(e, caller(client, shed.value()));
            throw ForwardRefusedException.failed(e.failure().message());
        }
    }

    /// The caller of a forward, for the log.
    static Caller caller(Login client, String shed) {
        return new Caller(client.actor().identity(), shed, VerbWords.FORWARD);
    }

    private static ShedName addressed(Login client) throws ForwardRefusedException {
        try {
            if (LoginName.parse(client.userName()) instanceof LoginName.ToShed to) {
                return to.shed();
            }
        } catch (ShedException e) {
            throw ForwardRefusedException.prohibited(e.failure().message());
        }
        throw ForwardRefusedException.prohibited("the lobby has no forwarding; log in to a shed");
    }

    /// Refuses a container in the network namespace of the host or of another shed, because its loopback does
    /// not belong to the shed.
    private void requireOwnNetwork(Identity identity, Container container) throws ForwardRefusedException {
        switch (engine.network(container)) {
            case Network.Own _ -> {}
            case Network.Host _ ->
                throw ForwardRefusedException.prohibited("shed '" + container.shed() + "' has the host's network");
            case Network.Shared(ShedName with) -> {
                if (!(policy.decide(identity, Action.FORWARD, with) instanceof AccessDecision.Allowed)) {
                    throw ForwardRefusedException.prohibited(
                            "shed '" + container.shed() + "' has the network of another shed");
                }
            }
        }
    }
}
