package dev.shed.cli.table;

import java.lang.reflect.Proxy;

/// Handles signals while a verb runs.
final class Signals {
    private Signals() {}

    /// Runs `action` on a thread of its own whenever the signal arrives, if the system has it.
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
        } catch (ReflectiveOperationException _) {
            // Windows has no SIGWINCH.
        }
    }
}
