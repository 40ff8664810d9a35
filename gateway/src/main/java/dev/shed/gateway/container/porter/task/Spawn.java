package dev.shed.gateway.container.porter.task;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.porter.frame.FrameWriter;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.posix.Terminal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The request to start a process (docs/porter-protocol.md, section 4).
///
/// @param porter the path of the porter's program inside the container
/// @param user the user that the process runs as; empty for root
/// @param grace the time from hang-up to SIGKILL
/// @param version of the porter's protocol
public record Spawn(ExecSpec spec, String porter, String user, Duration grace, byte version) {
    private static final int ARGV = 0;
    private static final int SHELL_COMMAND = 1;
    private static final int LOGIN_SHELL = 2;
    private static final int FIRST_OF = 3;
    private static final int LISTING = 4;

    private static final int DIR_REQUIRED = 1;
    private static final int CONTAINER_ENV = 2;
    private static final int PTY = 4;
    private static final int PASS_TERMINAL = 8;

    private static final int MAX_GRACE = 600_000;

    /// The complete frame. Fails with `LIMIT_REACHED` if it exceeds the porter's maximum.
    public byte[] frame() {
        var frame = new FrameWriter(Frames.SPAWN).string(user);
        program(frame);
        frame.strings(spec.environment().entrySet().stream()
                        .map(entry -> bytes(entry.getKey() + "=" + entry.getValue()))
                        .toList())
                .string(spec.directory().map(ExecSpec.Directory::path).orElse(""))
                .u8(flags())
                .u32(Math.clamp(grace.toMillis(), 1, MAX_GRACE));
        terminal().ifPresent(terminal -> terminal(frame, terminal));
        if (frame.length() > Frames.MAX_REQUEST) {
            throw new ShedException(Failure.limitReached(Frames.MAX_REQUEST + " bytes of command and environment"));
        }
        return frame.frame();
    }

    private void program(FrameWriter frame) {
        switch (spec.program()) {
            case Program.Argv argv when isListing() -> frame.u8(LISTING).strings(listing(argv));
            case Program.Argv argv -> frame.u8(ARGV).strings(bytes(argv.words()));
            case Program.FirstOf several -> frame.u8(FIRST_OF).strings(bytes(several.paths()));
            case Program.ShellCommand command ->
                frame.u8(SHELL_COMMAND).strings(List.of(command.line().bytes()));
            case Program.LoginShell _ -> frame.u8(LOGIN_SHELL).strings(List.of());
            case Program.InSession inSession -> frame.u8(ARGV).strings(caller(inSession));
        }
    }

    private static List<byte[]> listing(Program.Argv argv) {
        return Stream.of(argv.asking(), List.of(""), argv.words())
                .flatMap(List::stream)
                .map(Spawn::bytes)
                .toList();
    }

    /// Whether it is a listing, after which the connection takes another request.
    boolean isListing() {
        return version >= Frames.LISTING
                && spec.program() instanceof Program.Argv argv
                && !argv.asking().isEmpty();
    }

    /// The command line of the caller, a process of the porter that opens the window and stays connected to
    /// it (section 8).
    private List<byte[]> caller(Program.InSession inSession) {
        var words = new ArrayList<byte[]>();
        Stream.of(porter, "--session", inSession.session().value()).forEach(word -> words.add(bytes(word)));
        spec.terminal().ifPresent(_ -> words.add(bytes("--terminal")));
        spec.directory().ifPresent(_ -> words.add(bytes("--here")));
        words.add(bytes("--"));
        words.add(inSession.line().bytes());
        return words;
    }

    /// The PTY to create. A command in a session uses that of its window.
    private Optional<ExecSpec.Terminal> terminal() {
        return spec.terminal().filter(_ -> !(spec.program() instanceof Program.InSession));
    }

    boolean hasTerminal() {
        return terminal().isPresent();
    }

    /// Whether it asks for the master of its terminal.
    boolean passesTerminal() {
        return version >= Frames.PASSING_TERMINALS && hasTerminal() && Terminal.available();
    }

    private int flags() {
        return CONTAINER_ENV
                | (spec.directory().filter(ExecSpec.Directory::required).isPresent() ? DIR_REQUIRED : 0)
                | (hasTerminal() ? PTY : 0)
                | (passesTerminal() ? PASS_TERMINAL : 0);
    }

    private static void terminal(FrameWriter frame, ExecSpec.Terminal terminal) {
        frame.strings(bytes(TerminalTypes.candidates(terminal.term())));
        size(frame, terminal.size());
        frame.string(terminal.modes().bytes());
    }

    static void size(FrameWriter frame, WindowSize size) {
        frame.u32(size.rows()).u32(size.columns()).u32(size.xPixels()).u32(size.yPixels());
    }

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(Spawn::bytes).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
