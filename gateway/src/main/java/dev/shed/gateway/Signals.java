package dev.shed.gateway;

import java.lang.reflect.Proxy;

/// Signals that the Java virtual machine would die of, and that mean something else to a server. SIGTERM and
/// SIGINT stop it by a shutdown hook.
final class Signals {
    private Signals() {}

    /// From now on the signal `name`, without `SIG`, runs `action` on a thread of its own. One that was
    /// ignored when the machine started, as SIGHUP is under nohup, stays ignored.
    static void on(String name, Runnable action) {
        try {
            // Java has no other way to a signal, and javac none to use this class without a warning.
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
