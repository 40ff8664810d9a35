package dev.shed.gateway.notify;

import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers notifications without holding up whoever adds them: some at a time, some more wait, and others
/// are dropped. A cause of failure is logged once, until a delivery succeeds.
final class DeliveryQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryQueue.class);

    private static final int AT_A_TIME = 4;
    private static final int WAITING = 100;

    /// The most causes that are remembered; others are not logged.
    private static final int MAX_CAUSES = 20;

    private final Delivery delivery;
    private final Set<String> causes = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor executor;

    DeliveryQueue(Delivery delivery) {
        this.delivery = delivery;
        this.executor = new ThreadPoolExecutor(
                AT_A_TIME,
                AT_A_TIME,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofVirtual().name(delivery.name(), 0).factory());
        executor.allowCoreThreadTimeOut(true);
    }

    void add(Notification notification) {
        try {
            executor.execute(() -> deliver(notification));
        } catch (RejectedExecutionException _) {
            failed("too many notifications wait; this one was dropped");
        }
    }

    private void deliver(Notification notification) {
        try {
            delivery.deliver(notification);
            causes.clear();
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (ShedException e) {
            failed(e.failure().message());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("by", delivery.name()).setCause(e).log("a delivery failed by a defect");
        }
    }

    private void failed(String cause) {
        if (causes.size() < MAX_CAUSES && causes.add(cause)) {
            LOG.atWarn()
                    .addKeyValue("by", delivery.name())
                    .addKeyValue("cause", cause)
                    .log("somebody could not be notified");
        }
    }

    /// The causes of failure since the last success.
    Set<String> causes() {
        return Set.copyOf(causes);
    }

    @Override
    public void close() {
        executor.shutdownNow();
        delivery.close();
    }
}
