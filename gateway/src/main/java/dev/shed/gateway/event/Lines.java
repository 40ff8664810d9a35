package dev.shed.gateway.event;

import dev.shed.gateway.stream.Pace;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Cuts what is written to it into lines. One that is too long is passed on cut. Between two lines other threads run,
/// because a container decides how many there are.
final class Lines extends OutputStream {
    /// Names and titles are cut to a tenth of this; a session with very many windows has long lines.
    private static final int MAX_LINE = 64 * 1024;

    private final Consumer<String> reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Pace pace = new Pace();

    Lines(Consumer<String> reader) {
        this.reader = reader;
    }

    @Override
    public void write(int single) {
        if (single == '\n') {
            reader.accept(line.toString(StandardCharsets.UTF_8));
            line.reset();
            pace.giveWay();
        } else if (line.size() < MAX_LINE) {
            line.write(single);
        }
    }
}
