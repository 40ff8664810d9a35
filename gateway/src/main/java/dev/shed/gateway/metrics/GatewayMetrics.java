package dev.shed.gateway.metrics;

import dev.shed.gateway.access.VerbWords;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditLog;
import dev.shed.gateway.failure.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Counts and times what happens. What there is at a moment, and what others count, is in [Gauges].
public final class GatewayMetrics {
    /// For a label whose value is none of those that are known. A client could make up any number of others.
    private static final String OTHER = "other";

    private static final Set<String> KINDS_OF_CHANNELS = Set.of("shell", "exec", "subsystem");

    private static final Set<String> KINDS_OF_FORWARDS = Set.of(
            "direct-tcpip",
            "direct-streamlocal",
            "tcpip-forward",
            "streamlocal-forward",
            "forwarded-tcpip",
            "forwarded-streamlocal",
            "auth-agent",
            "auth-agent-req");

    private static final Set<String> KINDS_OF_ANSWERS = Set.of("approve", "deny", "answer");

    private static final Set<String> OUTCOMES = Stream.concat(
                    Stream.of("exit", "signal", "peer-gone"),
                    Arrays.stream(Failure.Kind.values()).map(Enum::name))
            .collect(Collectors.toUnmodifiableSet());

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /// A log that counts the events before it passes them on to `log`.
    public AuditLog measured(AuditLog log) {
        return new MeasuredAuditLog(log, this);
    }

    /// Counts what has begun or ended.
    void count(AuditEvent event) {
        switch (event) {
            case AuditEvent.ConnectionOpened _ -> count(Metric.CONNECTIONS_OPENED, 1);
            case AuditEvent.ConnectionDropped _ -> count(Metric.CONNECTIONS_DROPPED, 1);
            case AuditEvent.ConnectionClosed closed -> time(Metric.CONNECTION_DURATION, closed.duration());
            case AuditEvent.ChannelEnded ended -> count(ended);
            case AuditEvent.ForwardRefused refused -> count(Metric.FORWARDS_REFUSED, 1, kind(refused.forward()));
            case AuditEvent.ForwardClosed closed ->
                time(Metric.FORWARD_DURATION, closed.duration(), kind(closed.forward()));
            case AuditEvent.QuestionAnswered answered -> count(answered);
            case AuditEvent.GatewayStarted _,
                    AuditEvent.GatewayStopped _,
                    AuditEvent.AuthAccepted _,
                    AuditEvent.AuthRefused _,
                    AuditEvent.AuthEnded _,
                    AuditEvent.ChannelStarted _,
                    AuditEvent.ForwardOpened _,
                    AuditEvent.PickerDeed _,
                    AuditEvent.SessionResumed _,
                    AuditEvent.LinesSuppressed _,
                    AuditEvent.LinesLost _ -> {
                // What is open and the logins are in [Gauges]; the others are not counted.
            }
        }
    }

    private void count(AuditEvent.ChannelEnded ended) {
        var ending = ended.ending();
        var kind = known(ended.subject().kind(), KINDS_OF_CHANNELS);
        count(Metric.CHANNELS_ENDED, 1, kind, known(ending.outcome(), OUTCOMES));
        time(Metric.CHANNEL_DURATION, ending.duration(), kind);
        var verb = ended.subject().verb();
        if (!verb.isEmpty()) {
            time(Metric.VERB, ending.duration(), verb(verb), result(ending));
        }
    }

    /// The first word of a line, if it is a verb.
    private static String verb(String line) {
        var word = line.strip().split("\\s", 2)[0];
        return VerbWords.action(word).isPresent() ? word : OTHER;
    }

    private static String result(AuditEvent.Ending ending) {
        if (ending.outcome().equals("peer-gone")) {
            return "gone";
        }
        return ending.exit() == 0 ? "ok" : "failed";
    }

    private static String kind(AuditEvent.Forward forward) {
        return known(forward.kind(), KINDS_OF_FORWARDS);
    }

    private void count(AuditEvent.QuestionAnswered answered) {
        var result = answered.outcome().equals("done") ? "ok" : "failed";
        count(Metric.ANSWERS, 1, known(answered.answer().kind(), KINDS_OF_ANSWERS), result);
    }

    /// Times a stage of a login, by a word for it.
    public void loginStage(String stage, Duration took) {
        time(Metric.LOGIN_STAGE, took, stage);
    }

    /// Times a request to the engine, by a word for its result.
    public void engineRequest(String result, Duration took) {
        time(Metric.ENGINE_REQUEST, took, result);
    }

    /// Times the search for the way in which processes start in a container, by a word for that way.
    public void porterStart(String mode, Duration took) {
        time(Metric.PORTER_START, took, mode);
    }

    private static String known(String word, Set<String> words) {
        return words.contains(word) ? word : OTHER;
    }

    private void count(Metric metric, long more, String... labels) {
        Counter.builder(metric.meter())
                .description(metric.help())
                .tags(tags(metric, labels))
                .register(registry)
                .increment((double) more);
    }

    private void time(Metric metric, Duration took, String... labels) {
        Timer.builder(metric.meter())
                .description(metric.help())
                .tags(tags(metric, labels))
                .serviceLevelObjectives(metric.buckets())
                .register(registry)
                .record(took);
    }

    /// Names and values in turn, as Micrometer wants them.
    static String[] tags(Metric metric, String... values) {
        if (values.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has the labels " + metric.labels());
        }
        var tags = new String[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            tags[2 * i] = metric.labels().get(i);
            tags[2 * i + 1] = values[i];
        }
        return tags;
    }
}
