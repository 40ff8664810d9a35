package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.porter.frame.Credit;
import dev.shed.gateway.container.porter.frame.FrameDecoder;
import dev.shed.gateway.container.porter.frame.FrameReader;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decodes the porter's frames about one task, and checks that they arrive in the order that the protocol
/// allows (docs/porter-protocol.md, section 5).
final class TaskReceiver implements FrameDecoder.Receiver {
    /// The exit statuses of a shell if a program was not found or cannot be executed (POSIX, XCU 2.8.2).
    private static final ExitStatus NOT_FOUND = ExitStatus.of(127);

    private static final ExitStatus NOT_RUN = ExitStatus.of(126);

    /// The number on Linux.
    private static final int ENOENT = 2;

    private static final int STAGE_USER = 1;
    private static final int STAGE_RESOURCES = 2;
    private static final int STAGE_PRIVILEGES = 3;
    private static final int STAGE_DIRECTORY = 4;
    private static final int STAGE_EXEC = 5;

    /// A value that is no frame's type.
    private static final int NOTHING = 0;

    private static final Pattern SIGNAL = Pattern.compile("[A-Z0-9+-]{1,16}");

    private enum Phase {
        STARTING,
        RUNNING,
        FAILED
    }

    /// The destinations of the process's output.
    record Streams(OutputStream out, OutputStream err) {}

    private final Spawn spawn;
    private final Streams streams;
    private final Credit credit;
    private final Consumer<String> onTerminal;

    private Phase phase;
    private boolean outputEnded;
    private boolean ready;
    private UserResolver.Trial.Result trial = UserResolver.Trial.Result.POSSIBLE;
    private @Nullable ExitStatus status;

    /// The frame type of the stream with unflushed output.
    private int unflushed = NOTHING;

    /// @param onTerminal receives the path of the process's PTY, empty without one
    TaskReceiver(Spawn spawn, Streams streams, Credit credit, Consumer<String> onTerminal) {
        this.spawn = spawn;
        this.streams = streams;
        this.credit = credit;
        this.onTerminal = onTerminal;
        this.phase = Phase.STARTING;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /// Whether the porter has said that all output was written.
    boolean isOutputEnded() {
        return outputEnded;
    }

    /// Whether nothing more is to be received.
    boolean saysNoMore() {
        return over() && (ready || phase == Phase.FAILED || !spawn.isListing());
    }

    /// Whether the connection takes another request.
    boolean isReady() {
        return ready;
    }

    /// Whether the status and all output have come.
    boolean over() {
        return status != null && (outputEnded || phase == Phase.FAILED);
    }

    /// The exit status; null until it is known.
    @Nullable
    ExitStatus status() {
        return status;
    }

    /// Whether the process could be started as its user.
    UserResolver.Trial.Result trial() {
        return trial;
    }

    @Override
    public void output(int type, byte[] source, int offset, int length) throws IOException {
        require(phase == Phase.RUNNING && !outputEnded);
        if (type != unflushed) {
            flush();
        }
        unflushed = type;
        stream(type).write(source, offset, length);
    }

    /// Flushes after all received bytes were decoded. A flush after each frame would send packets of a few
    /// bytes.
    void flush() throws IOException {
        int type = unflushed;
        unflushed = NOTHING;
        if (type != NOTHING) {
            stream(type).flush();
        }
    }

    private OutputStream stream(int type) {
        return type == Frames.OUT ? streams.out() : streams.err();
    }

    @Override
    public void frame(int type, FrameReader payload) throws IOException {
        switch (type) {
            case Frames.STARTED -> started(payload);
            case Frames.FAILED -> failed(payload);
            case Frames.CREDIT -> credit.grant(payload.u32());
            case Frames.IN_CLOSED -> credit.close();
            case Frames.OUT_EOF -> outputEnded();
            case Frames.EXITED -> ended(ExitStatus.of(payload.u8()));
            case Frames.KILLED -> killed(payload);
            case Frames.READY -> ready();
            default -> throw new ProtocolException("a frame of the type " + type);
        }
        payload.end();
    }

    private void started(FrameReader payload) throws ProtocolException {
        require(phase == Phase.STARTING);
        payload.u32();
        onTerminal.accept(payload.text());
        payload.string();
        phase = Phase.RUNNING;
    }

    private void outputEnded() throws ProtocolException {
        require(phase == Phase.RUNNING && !outputEnded);
        outputEnded = true;
    }

    private void ready() throws ProtocolException {
        require(spawn.isListing() && over() && !ready);
        ready = true;
    }

    private void killed(FrameReader payload) throws ProtocolException {
        var name = payload.text();
        boolean core = payload.u8() != 0;
        payload.u32();
        require(SIGNAL.matcher(name).matches());
        ended(new ExitStatus.Signalled(name, core));
    }

    private void ended(ExitStatus how) throws ProtocolException {
        require(phase == Phase.RUNNING && status == null);
        status = how;
    }

    private void failed(FrameReader payload) throws IOException {
        require(phase == Phase.STARTING);
        long errno = payload.u32();
        int stage = payload.u8();
        var text = payload.text();
        phase = Phase.FAILED;
        status = switch (stage) {
            case STAGE_DIRECTORY -> {
                var directory = spawn.spec().directory().map(ExecSpec.Directory::path);
                say("cannot change to directory " + directory.orElse(text));
                yield ExitStatus.of(1);
            }
            case STAGE_EXEC -> {
                // If the gateway chose the program, the gateway reports the missing program itself, with a
                // better message than a shell's.
                if (errno != ENOENT || !namedByTheGateway(spawn.spec().program())) {
                    say(text);
                }
                yield errno == ENOENT ? NOT_FOUND : NOT_RUN;
            }
            case STAGE_USER -> {
                trial = UserResolver.Trial.Result.NO_SUCH_USER;
                var problem = "its container has no user '" + spawn.user() + "'";
                throw new ShedException(Failure.shedNotReady(shed(), problem));
            }
            case STAGE_PRIVILEGES -> {
                trial = UserResolver.Trial.Result.NOT_PERMITTED;
                throw new ShedException(Failure.shedNotReady(shed(), "its porter says: " + text));
            }
            case STAGE_RESOURCES -> throw new ShedException(Failure.limitReached("shed '" + shed() + "': " + text));
            default -> throw new ShedException(Failure.shedNotReady(shed(), "its porter says: " + text));
        };
    }

    private static boolean namedByTheGateway(Program program) {
        return switch (program) {
            case Program.Argv _, Program.FirstOf _ -> true;
            case Program.ShellCommand _, Program.LoginShell _, Program.InSession _ -> false;
        };
    }

    /// Writes a message to the stream that a shell would use.
    private void say(String message) throws IOException {
        boolean terminal = spawn.spec().terminal().isPresent();
        var stream = terminal ? streams.out() : streams.err();
        var line = "shed: " + FailureText.printable(message) + (terminal ? "\r\n" : "\n");
        stream.write(line.getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    private String shed() {
        return spawn.spec().container().shed().value();
    }

    private static void require(boolean condition) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException("a frame that has no place there");
        }
    }
}
