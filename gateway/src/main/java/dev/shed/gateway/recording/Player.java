package dev.shed.gateway.recording;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Plays a recording on a terminal at its original speed. The terminal receives the recorded escape
/// sequences, as the client's did.
final class Player {
    /// Restores what a shell expects: primary screen, visible cursor, no mouse, focus or paste reports.
    static final String RESET = "\033[?1049l\033[?1000;1002;1003;1004;1006;2004l\033[?1l\033>\033[?25h\033[m\r\n";

    private final OutputStream out;
    private final RecordingReader.Pace pace;
    private final Pause pause;

    /// Waits for a time.
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    Player(OutputStream out, RecordingReader.Pace pace, Pause pause) {
        this.out = out;
        this.pace = pace;
        this.pause = pause;
    }

    void play(BufferedReader lines) throws IOException, InterruptedException {
        RecordingList.header(lines);
        try {
            var last = BigDecimal.ZERO;
            for (var line = lines.readLine(); line != null && line.endsWith("]"); line = lines.readLine()) {
                var event = RecordingList.event(line);
                if (event.path(1).asText().equals("o")) {
                    waitBetween(last, event);
                    last = event.path(0).decimalValue();
                    out.write(event.path(2).asText().getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        } finally {
            out.write(RESET.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private void waitBetween(BigDecimal last, JsonNode event) throws InterruptedException {
        var seconds = event.path(0).decimalValue().subtract(last).doubleValue();
        var idle = Math.clamp(seconds, 0, pace.idleLimit().toMillis() / 1000.0);
        pause.sleep(Duration.ofNanos((long) (idle / pace.speed() * 1e9)));
    }
}
