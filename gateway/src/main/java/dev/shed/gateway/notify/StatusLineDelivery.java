package dev.shed.gateway.notify;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells those who are attached to other sessions and whose keys may see the session: a line in the status line of
/// their tmux clients. It has the status and the address only. Others in the shed of the client could read what is
/// asked (`tmux show-messages`), and may not be allowed to see the shed that it comes from.
///
/// A line takes the place of the one before, so it repeats what a client was told while that one is still shown.
public final class StatusLineDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLineDelivery.class);

    /// The verb that tells the same.
    private static final String VERB = "sessions";

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /// The most clients in one shed that are told.
    private static final int MAX_CLIENTS = 64;

    /// The most notifications that are remembered, and the most sessions that a line names.
    private static final int MAX_RECENT = 50;

    private static final int MAX_NAMED = 5;

    private final AttachedClients clients;
    private final AccessPolicy policy;
    private final ContainerCommands commands;
    private final LongSupplier nanoTime;
    private final boolean on;

    /// The newest last. Guarded by itself.
    private final Deque<Told> recent = new ArrayDeque<>();

    private record Told(Notification notification, long at) {}

    /// @param on whether anybody is told
    public StatusLineDelivery(AttachedClients clients, AccessPolicy policy, ContainerRuntime runtime, boolean on) {
        this(clients, policy, runtime, on, System::nanoTime);
    }

    StatusLineDelivery(
            AttachedClients clients, AccessPolicy policy, ContainerRuntime runtime, boolean on, LongSupplier nanoTime) {
        this.clients = clients;
        this.policy = policy;
        this.commands = new ContainerCommands(runtime);
        this.on = on;
        this.nanoTime = nanoTime;
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
        synchronized (recent) {
            if (recent.size() == MAX_RECENT) {
                recent.removeFirst();
            }
            recent.addLast(new Told(notification, nanoTime.getAsLong()));
        }
        // Of two deliveries at once, the line that is shown last could lack the other's.
        List<Notification> told;
        do {
            told = shownNow();
            tell(told);
        } while (!shownNow().getLast().equals(told.getLast()));
    }

    /// What is still shown where it was told, the newest last.
    private List<Notification> shownNow() {
        synchronized (recent) {
            long now = nanoTime.getAsLong();
            while (recent.size() > 1 && now - recent.getFirst().at() > Tmux.TO_READ.toNanos()) {
                recent.removeFirst();
            }
            return recent.stream().map(Told::notification).toList();
        }
    }

    /// @param told the last one is new
    private void tell(List<Notification> told) {
        clients.all().stream()
                .filter(client -> client.terminal().isPresent())
                .filter(client -> maySee(client.identity(), told.getLast().shed()))
                .collect(groupingBy(Attachment::container))
                .forEach((container, attached) -> tell(container, attached, told));
    }

    private boolean maySee(Identity identity, ShedName shed) {
        return identity.grant().permitsVerb(VERB) && policy.decide(identity, Action.SEE, shed) instanceof Allowed;
    }

    private void tell(Container container, List<Attachment> attached, List<Notification> told) {
        var shed = new Shed(container, false);
        try {
            var sessions = Tmux.parseShown(run(shed, Tmux.shown()));
            for (var client : attached.subList(0, Math.min(MAX_CLIENTS, attached.size()))) {
                var session = sessions.get(client.terminal().orElseThrow());
                if (session != null) {
                    tell(shed, client, session, told);
                }
            }
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", container.shed()).setCause(e).log("nobody told who is attached");
        }
    }

    /// @param session the one that the client shows
    private void tell(Shed shed, Attachment client, String session, List<Notification> told) {
        var others = told.stream()
                .filter(notification -> !notification.shed().equals(shed.name()) || !notification.isAbout(session))
                .filter(notification -> maySee(client.identity(), notification.shed()))
                .toList();
        if (!others.isEmpty() && others.getLast().equals(told.getLast())) {
            run(shed, Tmux.tell(client.terminal().orElseThrow(), line(others)));
        }
    }

    /// As `needs approval: myproj+claude, other+codex; done: myproj+tests`: what a narrow client cuts off is the least.
    private static String line(List<Notification> told) {
        var newest = new LinkedHashMap<String, Notification>();
        told.reversed().forEach(notification -> newest.putIfAbsent(notification.address(), notification));
        var byState = newest.values().stream()
                .limit(MAX_NAMED)
                .collect(groupingBy(Notification::state, TreeMap::new, mapping(Notification::address, joining(", "))));
        var line = byState.entrySet().stream()
                .map(entry -> entry.getKey().word().replace('-', ' ') + ": " + entry.getValue())
                .collect(joining("; "));
        return newest.size() <= MAX_NAMED ? line : line + "; and " + (newest.size() - MAX_NAMED) + " more";
    }

    private String run(Shed shed, List<String> argv) {
        return commands.run(shed, Command.of(argv).within(LIMIT)).out();
    }
}
