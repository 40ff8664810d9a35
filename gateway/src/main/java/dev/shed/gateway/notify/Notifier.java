package dev.shed.gateway.notify;

import dev.shed.gateway.access.Glob;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.event.ReadResult;
import dev.shed.gateway.name.ShedName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the events of sheds, and tells whom the operator has configured which sessions need somebody.
/// Nothing waits for it.
public final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final Duration WEBHOOK_LIMIT = Duration.ofSeconds(10);

    private static final String PATH = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");

    /// A server that restarts is back within these.
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(2), Duration.ofSeconds(15));

    /// The shortest and the longest wait for an event. The shortest one, because a clock may be coarse.
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private static final Duration LONGEST = Duration.ofHours(1);

    /// A defect that recurs must not keep a processor busy.
    private static final Duration AFTER_DEFECT = Duration.ofSeconds(1);

    private final Settings settings;
    private final Parts parts;
    private final PendingNotices.Rules rules;
    private final List<DeliveryQueue> queues;
    private final Thread thread;

    // Of the thread alone.
    private final Map<ShedName, PendingNotices> sheds = new HashMap<>();

    /// The number of the last event that was read.
    private OptionalLong position = OptionalLong.empty();

    /// What the operator has configured.
    ///
    /// @param command a program and its arguments; empty for none
    /// @param sheds globs of the sheds
    /// @param states the statuses that are told
    /// @param dwell how long a status must have lasted
    /// @param cooldown the shortest time between two notifications about a session
    public record Settings(
            List<String> command,
            Optional<URI> webhook,
            Optional<Path> tokenFile,
            Optional<String> clickHost,
            List<String> sheds,
            Set<State> states,
            Duration dwell,
            Duration cooldown) {}

    /// What it uses.
    public record Parts(Events events, RecentInput input, Clock clock) {}

    Notifier(Settings settings, Parts parts, List<Delivery> deliveries) {
        this.settings = settings;
        this.parts = parts;
        this.rules = new PendingNotices.Rules(settings.states(), settings.dwell(), settings.cooldown(), parts.input());
        this.queues = deliveries.stream().map(DeliveryQueue::new).toList();
        this.thread = Thread.ofVirtual().name("notifier").unstarted(this::run);
    }

    /// Starts and returns at once.
    ///
    /// @param statusLines tells those who are attached, if it is on
    public static Notifier start(Settings settings, Parts parts, StatusLineDelivery statusLines) {
        var notifier = new Notifier(settings, parts, deliveries(settings, statusLines));
        notifier.start();
        return notifier;
    }

    void start() {
        thread.start();
    }

    private static List<Delivery> deliveries(Settings settings, StatusLineDelivery statusLines) {
        var deliveries = new ArrayList<Delivery>();
        if (statusLines.isOn()) {
            deliveries.add(statusLines);
        }
        if (!settings.command().isEmpty()) {
            deliveries.add(new CommandDelivery(settings.command(), PATH, COMMAND_LIMIT));
        }
        settings.webhook()
                .map(address -> new WebhookDelivery.Settings(
                        address, settings.tokenFile(), settings.clickHost(), WEBHOOK_LIMIT, PAUSES))
                .ifPresent(webhook -> deliveries.add(new WebhookDelivery(webhook)));
        return deliveries;
    }

    private void run() {
        try {
            while (true) {
                followSafely();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns if events were dropped, or after a defect. The event that met the defect is not read again.
    private void followSafely() throws InterruptedException {
        try (var stream = parts.events().openWithAsked(this::isTold, position)) {
            follow(stream);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a notification failed by a defect; others go on");
            TimeUnit.NANOSECONDS.sleep(AFTER_DEFECT.toNanos());
        }
    }

    private boolean isTold(ShedName shed) {
        return settings.sheds().stream().anyMatch(glob -> Glob.matches(glob, shed.value()));
    }

    /// Returns if events were dropped.
    private void follow(Events.Stream stream) throws InterruptedException {
        while (true) {
            var read = stream.next(untilNext());
            position = OptionalLong.of(stream.position());
            switch (read) {
                case ReadResult.Found(var event) ->
                    sheds.computeIfAbsent(event.shed(), shed -> new PendingNotices(shed, rules))
                            .take(event.what(), now());
                case ReadResult.Nothing _ -> {}
                case ReadResult.Behind _ -> {
                    return;
                }
            }
            tell();
        }
    }

    private Duration untilNext() {
        var wait = sheds.values().stream()
                .flatMap(pending -> pending.next().stream())
                .min(Comparator.naturalOrder())
                .map(next -> Duration.between(now(), next))
                .orElse(LONGEST);
        return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    private void tell() {
        var now = now();
        for (var pending : List.copyOf(sheds.values())) {
            for (var notification : pending.due(now)) {
                queues.forEach(queue -> queue.add(notification));
            }
        }
        sheds.values().removeIf(PendingNotices::isEmpty);
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /// Ends what is being delivered.
    @Override
    public void close() {
        thread.interrupt();
        queues.forEach(DeliveryQueue::close);
    }
}
