package dev.shed.gateway;

import java.lang.reflect.Proxy;

/// Handles signals that would end the Java virtual machine but have another meaning for a server. SIGTERM and
/// SIGINT stop the gateway by a shutdown hook instead.
final class Signals {
    private Signals() {}

    /// Runs `action` on a thread of its own whenever the signal arrives. A signal that was ignored when the
    /// virtual machine started, as SIGHUP under nohup, stays ignored.
    ///
    /// @param name the signal's name without `SIG`
    static void on(String name, Runnable action) {
        try {
            // Java has no public API for signals, and javac warns about this class; reflection avoids the
            // warning.
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var runsIt = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                action.run();
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), runsIt);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no signals", e);
        }
    }
}
