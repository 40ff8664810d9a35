package dev.shed.gateway.container.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.ContainerEvent.Kind;
import dev.shed.gateway.container.ContainerObserver;
import dev.shed.gateway.container.docker.engine.EngineClient;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The engine's stream of events about containers that are sheds.
final class EngineWatch implements ResultCallback<Event>, AutoCloseable {
    private static final String PODMANS_END = "died";

    private static final Map<String, Kind> KINDS = Map.of(
            "create",
            Kind.CREATED,
            "start",
            Kind.STARTED,
            "kill",
            Kind.SIGNALLED,
            "oom",
            Kind.OUT_OF_MEMORY,
            "die",
            Kind.ENDED,
            PODMANS_END,
            Kind.ENDED, // this and the next are Podman's names
            "destroy",
            Kind.REMOVED,
            "remove",
            Kind.REMOVED);

    /// Added to a signal's number, this gives the exit status of a process that the signal ended.
    private static final int SIGNALS = 128;

    private static final int TERMINATED = SIGNALS + 15;

    private static final int MAX_KNOWN = 10_000;

    private static final Map<Kind, List<String>> CODES = Map.of(
            Kind.ENDED, List.of("exitCode", "containerExitCode"),
            Kind.SIGNALLED, List.of("signal"));

    private final Containers containers;
    private final ContainerObserver listener;

    /// Whether a container is a shed, by container id, for containers with events. Used by the engine's
    /// thread only.
    private final Map<String, Boolean> sheds = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_KNOWN;
        }
    };
    private final CountDownLatch begun = new CountDownLatch(1);

    /// Guarded by this, as is the next field.
    private @Nullable Closeable stream;

    private boolean closed;

    private EngineWatch(Containers containers, ContainerObserver listener) {
        this.containers = containers;
        this.listener = listener;
    }

    static EngineWatch start(
            EngineClient engine, Containers containers, Optional<Instant> since, ContainerObserver listener) {
        var watch = new EngineWatch(containers, listener);
        engine.follow(docker -> docker.eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER)
                // There is no filter by kind of event: engines use different names, and one of them refuses
                // unknown names.
                .withLabelFilter(Containers.SHED + "=true")
                .withSince(since.map(EngineWatch::time).orElse(null))
                .exec(watch));
        watch.awaitBegun(engine.timeout().toMillis());
        return watch;
    }

    private static String time(Instant instant) {
        return "%d.%09d".formatted(instant.getEpochSecond(), instant.getNano());
    }

    /// Waits for the stream to open. On timeout the watch is closed; the next request to the engine reports
    /// the failure.
    private void awaitBegun(long milliseconds) {
        try {
            if (!begun.await(milliseconds, TimeUnit.MILLISECONDS)) {
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    @Override
    public void onStart(Closeable opened) {
        boolean tooLate;
        synchronized (this) {
            stream = opened;
            tooLate = closed;
        }
        begun.countDown();
        if (tooLate) {
            close();
        }
    }

    @Override
    public void onNext(Event event) {
        translate(event).ifPresent(told -> {
            signal(event, told).ifPresent(listener::happened);
            listener.happened(told);
        });
    }

    @Override
    public void onError(Throwable e) {
        over();
    }

    @Override
    public void onComplete() {
        over();
    }

    private void over() {
        begun.countDown();
        listener.over();
    }

    @Override
    public void close() {
        Closeable open;
        synchronized (this) {
            closed = true;
            open = stream;
            stream = null;
        }
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // Closing failed; nothing more can be done.
            }
        }
        over();
    }

    private Optional<ContainerEvent> translate(Event event) {
        var kind = KINDS.get(String.valueOf(event.getAction()));
        var actor = event.getActor();
        if (kind == null || actor == null) {
            return Optional.empty();
        }
        var id = actor.getId();
        var attributes = actor.getAttributes();
        if (id == null || attributes == null || !isShed(id, attributes)) {
            return Optional.empty();
        }
        var nanos = event.getTimeNano();
        var time = Instant.ofEpochSecond(0, nanos == null ? 0 : nanos);
        return name(attributes).map(name -> new ContainerEvent(id, name, kind, code(kind, attributes), time));
    }

    /// Podman does not report the signal that a stop sends. The signal is inferred from the exit status.
    private static Optional<ContainerEvent> signal(Event event, ContainerEvent told) {
        return PODMANS_END.equals(event.getAction()) && told.code() == TERMINATED
                ? Optional.of(new ContainerEvent(
                        told.containerId(), told.shed(), Kind.SIGNALLED, TERMINATED - SIGNALS, told.time()))
                : Optional.empty();
    }

    private boolean isShed(String id, Map<String, String> attributes) {
        return sheds.computeIfAbsent(id, _ -> containers.isShed(id, attributes));
    }

    private static Optional<ShedName> name(Map<String, String> attributes) {
        try {
            return Optional.of(ShedName.parse(attributes.getOrDefault(Containers.NAME, "")));
        } catch (ShedException _) {
            // Listing containers logs the invalid labels.
            return Optional.empty();
        }
    }

    private static int code(Kind kind, Map<String, String> attributes) {
        var value = CODES.getOrDefault(kind, List.of()).stream()
                .flatMap(name -> Optional.ofNullable(attributes.get(name)).stream())
                .findFirst();
        try {
            return Integer.parseInt(value.orElse("0"));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
