package dev.shed.gateway;

import java.util.concurrent.CountDownLatch;

/// SIGTERM and SIGINT, which stop the gateway.
///
/// @param first counted down by the first signal
/// @param second counted down by the second one, which says not to wait
record StopSignals(CountDownLatch first, CountDownLatch second) {
    /// Takes the signals from the Java virtual machine, which would exit, and ignore a second one.
    static StopSignals listen() {
        var signals = new StopSignals(new CountDownLatch(1), new CountDownLatch(1));
        Signals.on("TERM", signals::arrived);
        Signals.on("INT", signals::arrived);
        return signals;
    }

    private synchronized void arrived() {
        if (first.getCount() == 0) {
            second.countDown();
        }
        first.countDown();
    }
}
