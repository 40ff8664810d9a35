package dev.shed.gateway.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.audit.CountingAuditLog;
import dev.shed.gateway.audit.Totals;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.metrics.HttpListener.Page;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.lifecycle.Sheds;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// What there is when somebody reads the page `/metrics`, and what other parts have counted until then: it is asked for
/// then, and not followed all the time.
public final class Gauges {
    /// How long the numbers of sheds and agents count. Each running shed is asked for its sessions, which costs it two
    /// short processes; Prometheus usually reads the page every 15 s or every minute.
    private static final Duration VALIDITY = Duration.ofSeconds(30);

    /// How long the page waits for them; if they come later, the next page has them.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS = 1e9;

    /// The parts that are asked.
    ///
    /// @param failedRecordings how many recordings have failed
    public record Parts(
            String version,
            CountingAuditLog audit,
            Readiness readiness,
            ContainerRuntime runtime,
            Sheds sheds,
            SessionQuery query,
            LongSupplier failedRecordings) {}

    private final PrometheusMeterRegistry registry;
    private final Parts parts;
    private final Cached<ShedSample> sample;

    /// What is asked once for a page, since it may take a moment.
    private volatile Seen seen = new Seen(Map.of(), Optional.empty());

    private volatile ShedSample last = ShedSample.NONE;

    private record Seen(Map<String, Boolean> checks, Optional<ShedSample> sample) {}

    /// Registers what these parts tell.
    public Gauges(GatewayMetrics metrics, Parts parts) {
        this.registry = metrics.registry();
        this.parts = parts;
        this.sample = new Cached<>("sheds", VALIDITY, PATIENCE, this::takeSample);
        gauge(Metric.VERSION, () -> 1, parts.version());
        aboutChecks();
        aboutWhatIsOpen();
        aboutTotals();
        aboutSheds();
        aboutTheProcess();
    }

    private ShedSample takeSample() {
        var taken = ShedSample.take(parts.sheds(), parts.query(), last);
        last = taken;
        return taken;
    }

    private void aboutChecks() {
        for (var check : List.of("listener", "engine", "state")) {
            gauge(Metric.READY, () -> seen.checks().getOrDefault(check, false) ? 1 : 0, check);
        }
        counter(Metric.AUDIT_LOST, () -> parts.audit().state().lost());
        counter(Metric.RECORDINGS_FAILED, () -> parts.failedRecordings().getAsLong());
    }

    private void aboutWhatIsOpen() {
        gauge(Metric.CONNECTIONS, () -> parts.audit().counts().loggedIn(), "logged_in");
        gauge(Metric.CONNECTIONS, () -> parts.audit().counts().loggingIn(), "logging_in");
        gauge(Metric.CHANNELS, () -> parts.audit().counts().channels());
        gauge(Metric.FORWARDS, () -> parts.audit().counts().forwards());
        for (var mode : List.of("resident", "carried", "absent")) {
            gauge(Metric.PORTERS, () -> parts.runtime().porters().getOrDefault(mode, 0), mode);
        }
    }

    private void aboutTotals() {
        total(Metric.LOGINS, Totals::logins, "accepted");
        total(Metric.LOGINS, Totals::refusedLogins, "refused");
        total(Metric.CHANNEL_RECEIVED, totals -> totals.channelBytes().received());
        total(Metric.CHANNEL_SENT, totals -> totals.channelBytes().sent());
        total(Metric.FORWARD_RECEIVED, totals -> totals.forwardBytes().received());
        total(Metric.FORWARD_SENT, totals -> totals.forwardBytes().sent());
    }

    private void total(Metric metric, ToLongFunction<Totals> value, String... labels) {
        counter(metric, () -> value.applyAsLong(parts.audit().totals()), labels);
    }

    private void aboutSheds() {
        for (var state : Container.State.values()) {
            gauge(Metric.SHEDS, () -> number(sample -> sample.sheds().getOrDefault(state, 0L)), word(state));
        }
        for (var state : Status.State.values()) {
            gauge(Metric.AGENTS, () -> number(sample -> sample.count(state)), state.word());
        }
    }

    private double number(ToLongFunction<ShedSample> of) {
        return seen.sample().map(known -> (double) of.applyAsLong(known)).orElse(Double.NaN);
    }

    private static String word(Container.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void aboutTheProcess() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        gauge(Metric.PROCESS_START, () -> runtime.getStartTime() / 1e3);
        gauge(Metric.HEAP_USED, () -> memory.getHeapMemoryUsage().getUsed(), "heap");
        gauge(Metric.HEAP_USED, () -> memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            counter(Metric.PROCESS_CPU, () -> system.getProcessCpuTime() / NANOS);
            gauge(Metric.PROCESS_FDS, system::getOpenFileDescriptorCount);
            gauge(Metric.PROCESS_MAX_FDS, system::getMaxFileDescriptorCount);
        }
    }

    /// The page `/metrics`, in Prometheus's text format.
    public Page page() {
        seen = new Seen(parts.readiness().checks(), sample.get());
        return new Page(200, TYPE, registry.scrape());
    }

    private void gauge(Metric metric, Supplier<Number> value, String... labels) {
        Gauge.builder(metric.meter(), value)
                .description(metric.help())
                .tags(GatewayMetrics.tags(metric, labels))
                .register(registry);
    }

    private void counter(Metric metric, Supplier<Number> value, String... labels) {
        // Micrometer keeps only a weak reference to the object, so it gets one that others keep.
        FunctionCounter.builder(metric.meter(), registry, _ -> value.get().doubleValue())
                .description(metric.help())
                .tags(GatewayMetrics.tags(metric, labels))
                .register(registry);
    }
}
