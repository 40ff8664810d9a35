package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.docker.ExecContract;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A container that was made without a run directory.
class CarriedExecIT extends ExecContract {
    private static final Duration PROMISE = Duration.ofSeconds(20);

    @Override
    protected LiveShed start() {
        return PorterSheds.adopted("carried-it");
    }

    @Test
    void oneExecCarriesAllProcesses() throws Exception {
        assertThat(shed.container().runDirectory()).isEmpty();
        assertThat(shed.processes("/.shed/porter-")).isPositive();
        assertThat(shed.sh("kill -TERM $$").status()).isEqualTo(new ExitStatus.Signalled("TERM", false));
        try (var one = runtime.start(shed.argv("sleep", "1000"));
                var other = runtime.start(shed.terminal("xterm", "sleep 1000"))) {
            assertThat(one).isNotSameAs(other);
            assertThat(carriers().lines()).hasSize(1);
        }
        assertThat(runtime.starter(shed.container())).contains("its porter, over an exec");
    }

    /// What nobody reads fills its own window.
    @Test
    void aProcessWhoseOutputNobodyReadsHoldsUpNoOther() throws Exception {
        var begun = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var stuck = runtime.start(shed.argv("cat", "/dev/zero"));
        var reader = Thread.ofVirtual().start(() -> readOnce(stuck, begun, released));
        try {
            begun.await();
            for (int i = 0; i < 20; i++) {
                assertThat(shed.sh("echo " + i).out()).isEqualTo(i + "\n");
            }
        } finally {
            stuck.close();
            released.countDown();
        }
        reader.join(PROMISE);
        Await.until("it is hung up", PROMISE, () -> shed.processes("cat /dev/zero") == 0);
    }

    private static void readOnce(ContainerProcess process, CountDownLatch begun, CountDownLatch released) {
        var output = new OutputStream() {
            @Override
            public void write(int single) {
                begun.countDown();
                awaitQuietly(released);
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                write(0);
            }
        };
        try {
            process.copyOutput(output, output);
        } catch (IOException _) {
            // It is closed meanwhile.
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aKilledCarrierIsFollowedByAnother() throws Exception {
        var before = carriers();
        var process = runtime.start(shed.argv("sleep", "1001"));
        var lost = new ByteArrayOutputStream();
        var reader = Thread.ofVirtual().start(() -> {
            try {
                process.copyOutput(lost, lost);
            } catch (IOException e) {
                lost.writeBytes("lost".getBytes(UTF_8));
            }
        });
        var kill = "kill -9 $(pgrep -f -P 0 -o -- '--carry')";
        var killed =
                new ProcessBuilder("docker", "exec", "-u", "0", shed.container().id(), "sh", "-c", kill).start();
        assertThat(killed.waitFor()).isZero();
        reader.join(PROMISE);
        assertThat(lost).hasToString("lost");
        process.close();

        assertThat(shed.sh("echo again").out()).isEqualTo("again\n");
        assertThat(carriers()).isNotEqualTo(before);
        Await.until("it is hung up", PROMISE, () -> shed.processes("sleep 1001") == 0);
    }

    /// Those that the engine has started.
    private String carriers() throws Exception {
        return shed.sh("pgrep -f -P 0 -- '--carry'").out();
    }
}
