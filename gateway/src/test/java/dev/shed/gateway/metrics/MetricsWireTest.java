package dev.shed.gateway.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.WireGateway;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.config.Metrics;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.control.StatusProgram;
import dev.shed.gateway.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a gateway says of itself while it is used.
class MetricsWireTest {
    /// A pane with an agent that asks for permission, in the form of the list of a shed's sessions.
    private static final String ASKS = """
            session\t1769335200\tagent\tclaude\t/workspace\t✳\t@0//1 1769335200* \t\tclaude\t
            pane\t71\t-\t$3\tagent\t%5\t0\t\t\tclaude\t✳
            process\t71\tclaude\t80\t7
            record\t71\t7\t{"procStart":"7","status":"waiting","waitingFor":"permission prompt","statusUpdatedAt":1769335201500}
            """;

    private final FakeRuntime runtime =
            new FakeRuntime().with("demo").with("other").with("asleep", State.STOPPED);
    private final WireGateway gateway = WireGateway.start(runtime, new Metrics(Optional.of("127.0.0.1:0")));
    private final InetSocketAddress address = gateway.metrics().orElseThrow();

    @AfterEach
    void close() throws IOException {
        gateway.close();
    }

    @Test
    void whatIsOpenIsCounted() throws Exception {
        assertThat(Scrape.of(address).value("shed_connections{state=\"logged_in\"}"))
                .isZero();
        try (var _ = gateway.login("demo");
                var _ = gateway.connect("demo")) {
            gateway.audit().await(AuditEvent.ConnectionOpened.class, 2);
            var scrape = Scrape.of(address);
            assertThat(scrape.value("shed_connections{state=\"logged_in\"}")).isEqualTo(1);
            assertThat(scrape.value("shed_connections{state=\"logging_in\"}")).isEqualTo(1);
            assertThat(scrape.value("shed_connections_opened_total")).isEqualTo(2);
            assertThat(scrape.value("shed_logins_total{result=\"accepted\"}")).isEqualTo(1);
        }
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 2);
        Scrape.await(address, "shed_connections{state=\"logged_in\"}", 0);
        Scrape.await(address, "shed_connections{state=\"logging_in\"}", 0);
        assertThat(Scrape.of(address).value("shed_logins_total{result=\"refused\"}"))
                .isEqualTo(1);
    }

    @Test
    void eachStageOfALoginIsTimedOnce() throws Exception {
        gateway.exec("demo", "true");
        gateway.audit().await(AuditEvent.ChannelEnded.class);
        var scrape = Scrape.of(address);
        for (var stage : new String[] {"key_exchange", "authentication", "shed", "process"}) {
            assertThat(scrape.value("shed_login_stage_duration_seconds_count{stage=\"" + stage + "\"}"))
                    .as(stage)
                    .isEqualTo(1);
        }
        assertThat(scrape.value("shed_channel_duration_seconds_count{kind=\"exec\"}"))
                .isEqualTo(1);
    }

    @Test
    void verbsAndFailuresAreCounted() throws Exception {
        assertThat(gateway.exec("shed", "info nosuch").status()).isEqualTo(66);
        assertThat(gateway.subsystem("demo", "sessions").status()).isZero();
        gateway.audit().await(AuditEvent.ChannelEnded.class, 2);
        var scrape = Scrape.of(address);
        assertThat(scrape.value("shed_verb_duration_seconds_count{result=\"failed\",verb=\"info\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("shed_verb_duration_seconds_count{result=\"ok\",verb=\"sessions\"}"))
                .isEqualTo(1);
        assertThat(scrape.value("shed_channels_ended_total{kind=\"exec\",outcome=\"SHED_NOT_FOUND\"}"))
                .isEqualTo(1);
        assertThat(scrape.text()).doesNotContain("nosuch", "demo", "127.0.0.1");
    }

    /// Of a gateway that was started less than a minute ago.
    @Test
    void theStatusOfTheLastMinuteAgrees() throws Exception {
        runtime.in("other", _ -> FakeProcess.printing("four", "", 0));
        assertThat(gateway.exec("other", "true").out()).isEqualTo("four");
        assertThat(gateway.subsystem("demo", "sessions").status()).isZero();
        gateway.connect("demo").close();
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 3);
        var status = new ByteArrayOutputStream();
        new StatusProgram(gateway.state(), new PrintStream(status, true, UTF_8)).run(List.of("--json"));
        var last = new JsonMapper().readTree(status.toString(UTF_8)).path("last_minute");
        var scrape = Scrape.of(address);
        assertThat(last.path("logins").asLong())
                .isEqualTo((long) scrape.value("shed_logins_total{result=\"accepted\"}"))
                .isEqualTo(2);
        assertThat(last.path("logins_refused").asLong())
                .isEqualTo((long) scrape.value("shed_logins_total{result=\"refused\"}"))
                .isEqualTo(1);
        assertThat(last.path("channels").asLong()).isEqualTo(2);
        assertThat(scrape.value("shed_channels_ended_total{kind=\"exec\",outcome=\"exit\"}")
                        + scrape.value("shed_channels_ended_total{kind=\"subsystem\",outcome=\"exit\"}"))
                .isEqualTo(2);
        assertThat(last.path("bytes_received").asLong())
                .isEqualTo((long) scrape.value("shed_channel_received_bytes_total"));
        assertThat(last.path("bytes_sent").asLong())
                .isEqualTo((long) scrape.value("shed_channel_sent_bytes_total"))
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void shedsAndAgentsAreCounted() throws Exception {
        runtime.in(
                "demo",
                spec -> spec.program() instanceof Program.Argv argv
                                && argv.words().contains("shed-sessions")
                        ? FakeProcess.printing(ASKS, "", 0)
                        : FakeProcess.printing("", "", 0));
        Scrape.await(address, "shed_agents{status=\"needs-approval\"}", 1);
        var scrape = Scrape.of(address);
        assertThat(scrape.value("shed_agents{status=\"working\"}")).isZero();
        assertThat(scrape.value("shed_sheds{state=\"running\"}")).isEqualTo(2);
        assertThat(scrape.value("shed_sheds{state=\"stopped\"}")).isEqualTo(1);
    }

    /// A page for each scrape asks neither the engine nor the sheds each time.
    @Test
    void howeverOftenThePageIsReadTheShedsAreNotAsked() throws Exception {
        Scrape.await(address, "shed_sheds{state=\"running\"}", 2);
        int before = runtime.started().size();
        for (int i = 0; i < 20; i++) {
            Scrape.of(address);
        }
        // Two processes at most for each running shed, if the machine is so busy that the numbers have become old.
        assertThat(runtime.started().size() - before).isLessThanOrEqualTo(4);
    }

    @Test
    void anEngineThatIsDownIsShownAndThePageIsThere() throws Exception {
        runtime.failing(Failure.engineUnavailable("unix:///secret.sock: down", "look at it"));
        var scrape = Scrape.of(address);
        assertThat(scrape.value("shed_ready{check=\"engine\"}")).isZero();
        assertThat(scrape.value("shed_ready{check=\"listener\"}")).isEqualTo(1);
        assertThat(scrape.value("shed_sheds{state=\"running\"}")).isNaN();
        assertThat(scrape.text()).doesNotContain("secret");
    }

    @Test
    void theProcessIsDescribed() throws IOException {
        var scrape = Scrape.of(address);
        assertThat(scrape.value("process_open_fds")).isPositive();
        assertThat(scrape.value("process_max_fds")).isGreaterThan(100);
        assertThat(scrape.value("process_cpu_seconds_total")).isPositive();
        assertThat(scrape.value("process_start_time_seconds")).isBetween(1.7e9, 1e10);
        assertThat(scrape.value("jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
        assertThat(scrape.value("shed_version{version=\"development\"}")).isEqualTo(1);
    }

    /// Each name on the page of a gateway that was used, with its type and labels.
    @Test
    void thePageHasTheMetricsOfTheTableAndNoOther() throws Exception {
        gateway.exec("demo", "true");
        gateway.exec("shed", "list");
        gateway.audit().await(AuditEvent.ConnectionClosed.class, 2);
        var scrape = Scrape.of(address);
        assertThat(scrape.types()).hasSizeGreaterThan(20).allSatisfy((name, type) -> {
            boolean longest = type.equals("gauge") && name.endsWith("_seconds_max");
            var row = MetricsDocumentTest.row(longest ? MetricsDocumentTest.base(name) : name);
            assertThat(type).as(name).isEqualTo(longest ? "gauge" : row.type());
            var expected = row.labels().isEmpty() ? List.of("") : row.labels();
            assertThat(scrape.labels(name).values())
                    .as(name)
                    .allSatisfy(labels -> assertThat(labels.split(",")).containsExactlyInAnyOrderElementsOf(expected));
        });
    }
}
