package dev.shed.gateway.startup;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// Why the source of a connection that did not log in gets a penalty. Names and default times are sshd's;
/// `protocol-error` is the gateway's own.
public enum Misconduct {
    /// It made the gateway fail.
    CRASH("crash", 90, "caused a defect"),
    /// It sent data that was not SSH. sshd counts that as `noauth`.
    PROTOCOL_ERROR("protocol-error", 10, "sent what is not SSH"),
    /// It offered a key that was refused.
    AUTHFAIL("authfail", 5, "failed authentication"),
    /// It disconnected without having offered a key.
    NOAUTH("noauth", 1, "connections without attempting authentication"),
    /// It did not log in within the login grace time.
    GRACE_EXCEEDED("grace-exceeded", 10, "exceeded the login grace");

    private final String keyword;
    private final Duration usually;
    private final String reason;

    Misconduct(String keyword, int seconds, String reason) {
        this.keyword = keyword;
        this.usually = Duration.ofSeconds(seconds);
        this.reason = reason;
    }

    static Optional<Misconduct> called(String keyword) {
        return Arrays.stream(values())
                .filter(kind -> kind.keyword.equals(keyword))
                .findAny();
    }

    Duration usually() {
        return usually;
    }

    String reason() {
        return reason;
    }
}
