package dev.shed.gateway.command;

import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A channel of a client that typed everything beforehand.
///
/// @param commandStyle with what it has set `SHED_CLIENT` to
record FakeChannel(
        FakeRuntime runtime,
        boolean isTerminal,
        Optional<String> columns,
        InputStream in,
        OutputStream out,
        OutputStream err,
        CommandStyle commandStyle,
        String term,
        Map<String, String> environment)
        implements Channel {
    FakeChannel(
            FakeRuntime runtime,
            boolean isTerminal,
            Optional<String> columns,
            String typed,
            OutputStream out,
            OutputStream err,
            CommandStyle commandStyle) {
        this(
                runtime,
                isTerminal,
                columns,
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                commandStyle,
                "xterm",
                Map.of("LANG", "C.UTF-8"));
    }

    /// The same on a terminal of another kind, with `NO_COLOR`.
    FakeChannel on(String kind, String noColour) {
        return new FakeChannel(
                runtime, isTerminal, columns, in, out, err, commandStyle, kind, Map.of("NO_COLOR", noColour));
    }

    /// The answers that were recorded, in all channels.
    static final List<Answered> ANSWERED = new CopyOnWriteArrayList<>();

    @Override
    public void answered(Answered answer) {
        ANSWERED.add(answer);
    }

    /// Where somebody has typed, in all channels.
    static final List<String> TYPED = new CopyOnWriteArrayList<>();

    @Override
    public void typed(ShedName shed, String session) {
        TYPED.add(shed + "+" + session);
    }

    @Override
    public void endWithClient(boolean yes) {
        // This client stays to the end.
    }

    @Override
    public void endless() {
        // No gateway stops meanwhile.
    }

    @Override
    public Optional<ExecSpec.Terminal> terminal() {
        return isTerminal ? Optional.of(new ExecSpec.Terminal(term, WindowSize.DEFAULT)) : Optional.empty();
    }

    /// Says where, and ends as no verb does by itself.
    @Override
    public ExitStatus logIn(ShedName shed) throws IOException {
        if (runtime.find(shed).isEmpty()) {
            throw new ShedException(Failure.shedNotFound(shed.value()));
        }
        out.write(("shell in " + shed).getBytes(StandardCharsets.UTF_8));
        return ExitStatus.of(7);
    }

    @Override
    public ExitStatus run(ExecSpec spec, OutputStream toOut, OutputStream toErr)
            throws IOException, InterruptedException {
        try (var process = runtime.start(spec)) {
            in.transferTo(process.stdin());
            process.stdin().close();
            process.copyOutput(toOut, toErr);
            return process.waitFor();
        }
    }
}
