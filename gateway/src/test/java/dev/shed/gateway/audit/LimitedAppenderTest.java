package dev.shed.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.shed.gateway.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LimitedAppenderTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-28T00:00:00Z"));
    private final LimitedAppender appender = new LimitedAppender(clock);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void start() {
        written.start();
        appender.addAppender(written);
        appender.start();
        context.getLogger("a").addAppender(appender);
        context.getLogger("b").addAppender(appender);
    }

    @Test
    void whatWasLeftOutIsSaidBeforeTheNextLine() {
        for (int i = 0; i < 150; i++) {
            context.getLogger("a").warn("refused {}", i);
        }
        assertThat(written.list).hasSize(100);
        clock.advance(Duration.ofSeconds(1));
        context.getLogger("a").warn("refused {}", 150);
        assertThat(written.list.subList(100, written.list.size()))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("50 more lines were left out: refused {}", "refused 150");
    }

    @Test
    void eachKindHasALimitOfItsOwn() {
        for (int i = 0; i < 150; i++) {
            context.getLogger("a").warn("refused");
        }
        context.getLogger("a").warn("closed");
        context.getLogger("b").warn("refused");
        assertThat(written.list).hasSize(102);
    }

    @Test
    void kindsWithoutEndTakeNoMemoryWithoutEnd() {
        for (int i = 0; i < 5000; i++) {
            context.getLogger("a").warn("text made with " + i);
        }
        assertThat(written.list).hasSize(5000);
        assertThat(appender.kinds()).isEqualTo(1000);
    }
}
