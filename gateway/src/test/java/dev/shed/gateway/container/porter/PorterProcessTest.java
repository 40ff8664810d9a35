package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The gateway's half of a task, with a test at the other end.
class PorterProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakePorter porter = new FakePorter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Link> returned = new ArrayList<>();
    private final PorterProcess process = process(Optional.empty());

    private PorterProcess process(Optional<Terminal> terminal) {
        return process(new Program.ShellCommand("x"), terminal);
    }

    private PorterProcess process(Program program, Optional<Terminal> terminal) {
        return process(program, terminal, Frames.VERSION);
    }

    private PorterProcess process(Program program, Optional<Terminal> terminal, byte version) {
        var container = new Container(
                "id",
                ShedName.parse("demo"),
                Container.State.RUNNING,
                Instant.EPOCH,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var spec = new ExecSpec(
                container, program, Map.of(), Optional.of(ExecSpec.Directory.required("/no\u0007where")), terminal);
        var spawn = new Spawn(spec, "/run/shed/porter", "dev", Duration.ofSeconds(5), version);
        try {
            return PorterProcess.of(
                    porter, spawn, new PorterProcess.Endings(() -> "it is lost", _ -> {}, returned::add));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FrameWriter started() {
        return new FrameWriter(Frames.STARTED).u32(7).string("").string("");
    }

    private static FrameWriter failed(int errno, int stage, String text) {
        return new FrameWriter(Frames.FAILED).u32(errno).u8(stage).string(text);
    }

    private static byte[] output(int type, String text) {
        var bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocate(Frames.HEADER + bytes.length)
                .put((byte) type)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private ExitStatus end() throws Exception {
        process.copyOutput(out, err);
        return process.waitFor();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void statusAndOutputMayEndInEitherOrder(boolean statusFirst) throws Exception {
        var status = new FrameWriter(Frames.EXITED).u8(9);
        var end = new FrameWriter(Frames.OUT_EOF);
        porter.says(started());
        porter.says(output(Frames.OUT, "out"));
        porter.says(output(Frames.ERR, "err"));
        porter.says(statusFirst ? status : end);
        porter.says(new FrameWriter(Frames.IN_CLOSED));
        porter.says(statusFirst ? end : status);

        assertThat(end()).isEqualTo(ExitStatus.of(9));
        assertThat(out.toString(UTF_8)).isEqualTo("out");
        assertThat(err.toString(UTF_8)).isEqualTo("err");
    }

    /// Else the ends of frames become packets of a few bytes.
    @Test
    void whatComesAtOnceIsFlushedOnceAndInItsOrder() throws Exception {
        var seen = new StringBuilder();
        porter.says(started());
        porter.says(concatenated(output(Frames.OUT, "a"), output(Frames.OUT, "b")));
        porter.says(concatenated(output(Frames.OUT, "c"), output(Frames.ERR, "d"), output(Frames.OUT, "e")));
        porter.says(new FrameWriter(Frames.OUT_EOF));
        porter.says(new FrameWriter(Frames.EXITED).u8(0));

        process.copyOutput(recording(seen, "!"), recording(seen, "?"));
        assertThat(seen).hasToString("ab!c!d?e!");
    }

    private static byte[] concatenated(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static OutputStream recording(StringBuilder to, String flush) {
        return new OutputStream() {
            @Override
            public void write(int single) {
                to.append((char) single);
            }

            @Override
            public void flush() {
                to.append(flush);
            }
        };
    }

    private PorterProcess listing() {
        var program = new Program.Argv(List.of("sh", "-c", "x", "name", "ask"), List.of("tmux", "ls"));
        return process(program, Optional.empty(), Frames.LISTING);
    }

    private void saysAListing() {
        porter.says(started());
        porter.says(output(Frames.OUT, "one"));
        porter.says(new FrameWriter(Frames.EXITED).u8(1));
        porter.says(new FrameWriter(Frames.OUT_EOF));
    }

    @Test
    void aListingReturnsItsConnection() throws Exception {
        saysAListing();
        porter.says(new FrameWriter(Frames.READY));
        try (var listing = listing()) {
            listing.give(new byte[] {1});
            listing.copyOutput(out, err);
            listing.signal("TERM");
            assertThat(listing.waitFor()).isEqualTo(ExitStatus.of(1));
        }
        assertThat(out.toString(UTF_8)).isEqualTo("one");
        assertThat(returned).containsExactly(porter);
        assertThat(porter.isClosed()).isFalse();
        assertThat(porter.heard()).isEmpty();
    }

    @Test
    void aListingThatTookLongDoesNot() throws Exception {
        saysAListing();
        porter.goesAway();
        try (var listing = listing()) {
            listing.copyOutput(out, err);
            assertThat(listing.waitFor()).isEqualTo(ExitStatus.of(1));
        }
        assertThat(returned).isEmpty();
        assertThat(porter.isClosed()).isTrue();
    }

    /// The next request would be answered with what is left of this answer.
    @Test
    void aConnectionWithMoreThanTheAnswerIsNotUsedAgain() throws Exception {
        saysAListing();
        porter.says(concatenated(new FrameWriter(Frames.READY).frame(), new byte[] {(byte) Frames.STARTED, 0}));
        try (var listing = listing()) {
            listing.copyOutput(out, err);
        }
        assertThat(returned).isEmpty();
        assertThat(porter.isClosed()).isTrue();
    }

    @Test
    void onlyAListingThatIsOverCanBeReady() {
        porter.says(started());
        porter.says(new FrameWriter(Frames.READY));
        assertThatThrownBy(() -> listing().copyOutput(out, err)).isInstanceOf(ProcessLostException.class);
        porter.says(started());
        porter.says(new FrameWriter(Frames.EXITED).u8(0));
        porter.says(concatenated(new FrameWriter(Frames.OUT_EOF).frame(), new FrameWriter(Frames.READY).frame()));
        assertThatThrownBy(() -> process.copyOutput(out, err)).isInstanceOf(ProcessLostException.class);
        assertThat(returned).isEmpty();
    }

    @Test
    void aSignalIsASignal() throws Exception {
        porter.says(started());
        porter.says(new FrameWriter(Frames.OUT_EOF));
        porter.says(new FrameWriter(Frames.KILLED).string("SEGV").u8(1).u32(11));

        assertThat(end()).isEqualTo(new ExitStatus.Signalled("SEGV", true));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 5, 'x: No such file or directory', 127, 'shed: x: No such file or directory'",
        "13, 5, 'x: Permission denied', 126, 'shed: x: Permission denied'",
        "8, 5, 'x: Exec format error', 126, 'shed: x: Exec format error'",
        "2, 4, 'anything', 1, 'shed: cannot change to directory /no\\x07where'",
    })
    void whatCannotBeStartedIsSaidAsAShellWould(int errno, int stage, String text, int status, String said)
            throws Exception {
        porter.says(failed(errno, stage, text));

        assertThat(end()).isEqualTo(ExitStatus.of(status));
        assertThat(err.toString(UTF_8)).isEqualTo(said + "\n");
    }

    private static List<Program> programsOfOurs() {
        return List.of(new Program.Argv(List.of("tmux")), new Program.FirstOf(List.of("/a", "/b")));
    }

    @ParameterizedTest
    @MethodSource("programsOfOurs")
    void ofAMissingProgramOfOursNothingIsSaid(Program program) throws Exception {
        porter.says(failed(2, 5, "tmux: No such file or directory"));

        var ours = process(program, Optional.empty());
        ours.copyOutput(out, err);
        assertThat(ours.waitFor()).isEqualTo(ExitStatus.of(127));
        assertThat(err.size()).isZero();
    }

    @Test
    void onATerminalItIsSaidThere() throws Exception {
        porter.says(failed(2, 5, "x: gone"));

        process(Optional.of(new Terminal("xterm", WindowSize.DEFAULT))).copyOutput(out, err);
        assertThat(out.toString(UTF_8)).isEqualTo("shed: x: gone\r\n");
    }

    @ParameterizedTest
    @CsvSource({"1,SHED_NOT_READY,'dev'", "2,LIMIT_REACHED,why", "3,SHED_NOT_READY,why", "0,SHED_NOT_READY,why"})
    void otherFailuresAreFailures(int stage, Failure.Kind kind, String word) {
        porter.says(failed(11, stage, "why"));

        assertThatThrownBy(this::end)
                .isInstanceOfSatisfying(
                        ShedException.class, e -> assertThat(e.failure().kind()).isEqualTo(kind))
                .hasMessageContaining(word);
        assertThat(process.trial())
                .isEqualTo(
                        switch (stage) {
                            case 1 -> UserResolver.Trial.Result.NO_SUCH_USER;
                            case 3 -> UserResolver.Trial.Result.NOT_PERMITTED;
                            default -> UserResolver.Trial.Result.POSSIBLE;
                        });
    }

    @Test
    void aLostConnectionIsSaid() {
        porter.says(started());
        porter.says(new FrameWriter(Frames.EXITED).u8(0));
        porter.goesAway();

        assertThatThrownBy(this::end).isInstanceOf(ProcessLostException.class).hasMessage("it is lost");
        assertThatThrownBy(process::waitFor).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a0 00000001 61",
                "90 0000000c 000000070000000000000000 90 0000000c 000000070000000000000000",
                "90 0000000c 000000070000000000000000 a2 00000000 a0 00000001 61",
                "90 0000000c 000000070000000000000000 a5 00000001 00 a5 00000001 00",
                "90 0000000c 000000070000000000000000 a5 00000002 0000",
                "90 0000000c 000000070000000000000000 a3 00000004 00000001",
                "90 0000000c 000000070000000000000000 a0 00000000",
                "90 0000000c 000000070000000000000000 a0 00010001",
                "90 0000000c 000000070000000000000000 a6 0000000a 00000001 2f 00 00000009",
                "90 0000000c 0000000700000000ffffffff",
                "7f 00000000",
                "80 00000000",
            })
    void whatBreaksTheProtocolIsLost(String wire) {
        porter.says(java.util.HexFormat.of().parseHex(wire.replace(" ", "")));

        assertThatThrownBy(this::end)
                .isInstanceOf(ProcessLostException.class)
                .hasMessage("its porter breaks the protocol");
    }

    @Test
    void inputWaitsForCredit() throws Exception {
        var data = new byte[Credit.INITIAL + 100_000];
        Arrays.fill(data, (byte) 'x');
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var copied = threads.submit(this::end);
            var written = threads.submit(() -> {
                process.stdin().write(data);
                process.stdin().close();
                return true;
            });
            Await.until("the credit is used up", PATIENCE, () -> payload(Frames.IN) >= Credit.INITIAL);
            assertThatThrownBy(() -> written.get(200, TimeUnit.MILLISECONDS)).isNotInstanceOf(ExecutionException.class);
            assertThat(payload(Frames.IN)).isEqualTo(Credit.INITIAL);

            porter.says(started());
            porter.says(new FrameWriter(Frames.CREDIT).u32(65_536));
            porter.says(new FrameWriter(Frames.CREDIT).u32(65_536));
            assertThat(written.get()).isTrue();
            assertThat(payload(Frames.IN)).isEqualTo(data.length);

            porter.says(new FrameWriter(Frames.OUT_EOF));
            porter.says(new FrameWriter(Frames.EXITED).u8(0));
            assertThat(copied.get()).isEqualTo(ExitStatus.SUCCESS);
        }
    }

    @Test
    void inputThatIsNotWantedIsABrokenPipe() throws Exception {
        porter.says(started());
        porter.says(new FrameWriter(Frames.IN_CLOSED));
        porter.says(new FrameWriter(Frames.OUT_EOF));
        porter.says(new FrameWriter(Frames.EXITED).u8(0));
        end();

        assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void closeWakesAWriterWithoutCredit() throws Exception {
        var woken = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                process.stdin().write(new byte[Credit.INITIAL + 1]);
            } catch (IOException _) {
                woken.countDown();
            }
        });
        process.close();
        process.close();

        assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /// The bytes that came in frames of a type.
    private int payload(int type) {
        var wire = ByteBuffer.wrap(porter.heard());
        int sum = 0;
        while (wire.hasRemaining()) {
            int frame = wire.get() & 0xff;
            int length = wire.getInt();
            sum += frame == type ? length : 0;
            wire.position(wire.position() + length);
        }
        return sum;
    }
}
