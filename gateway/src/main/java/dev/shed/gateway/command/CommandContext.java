package dev.shed.gateway.command;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.failure.CommandStyle;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.LoginName;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The caller of a verb, the address that it is called on, and its channel.
///
/// @param address the login name of the connection, with the session of the request
public record CommandContext(Identity identity, LoginName address, Channel channel) {
    private static final Set<String> COLOURLESS = Set.of("", "dumb", "unknown");

    private static final Pattern COLUMNS = Pattern.compile("[1-9][0-9]{0,4}");

    /// Whether the client has a PTY: lines then end in `\r\n`, and the user can be asked.
    boolean terminal() {
        return channel.terminal().isPresent();
    }

    /// The width of the client's terminal, from the PTY or from `COLUMNS`; 0 if unknown, as in a pipe.
    int columns() {
        return channel.terminal()
                .map(terminal -> terminal.size().columns())
                .or(() -> channel.columns().filter(COLUMNS.asMatchPredicate()).map(Integer::valueOf))
                .orElse(0);
    }

    /// Whether output may have colours: on a terminal that has them, unless `NO_COLOR` is set and not empty
    /// (no-color.org).
    boolean hasColour() {
        return channel.terminal()
                        .filter(terminal -> !COLOURLESS.contains(terminal.term()))
                        .isPresent()
                && channel.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    InputStream in() {
        return channel.in();
    }

    OutputStream out() {
        return channel.out();
    }

    OutputStream err() {
        return channel.err();
    }

    /// A command to suggest: of ssh, or of the client `shed` if that is the caller.
    String advice(String call) {
        return FailureText.advice(call, channel.commandStyle());
    }

    /// A writer for long output. It does not convert line ends, so the caller writes [#lineEnd].
    Writer writer() {
        return new BufferedWriter(new OutputStreamWriter(out(), StandardCharsets.UTF_8));
    }

    /// The line end of the client's terminal or pipe.
    String lineEnd() {
        return terminal() ? "\r\n" : "\n";
    }

    /// Writes to stdout, and converts `\n` for a terminal.
    void print(String text) throws IOException {
        write(out(), text);
    }

    /// Writes a text of help to stdout, with the gateway's address in its commands if that is known.
    void explain(String text) throws IOException {
        print(FailureText.advice(
                text, new CommandStyle(Optional.empty(), channel.commandStyle().address())));
    }

    /// Writes a message to stderr.
    void notice(String text) throws IOException {
        write(err(), text);
    }

    /// Writes a progress message, if the client has a terminal.
    void progress(String line) throws IOException {
        if (terminal()) {
            write(err(), line + "\n");
        }
    }

    private void write(OutputStream to, String text) throws IOException {
        to.write(text.replace("\n", lineEnd()).getBytes(StandardCharsets.UTF_8));
        to.flush();
    }
}
