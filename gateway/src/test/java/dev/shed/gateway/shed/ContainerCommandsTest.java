package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ContainerCommandsTest {
    private static final Command COMMAND = Command.of(List.of("tmux", "kill-session"));

    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private final ContainerCommands containerCommands = new ContainerCommands(runtime);

    private Shed demo() {
        return new Shed(runtime.list().getFirst(), false);
    }

    @Test
    void theAnswerIsStatusAndBothOutputs() {
        runtime.in("demo", _ -> FakeProcess.printing("out", "err", 3));
        assertThat(containerCommands.run(demo(), COMMAND))
                .isEqualTo(new ContainerCommands.Answer(ExitStatus.of(3), "out", "err"));
    }

    /// It becomes part of what a person is told.
    @Test
    void ofALongComplaintTheBeginningIsTaken() {
        runtime.in("demo", _ -> FakeProcess.printing("", "no server running on " + "x".repeat(4_000_000), 1));
        assertThat(containerCommands.run(demo(), COMMAND).err())
                .startsWith("no server running on xxx")
                .endsWith("x…")
                .hasSize(1001);
    }

    @Test
    void theInputArrivesByteForByte() {
        runtime.in("demo", _ -> FakeProcess.echoing());
        var text = "one\n\t#{two} ';\" 🙂";
        assertThat(containerCommands
                        .run(demo(), COMMAND.reading(ByteString.of(text)))
                        .out())
                .isEqualTo(text);
    }

    @Test
    void oneThatReadsNoInputAnswersAllTheSame() {
        runtime.in("demo", _ -> FakeProcess.printing("", "no such program", 127).readingNothing());
        assertThat(containerCommands.run(demo(), COMMAND.reading(ByteString.of("text"))))
                .isEqualTo(new ContainerCommands.Answer(ExitStatus.of(127), "", "no such program"));
    }

    @Test
    void oneThatHangsIsHungUpInTime() throws Exception {
        var hungUp = new CountDownLatch(1);
        runtime.in(
                "demo",
                _ -> new FakeProcess((process, _) -> {
                    try {
                        process.awaitClosed();
                    } finally {
                        hungUp.countDown();
                    }
                    return ExitStatus.SUCCESS;
                }));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> containerCommands.run(demo(), COMMAND.within(Duration.ofMillis(50))))
                .withMessageContaining("it did not answer within 50 ms");
        hungUp.await();
    }

    @Test
    void oneThatNeverStopsTalkingIsHungUp() {
        runtime.in(
                "demo",
                _ -> new FakeProcess((_, streams) -> {
                    var block = new byte[1 << 16];
                    while (true) {
                        streams.out().write(block);
                    }
                }));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> containerCommands.run(demo(), COMMAND))
                .withMessageContaining("it answers with more than");
    }

    @Test
    void aLongAnswerGoesWhereItIsReadHoweverSlowly() throws Exception {
        runtime.in(
                "demo",
                _ -> new FakeProcess((_, streams) -> {
                    for (int i = 0; i < 100; i++) {
                        streams.out().write(new byte[1 << 16]);
                    }
                    return ExitStatus.SUCCESS;
                }));
        var slow = new OutputStream() {
            private long taken;

            @Override
            public void write(int single) {
                throw new AssertionError("not one by one");
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                // As long as the whole may take: it is the reader's time.
                if (taken == 0) {
                    LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
                }
                taken += length;
            }
        };

        assertThat(containerCommands.stream(demo(), COMMAND.within(Duration.ofMillis(500)), slow)
                        .ok())
                .isTrue();
        assertThat(slow.taken).isEqualTo(100 << 16);
    }

    @Test
    void aReaderThatBreaksIsNotTheShedsFault() {
        runtime.in("demo", _ -> FakeProcess.printing("out", "", 0));
        assertThatIOException()
                .isThrownBy(() -> containerCommands.stream(demo(), COMMAND, closed()))
                .withMessage("Stream closed");
    }

    private static OutputStream closed() throws IOException {
        var out = OutputStream.nullOutputStream();
        out.close();
        return out;
    }

    @Test
    void aDefectIsNoFailureOfTheShed() {
        runtime.in("demo", _ -> {
            throw new IllegalArgumentException("defect");
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> containerCommands.run(demo(), COMMAND))
                .havingRootCause()
                .withMessage("defect");
    }
}
