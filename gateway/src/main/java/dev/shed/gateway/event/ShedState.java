package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The state of all sheds, and how each event of the engine changes it.
final class ShedState {
    /// The signals that are sent to end a process: HUP, INT, QUIT, ABRT, KILL, TERM.
    private static final Set<Integer> ENDING = Set.of(1, 2, 3, 6, 9, 15);

    /// The status of a process that SIGKILL ended, as the kernel does when memory runs out.
    private static final int KILLED = 128 + 9;

    /// An end within this time of a signal was asked for: a shed ends within its grace period.
    private static final Duration ASKED = Duration.ofMinutes(2);

    private final Map<ShedName, Known> sheds = new HashMap<>();

    /// Whether no list has been read yet. The sheds of the first one are not reported.
    private boolean unread = true;

    private static final class Known {
        private final String container;
        private boolean running;
        private boolean outOfMemory;
        private Instant asked = Instant.MIN;

        Known(String container) {
            this.container = container;
        }
    }

    /// Something to report of a shed.
    record News(ShedName shed, EventDetails what) {}

    /// The changes that an event makes.
    List<News> take(ContainerEvent event) {
        var told = new ArrayList<News>();
        var known = known(event, told);
        if (known != null) {
            apply(event, known, told);
        }
        return told;
    }

    private @Nullable Known known(ContainerEvent event, List<News> told) {
        var known = sheds.get(event.shed());
        if (known == null && event.kind() != ContainerEvent.Kind.REMOVED) {
            known = new Known(event.containerId());
            sheds.put(event.shed(), known);
            told.add(new News(event.shed(), EventDetails.shed(Kind.SHED_CREATED)));
        }
        // Another container that claims the name of a shed is not that shed.
        return known != null && known.container.equals(event.containerId()) ? known : null;
    }

    private void apply(ContainerEvent event, Known known, List<News> told) {
        switch (event.kind()) {
            case CREATED -> {}
            case STARTED -> started(event.shed(), known, told);
            case OUT_OF_MEMORY -> known.outOfMemory = true;
            case SIGNALLED -> {
                if (ENDING.contains(event.code())) {
                    known.asked = event.time();
                }
            }
            case ENDED -> ended(event, known, told);
            case REMOVED -> {
                sheds.remove(event.shed());
                told.add(new News(event.shed(), EventDetails.shed(Kind.SHED_DELETED)));
            }
        }
    }

    private static void started(ShedName shed, Known known, List<News> told) {
        if (!known.running) {
            known.running = true;
            known.outOfMemory = false;
            known.asked = Instant.MIN;
            told.add(new News(shed, EventDetails.shed(Kind.SHED_STARTED)));
        }
    }

    private static void ended(ContainerEvent event, Known known, List<News> told) {
        if (!known.running) {
            return;
        }
        known.running = false;
        boolean asked = known.asked.isAfter(event.time().minus(ASKED));
        boolean memory = known.outOfMemory && event.code() == KILLED;
        var what = asked && !memory
                ? EventDetails.ended(Kind.SHED_STOPPED, null, event.code())
                : EventDetails.ended(Kind.SHED_DIED, memory ? "out of memory" : "exit " + event.code(), event.code());
        told.add(new News(event.shed(), what));
    }

    /// The differences between what is known and a list of all containers.
    List<News> compare(List<Container> now) {
        var told = new ArrayList<News>();
        var there = new HashSet<ShedName>();
        for (var container : now) {
            there.add(container.shed());
            compare(container, told);
        }
        var gone = sheds.keySet().stream().filter(name -> !there.contains(name)).toList();
        for (var name : gone) {
            sheds.remove(name);
            told.add(new News(name, EventDetails.shed(Kind.SHED_DELETED)));
        }
        if (unread) {
            unread = false;
            return List.of();
        }
        return told;
    }

    private void compare(Container container, List<News> told) {
        var shed = container.shed();
        var known = sheds.get(shed);
        if (known != null && !known.container.equals(container.id())) {
            told.add(new News(shed, EventDetails.shed(Kind.SHED_DELETED)));
            known = null;
        }
        if (known == null) {
            known = new Known(container.id());
            sheds.put(shed, known);
            told.add(new News(shed, EventDetails.shed(Kind.SHED_CREATED)));
        }
        boolean up = container.state() != Container.State.STOPPED && container.state() != Container.State.BROKEN;
        if (up) {
            started(shed, known, told);
        } else if (known.running) {
            known.running = false;
            told.add(new News(shed, EventDetails.shed(Kind.SHED_STOPPED)));
        }
    }
}
