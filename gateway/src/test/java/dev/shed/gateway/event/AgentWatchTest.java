package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.tmux.Notice;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What counts after the process has ended that tells what agents do: another one is started.
class AgentWatchTest {
    private static final String CODEX = """
            pane\t71\t-\t$3\twork\t%5\t0\t\t\tnode\t[ ! ] Action Required
            process\t71\tnode\u001f/usr/local/bin/codex\t80\t7
            end
            """;

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger started = new AtomicInteger();
    private final List<EventDetails> told = new CopyOnWriteArrayList<>();
    private final SharedSessionState sessions = new SharedSessionState(Clock.systemUTC(), told::add);
    private final FakeRuntime runtime = new FakeRuntime().with("demo");

    @AfterEach
    void close() {
        over.countDown();
        sessions.close();
    }

    /// Watches until the first process has ended, and the next one runs.
    private Optional<Status> afterTheEnd(String output, int status) throws Exception {
        runtime.programs(spec -> Optional.of(process(spec, output, status)));
        for (var line : List.of("p 1 1", "s $3 work", "e", "w $3 1769335200! 1769335200* |")) {
            sessions.take(Notice.parse(line).orElseThrow());
        }
        var dependencies = new SessionWatch.Dependencies(runtime, Clock.systemUTC(), "0", Duration.ofSeconds(10));
        var container = runtime.find(ShedName.parse("demo")).orElseThrow();
        new AgentWatch(container, dependencies, sessions, Duration.ofMillis(10)).start();
        Await.until("another process", () -> started.get() > 1);
        return sessions.find("work", Duration.ZERO).orElseThrow().status();
    }

    private ContainerProcess process(ExecSpec spec, String output, int status) {
        assertThat(spec.program().toString()).contains("shed-agents");
        return started.getAndIncrement() > 0
                ? new FakeProcess((_, _) -> {
                    over.await();
                    return ExitStatus.SUCCESS;
                })
                : FakeProcess.printing(output, "", status);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 137})
    void whatWasToldLastCountsUntilMoreIsTold(int status) throws Exception {
        var after = afterTheEnd(CODEX, status).orElseThrow();

        assertThat(after.text()).isEqualTo("needs-approval (title of codex)");
        assertThat(told).extracting(EventDetails::kind).containsExactly(EventDetails.Kind.SESSION_ASKED);
    }

    @Test
    void whatWasNeverToldIsNotKnown() throws Exception {
        assertThat(afterTheEnd("", 2)).isEmpty();
    }

    @Test
    void whereNoShellCanRunOutputAndBellsTell() throws Exception {
        assertThat(afterTheEnd("", 127).orElseThrow().text()).startsWith("needs-input: it rang the bell");
    }
}
