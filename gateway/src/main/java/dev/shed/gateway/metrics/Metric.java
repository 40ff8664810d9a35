package dev.shed.gateway.metrics;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// All metrics. docs/operations.md describes them, and config/grafana/shed.json shows them; a test compares the three.
/// Names are never changed or removed, only added. The values of labels are words of the gateway, of which there are
/// few: never names, keys or addresses.
enum Metric {
    VERSION("shed_version", Type.GAUGE, "1; the label has the version of the gateway.", "version"),
    READY("shed_ready", Type.GAUGE, "1 for each check of /readyz that succeeds, 0 for each that fails.", "check"),

    CONNECTIONS("shed_connections", Type.GAUGE, "Open connections.", "state"),
    CONNECTIONS_OPENED("shed_connections_opened_total", Type.COUNTER, "Connections that were admitted to log in."),
    CONNECTIONS_DROPPED("shed_connections_dropped_total", Type.COUNTER, "Connections that were rejected at once."),
    CONNECTION_DURATION(
            "shed_connection_duration_seconds", Buckets.LIVES, "How long connections lasted, from open to closed."),

    LOGINS("shed_logins_total", Type.COUNTER, "Connections that logged in, or ended without.", "result"),
    LOGIN_STAGE("shed_login_stage_duration_seconds", Buckets.LATENCIES, "How long a stage of a login took.", "stage"),

    CHANNELS("shed_channels", Type.GAUGE, "Open channels, without those of forwards."),
    CHANNELS_ENDED("shed_channels_ended_total", Type.COUNTER, "Channels that ended.", "kind", "outcome"),
    CHANNEL_DURATION("shed_channel_duration_seconds", Buckets.LIVES, "How long channels lasted.", "kind"),
    CHANNEL_RECEIVED(
            "shed_channel_received_bytes_total", Type.COUNTER, "Bytes from clients, counted when a channel ends."),
    CHANNEL_SENT("shed_channel_sent_bytes_total", Type.COUNTER, "Bytes to clients, counted when a channel ends."),
    VERB("shed_verb_duration_seconds", Buckets.LATENCIES, "How long verbs took.", "verb", "result"),

    FORWARDS("shed_forwards", Type.GAUGE, "Open forwards and listeners."),
    FORWARDS_REFUSED("shed_forwards_refused_total", Type.COUNTER, "Forwards that were refused.", "kind"),
    FORWARD_DURATION("shed_forward_duration_seconds", Buckets.LIVES, "How long forwards lasted.", "kind"),
    FORWARD_RECEIVED(
            "shed_forward_received_bytes_total", Type.COUNTER, "Bytes from clients, counted when a forward ends."),
    FORWARD_SENT("shed_forward_sent_bytes_total", Type.COUNTER, "Bytes to clients, counted when a forward ends."),

    PORTERS("shed_porters", Type.GAUGE, "Containers by the way in which processes start in them.", "mode"),
    PORTER_START("shed_porter_start_duration_seconds", Buckets.LATENCIES, "How long it took to find that way.", "mode"),

    ENGINE_REQUEST(
            "shed_engine_request_duration_seconds", Buckets.LATENCIES, "How long the engine took to answer.", "result"),

    SHEDS("shed_sheds", Type.GAUGE, "Sheds by the state of their container.", "state"),
    AGENTS("shed_agents", Type.GAUGE, "Coding agents in sessions, by what they are doing.", "status"),
    ANSWERS("shed_answers_total", Type.COUNTER, "Answers to questions of agents.", "kind", "result"),

    AUDIT_LOST("shed_audit_lines_lost_total", Type.COUNTER, "Lines of the audit log that could not be written."),
    RECORDINGS_FAILED("shed_recordings_failed_total", Type.COUNTER, "Recordings that did not begin, or ended early."),

    PROCESS_START("process_start_time_seconds", Type.GAUGE, "When the gateway was started, in seconds since 1970."),
    PROCESS_CPU("process_cpu_seconds_total", Type.COUNTER, "Processor time of the gateway."),
    PROCESS_FDS("process_open_fds", Type.GAUGE, "Open files and sockets of the gateway."),
    PROCESS_MAX_FDS("process_max_fds", Type.GAUGE, "The limit on open files and sockets."),
    HEAP_USED("jvm_memory_used_bytes", Type.GAUGE, "Memory that the JVM uses.", "area");

    /// As in the line `# TYPE` of a metric.
    enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    private final String title;
    private final Type type;
    private final Buckets buckets;
    private final String help;

    /// Joined by blanks, since an enum should have no list.
    private final String labels;

    Metric(String title, Type type, String help, String... labels) {
        this(title, type, Buckets.NONE, help, labels);
    }

    Metric(String title, Buckets buckets, String help, String... labels) {
        this(title, Type.HISTOGRAM, buckets, help, labels);
    }

    Metric(String title, Type type, Buckets buckets, String help, String... labels) {
        this.title = title;
        this.type = type;
        this.buckets = buckets;
        this.help = help;
        this.labels = String.join(" ", labels);
    }

    /// The upper limits of a histogram's buckets.
    private enum Buckets {
        NONE(""),
        /// What people and programs wait for.
        LATENCIES("PT0.002S PT0.005S PT0.01S PT0.025S PT0.05S PT0.1S PT0.25S PT0.5S PT1S PT2.5S PT5S PT10S PT30S PT2M"),
        /// What lasts as long as people like: from a command to a session of a week.
        LIVES("PT0.1S PT1S PT10S PT1M PT10M PT1H PT8H PT24H PT168H");

        private final String limits;

        Buckets(String limits) {
            this.limits = limits;
        }
    }

    /// The name that Prometheus sees.
    String title() {
        return title;
    }

    /// The name for Micrometer, which adds the unit of a timer and the ending of a counter.
    String meter() {
        return switch (type) {
            case GAUGE -> title;
            case COUNTER -> title.replaceFirst("_total$", "");
            case HISTOGRAM -> title.replaceFirst("_seconds$", "");
        };
    }

    Type type() {
        return type;
    }

    Duration[] buckets() {
        return words(buckets.limits).map(Duration::parse).toArray(Duration[]::new);
    }

    String help() {
        return help;
    }

    List<String> labels() {
        return words(labels).toList();
    }

    private static Stream<String> words(String joined) {
        return joined.isEmpty() ? Stream.empty() : Stream.of(joined.split(" "));
    }
}
