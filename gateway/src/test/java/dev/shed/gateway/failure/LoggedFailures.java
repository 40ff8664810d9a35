package dev.shed.gateway.failure;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What [FailureLog] writes, of every level, from now on.
public final class LoggedFailures implements AutoCloseable {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(FailureLog.class);

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    private LoggedFailures() {
        appender.start();
        LOG.setLevel(Level.DEBUG);
        LOG.setAdditive(false);
        LOG.addAppender(appender);
    }

    public static LoggedFailures listen() {
        return new LoggedFailures();
    }

    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    /// Level, message, and the pairs of key and value.
    public static String line(ILoggingEvent event) {
        return event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs();
    }

    /// The lines that have this in them.
    public List<String> with(String text) {
        return events.stream()
                .map(LoggedFailures::line)
                .filter(line -> line.contains(text))
                .toList();
    }

    @Override
    public void close() {
        LOG.detachAppender(appender);
        LOG.setAdditive(true);
        LOG.setLevel(null);
    }
}
