package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What holds of a task in whatever order a porter, or what says to be one, sends frames, and whatever is in them:
/// what docs/porter-protocol.md allows is understood, and everything else ends the connection.
class TaskPropertiesTest {
    private static final String TEXT = "bytes of output";

    /// What a porter may say, rightly or wrongly.
    enum Says {
        STARTED(new FrameWriter(Frames.STARTED).u32(7).string("").string("")),
        OUT(output(Frames.OUT)),
        ERR(output(Frames.ERR)),
        OUT_EOF(new FrameWriter(Frames.OUT_EOF)),
        EXITED(new FrameWriter(Frames.EXITED).u8(9)),
        KILLED(new FrameWriter(Frames.KILLED).string("TERM").u8(0).u32(15)),
        IN_CLOSED(new FrameWriter(Frames.IN_CLOSED)),
        NOT_RUN(new FrameWriter(Frames.FAILED).u32(2).u8(5).string("x: not found")),
        REFUSED(new FrameWriter(Frames.FAILED).u32(22).u8(0).string("malformed")),
        GREETING_AGAIN(new FrameWriter(Frames.HELLO)
                .u8(2)
                .string("")
                .string("1")
                .u32(1)
                .string("")
                .string("")
                .u32(0)),
        STATUS(new FrameWriter(Frames.STATUS)),
        NO_SUCH_TYPE(new FrameWriter(0x7f).u32(0)),
        CREDIT_FOR_NOTHING(new FrameWriter(Frames.CREDIT).u32(1)),
        CREDIT_BEYOND_ALL(new FrameWriter(Frames.CREDIT).u32(-1)),
        EXITED_SHORT(new FrameWriter(Frames.EXITED)),
        EXITED_LONG(new FrameWriter(Frames.EXITED).u8(0).u8(0)),
        EOF_WITH_PAYLOAD(new FrameWriter(Frames.OUT_EOF).u8(0)),
        KILLED_BY_NONSENSE(
                new FrameWriter(Frames.KILLED).string("\u001b]0;").u8(0).u32(1)),
        STRING_BEYOND_THE_FRAME(new FrameWriter(Frames.STARTED).u32(7).u32(-1)),
        OUT_EMPTY(header(Frames.OUT, 0)),
        OUT_TOO_LONG(header(Frames.OUT, Frames.MAX_PAYLOAD + 1)),
        OUT_ABSURD(header(Frames.OUT, -1));

        @SuppressWarnings("ImmutableEnumChecker") // nobody writes into it
        private final byte[] frame;

        Says(byte[] frame) {
            this.frame = frame;
        }

        Says(FrameWriter frame) {
            this(frame.frame());
        }

        private static byte[] output(int type) {
            var bytes = TEXT.getBytes(UTF_8);
            return ByteBuffer.allocate(Frames.HEADER + bytes.length)
                    .put(header(type, bytes.length))
                    .put(bytes)
                    .array();
        }

        private static byte[] header(int type, int length) {
            return FrameWriter.headerOnly(type, length).array();
        }
    }

    enum Outcome {
        ENDED,
        REFUSED,
        BROKEN,
        LOST
    }

    /// The protocol's order, once more and in other words: what comes of these frames.
    private static final class Expected {
        private final List<Says> used = new ArrayList<>();
        private int output;
        private boolean started;
        private boolean outputEnded;
        private boolean ended;

        Outcome of(List<Says> all) {
            for (var says : all) {
                used.add(says);
                var outcome = next(says);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
            return Outcome.LOST;
        }

        private Optional<Outcome> next(Says says) {
            boolean legal = switch (says) {
                case STARTED, NOT_RUN, REFUSED -> !started;
                case OUT, ERR, OUT_EOF -> started && !outputEnded;
                case EXITED, KILLED -> started && !ended;
                case IN_CLOSED -> true;
                default -> false;
            };
            if (!legal) {
                return Optional.of(Outcome.BROKEN);
            }
            started |= says == Says.STARTED;
            output += says == Says.OUT || says == Says.ERR ? 1 : 0;
            outputEnded |= says == Says.OUT_EOF;
            ended |= says == Says.EXITED || says == Says.KILLED;
            return switch (says) {
                case NOT_RUN -> Optional.of(Outcome.ENDED);
                case REFUSED -> Optional.of(Outcome.REFUSED);
                default -> outputEnded && ended ? Optional.of(Outcome.ENDED) : Optional.empty();
            };
        }
    }

    @Property
    void whatThePorterSaysIsUnderstoodOrEndsTheConnection(
            @ForAll @Size(max = 8) List<Says> frames, @ForAll @IntRange(min = 1, max = 40) int piece) throws Exception {
        check(frames, piece);
    }

    /// The same behind a beginning that is right, so that more of it comes far.
    @Property
    void whatARunningTaskSaysIsUnderstoodOrEndsTheConnection(
            @ForAll @Size(max = 8) List<Says> frames, @ForAll @IntRange(min = 1, max = 40) int piece) throws Exception {
        var all = new ArrayList<>(List.of(Says.STARTED, Says.OUT));
        all.addAll(frames);
        check(all, piece);
    }

    private static void check(List<Says> frames, int piece) throws Exception {
        var expected = new Expected();
        var outcome = expected.of(frames);
        var porter = new FakePorter();
        for (var says : expected.used) {
            cut(says.frame, piece).forEach(porter::says);
        }
        porter.goesAway();
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();

        assertThat(run(process(porter), out, err)).as("%s", expected.used).isEqualTo(outcome);
        assertThat((out.toString(UTF_8) + err.toString(UTF_8)).replace("shed: x: not found\n", ""))
                .isEqualTo(TEXT.repeat(expected.output));
    }

    private static Outcome run(PorterProcess process, ByteArrayOutputStream out, ByteArrayOutputStream err)
            throws IOException, InterruptedException {
        try (process) {
            process.copyOutput(out, err);
            return process.waitFor().code() >= 0 ? Outcome.ENDED : Outcome.LOST;
        } catch (ShedException _) {
            return Outcome.REFUSED;
        } catch (ProcessLostException e) {
            return "it is lost".equals(e.getMessage()) ? Outcome.LOST : Outcome.BROKEN;
        }
    }

    private static List<byte[]> cut(byte[] frame, int piece) {
        var pieces = new ArrayList<byte[]>();
        for (int from = 0; from < frame.length; from += piece) {
            pieces.add(Arrays.copyOfRange(frame, from, Math.min(frame.length, from + piece)));
        }
        return pieces;
    }

    private static PorterProcess process(Link link) throws IOException {
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
        var spec = new ExecSpec(container, new Program.ShellCommand("x"), Map.of(), Optional.empty(), Optional.empty());
        return PorterProcess.of(
                link,
                new Spawn(spec, "/run/shed/porter", "dev", Duration.ofSeconds(4), Frames.VERSION),
                new PorterProcess.Endings(() -> "it is lost", _ -> {}));
    }
}
