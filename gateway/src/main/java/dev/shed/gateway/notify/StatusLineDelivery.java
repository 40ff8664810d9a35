package dev.shed.gateway.notify;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.shed.gateway.access.AccessDecision.Allowed;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.shed.session.AttachedClients.Attachment;
import dev.shed.gateway.tmux.Tmux;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells those who are attached to other sessions and whose keys may see the session: a line in the status line of
/// their tmux clients. It has the address and the status only. Others in the shed of the client could read what is
/// asked (`tmux show-messages`), and may not be allowed to see the shed that it comes from.
public final class StatusLineDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLineDelivery.class);

    /// The verb that tells the same.
    private static final String VERB = "sessions";

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /// The most clients in one shed that are told.
    private static final int MAX_CLIENTS = 64;

    private final AttachedClients clients;
    private final AccessPolicy policy;
    private final ContainerCommands commands;
    private final boolean on;

    /// @param on whether anybody is told
    public StatusLineDelivery(AttachedClients clients, AccessPolicy policy, ContainerRuntime runtime, boolean on) {
        this.clients = clients;
        this.policy = policy;
        this.commands = new ContainerCommands(runtime);
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    @Override
    public String name() {
        return "notify.attached";
    }

    /// A client that has gone, or whose shed does not answer, is no failure.
    @Override
    public void deliver(Notification notification) {
        clients.all().stream()
                .filter(client -> client.terminal().isPresent())
                .filter(client -> maySee(client.identity(), notification.shed()))
                .collect(groupingBy(Attachment::container))
                .forEach((container, attached) -> tell(container, attached, notification));
    }

    private boolean maySee(Identity identity, ShedName shed) {
        return identity.grant().permitsVerb(VERB) && policy.decide(identity, Action.SEE, shed) instanceof Allowed;
    }

    private void tell(Container container, List<Attachment> attached, Notification notification) {
        var shed = new Shed(container, false);
        var terminals =
                attached.stream().flatMap(client -> client.terminal().stream()).collect(toSet());
        boolean same = container.shed().equals(notification.shed());
        try {
            Tmux.parseShown(run(shed, Tmux.shown())).entrySet().stream()
                    .filter(client -> terminals.contains(client.getKey()))
                    .filter(client -> !same || !notification.isAbout(client.getValue()))
                    .limit(MAX_CLIENTS)
                    .forEach(client -> run(shed, Tmux.tell(client.getKey(), "shed: " + notification.title())));
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", container.shed()).setCause(e).log("nobody told who is attached");
        }
    }

    private String run(Shed shed, List<String> argv) {
        return commands.run(shed, Command.of(argv).within(LIMIT)).out();
    }
}
