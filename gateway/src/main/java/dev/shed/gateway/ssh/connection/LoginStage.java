package dev.shed.gateway.ssh.connection;

import java.time.Duration;
import java.util.Locale;

/// The stages of a login, in their order.
public enum LoginStage {
    /// from the connection to the first keys
    KEY_EXCHANGE,
    /// from the first keys to a login
    AUTHENTICATION,
    /// finding the shed, and starting it if it is stopped
    SHED,
    /// starting the process in it
    PROCESS;

    /// Told when a stage has ended well.
    public interface Listener {
        void ended(LoginStage stage, Duration took);
    }

    /// The word for it: `key_exchange` and so on.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
