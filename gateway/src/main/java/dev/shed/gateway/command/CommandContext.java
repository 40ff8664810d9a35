package dev.shed.gateway.command;

import dev.shed.gateway.access.Identity;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.LoginName;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Who calls a verb, from where, and the channel that it is called on.
///
/// @param address the login name that the channel belongs to
public record CommandContext(Identity identity, LoginName address, Channel channel) {
    private static final Pattern COLUMNS = Pattern.compile("[1-9][0-9]{0,4}");

    /// Whether a PTY was asked for: lines then end in `\r\n`, and people can be asked.
    boolean terminal() {
        return channel.terminal().isPresent();
    }

    /// The width of the client's terminal, with a PTY or as the client says; 0 when it is not known, as in a pipe.
    int columns() {
        return channel.terminal()
                .map(terminal -> terminal.size().columns())
                .or(() -> channel.columns().filter(COLUMNS.asMatchPredicate()).map(Integer::valueOf))
                .orElse(0);
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

    /// A call that may be made next: of ssh, or of the client where that calls.
    String advice(String call) {
        return FailureText.advice(call, channel.client());
    }

    /// For an answer that is long: what is written there is sent as it is, with [#lineEnd] where a line ends.
    Writer writer() {
        return new BufferedWriter(new OutputStreamWriter(out(), StandardCharsets.UTF_8));
    }

    /// What ends a line where the answer goes.
    String lineEnd() {
        return terminal() ? "\r\n" : "\n";
    }

    /// Writes the answer; `\n` becomes what the terminal needs.
    void print(String text) throws IOException {
        write(out(), text);
    }

    /// Writes what is not the answer itself.
    void notice(String text) throws IOException {
        write(err(), text);
    }

    /// Tells people who wait what is going on; nobody else wants to know.
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
