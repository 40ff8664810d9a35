package dev.shed.gateway.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.AppenderAttachableImpl;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Keeps the diagnostic log from filling the disk. Of each kind of line a burst is logged, and then a limited
/// number a second. The others are counted, and the count is logged before the next line of that kind. A
/// client can cause a hundred thousand lines a second.
public final class LimitedAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
        implements AppenderAttachable<ILoggingEvent> {
    private static final int BURST = 100;
    private static final int PER_SECOND = 1;

    /// How many kinds are remembered: more than the gateway and its libraries have.
    private static final int MOST_KINDS = 1000;

    private final AppenderAttachableImpl<ILoggingEvent> next = new AppenderAttachableImpl<>();
    private final Map<Kind, Count> counts = new LinkedHashMap<>();
    private final Clock clock;

    /// Used by logback, which creates the appender from its configuration.
    public LimitedAppender() {
        this(Clock.systemUTC());
    }

    LimitedAppender(Clock clock) {
        this.clock = clock;
    }

    /// Lines of one kind have the same logger and the same message.
    ///
    /// @param message without its arguments
    private record Kind(String logger, String message) {}

    private static final class Count {
        private final RateLimit limit;
        private long suppressed;

        Count(Clock clock) {
            limit = new RateLimit(BURST, PER_SECOND, clock);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        long suppressed = suppressedBefore(event);
        if (suppressed > 0) {
            next.appendLoopOnAppenders(summary(event, suppressed));
        }
        if (suppressed >= 0) {
            next.appendLoopOnAppenders(event);
        }
    }

    /// How many lines of this kind were left out before this one; -1 if this one is left out, too.
    private synchronized long suppressedBefore(ILoggingEvent event) {
        var kind = new Kind(event.getLoggerName(), String.valueOf(event.getMessage()));
        var count = counts.computeIfAbsent(kind, _ -> new Count(clock));
        if (counts.size() > MOST_KINDS) {
            counts.remove(counts.keySet().iterator().next());
        }
        if (!count.limit.take()) {
            count.suppressed++;
            return -1;
        }
        long suppressed = count.suppressed;
        count.suppressed = 0;
        return suppressed;
    }

    /// The number of kinds that are remembered.
    synchronized int kinds() {
        return counts.size();
    }

    private static ILoggingEvent summary(ILoggingEvent of, long suppressed) {
        var logger = (Logger) LoggerFactory.getLogger(of.getLoggerName());
        return new LoggingEvent(
                LimitedAppender.class.getName(),
                logger,
                Level.WARN,
                "{} more lines were left out: {}",
                null,
                new Object[] {suppressed, of.getMessage()});
    }

    @Override
    public void addAppender(Appender<ILoggingEvent> appender) {
        next.addAppender(appender);
    }

    @Override
    public Iterator<Appender<ILoggingEvent>> iteratorForAppenders() {
        return next.iteratorForAppenders();
    }

    @Override
    public Appender<ILoggingEvent> getAppender(String name) {
        return next.getAppender(name);
    }

    @Override
    public boolean isAttached(Appender<ILoggingEvent> appender) {
        return next.isAttached(appender);
    }

    @Override
    public void detachAndStopAllAppenders() {
        next.detachAndStopAllAppenders();
    }

    @Override
    public boolean detachAppender(Appender<ILoggingEvent> appender) {
        return next.detachAppender(appender);
    }

    @Override
    public boolean detachAppender(String name) {
        return next.detachAppender(name);
    }
}
