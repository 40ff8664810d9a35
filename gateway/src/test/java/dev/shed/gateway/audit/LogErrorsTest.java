package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.status.ErrorStatus;
import ch.qos.logback.core.status.InfoStatus;
import ch.qos.logback.core.status.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogErrorsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final List<String> said = new ArrayList<>();
    private final LogErrors errors = new LogErrors(said::add);

    private static Status error(Duration after) {
        return new ErrorStatus("IO failure while writing to file [audit.log]", "x", new IOException("disk full")) {
            @Override
            public long getTimestamp() {
                return NOW.plus(after).toEpochMilli();
            }
        };
    }

    @Test
    void whatKeepsTheLogFromBeingWrittenIsSaidOnceAMinute() {
        errors.addStatusEvent(error(Duration.ZERO));
        errors.addStatusEvent(error(Duration.ofSeconds(59)));
        assertThat(said)
                .containsExactly("2026-01-31T12:00:00Z WARN  [-] logging failed"
                        + " - IO failure while writing to file [audit.log]: disk full");
        errors.addStatusEvent(error(Duration.ofSeconds(60)));
        assertThat(said).hasSize(2);
    }

    @Test
    void whatLogbackTellsOfItselfIsNotSaid() {
        errors.addStatusEvent(new InfoStatus("Found resource [logback.xml]", "x"));
        assertThat(said).isEmpty();
    }
}
