package dev.shed.gateway.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Clock;
import java.util.LinkedHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One JSON line for each event on the logger `shed.audit`; where that goes is up to logback.xml. JSON
/// escapes line breaks and control characters, so nothing that a client sends can forge a line.
public final class JsonAuditLog implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("shed.audit");

    private final JsonMapper json = new JsonMapper();
    private final Clock clock;

    public JsonAuditLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void record(AuditEvent event) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().toString());
        line.put("event", event.name());
        line.put("conn", event.origin().conn());
        line.put("peer", event.origin().peer());
        line.putAll(event.fields());
        try {
            LOG.info("{}", json.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings and numbers is always JSON", e);
        }
    }
}
