package dev.shed.gateway.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.FileProblem;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one line of JSON for each event into the [AuditFile]. Line breaks, control characters and format
/// characters are escaped, so that nothing that a client sends can forge a line. No value is longer than
/// [#LONGEST].
///
/// Lines that cannot be written are counted. When writing succeeds again, the first line states how many are
/// missing.
public final class JsonAuditLog implements AuditLog, AutoCloseable {
    /// Limit on one value, in characters. A longer value is cut and ends in `…`.
    static final int LONGEST = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(JsonAuditLog.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final JsonMapper json = new JsonMapper();
    private final AuditFile file;
    private final boolean refuseWhenFull;
    private final Clock clock;
    private long lost;
    private long lostInAll;
    private Instant lostSince = Instant.EPOCH;
    private Instant quietUntil = Instant.EPOCH;

    /// Why the last line could not be written; null if it was.
    private volatile @Nullable IOException problem;

    /// @param refuseWhenFull whether new requests are refused while no line can be written
    public JsonAuditLog(AuditFile file, boolean refuseWhenFull, Clock clock) {
        this.file = file;
        this.refuseWhenFull = refuseWhenFull;
        this.clock = clock;
    }

    /// Opens the log in the state directory.
    ///
    /// @throws ShedException `STATE_UNUSABLE` if it cannot be written
    public static JsonAuditLog open(Path state, boolean refuseWhenFull, Clock clock) {
        try {
            return new JsonAuditLog(AuditFile.open(state, AuditFile.Limits.DEFAULT, clock), refuseWhenFull, clock);
        } catch (IOException e) {
            throw ShedException.stateUnusable(state.resolve("audit.log"), e);
        }
    }

    @Override
    public synchronized void record(AuditEvent event) {
        try {
            markGap();
            file.append(line(event));
        } catch (IOException e) {
            lost(e);
        }
    }

    private void markGap() throws IOException {
        if (lost > 0) {
            file.append(line(new AuditEvent.LinesLost(lost, lostSince)));
            lost = 0;
        }
        problem = null;
    }

    @Override
    public void requireWritable() {
        var why = problem;
        if (refuseWhenFull && why != null) {
            throw ShedException.stateUnusable(file.path(), why);
        }
    }

    /// Returns the present state. It tries to write first, since there may be room again without an event
    /// having been recorded.
    @Override
    public synchronized State state() {
        try {
            markGap();
            return new State(lostInAll, Optional.empty());
        } catch (IOException e) {
            problem = e;
            var why = FileProblem.words(e);
            return new State(lostInAll, Optional.of(new Outage(lostSince, why)));
        }
    }

    private void lost(IOException e) {
        var now = clock.instant();
        if (lost == 0) {
            lostSince = now;
        }
        lost++;
        lostInAll++;
        problem = e;
        if (!now.isBefore(quietUntil)) {
            quietUntil = now.plus(QUIET);
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .addKeyValue("lost", lost)
                    .addKeyValue("problem", e.getMessage())
                    .log("the audit log cannot be written");
        }
    }

    private String line(AuditEvent event) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().toString());
        line.put("event", event.name());
        line.put("conn", event.origin().conn());
        line.put("peer", event.origin().peer());
        for (Map.Entry<String, Object> field : event.fields().entrySet()) {
            line.put(field.getKey(), field.getValue() instanceof String text ? cut(text) : field.getValue());
        }
        try {
            return FailureText.printableJson(json.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings and numbers is always JSON", e);
        }
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        boolean pair = Character.isHighSurrogate(text.charAt(LONGEST - 1));
        return text.substring(0, LONGEST - (pair ? 1 : 0)) + "…";
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
