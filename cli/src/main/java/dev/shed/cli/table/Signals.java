package dev.shed.cli.table;

import java.lang.reflect.Proxy;

/// Signals that mean something to a verb while it runs.
final class Signals {
    private Signals() {}

    /// From now on the signal `name`, without `SIG`, runs `action` on a thread of its own, where the system has it.
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
        } catch (ReflectiveOperationException _) {
            // Windows has no SIGWINCH.
        }
    }
}
