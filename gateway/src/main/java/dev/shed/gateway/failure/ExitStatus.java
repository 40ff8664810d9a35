package dev.shed.gateway.failure;

/// How a channel ends (RFC 4254, section 6.10): with a status or by a signal.
public sealed interface ExitStatus {
    ExitStatus SUCCESS = new Code(0);

    /// The exit status `code` (0 to 255).
    static ExitStatus of(int code) {
        return new Code(code);
    }

    /// The number that stands for this ending in logs, and that the OpenSSH client exits with.
    int code();

    /// An ordinary exit.
    ///
    /// @param code 0 to 255; larger values are cut to their low eight bits, as wait(2) does
    record Code(int code) implements ExitStatus {
        public Code {
            code = code & 0xff;
        }
    }

    /// Ended by a signal.
    ///
    /// @param name the signal without `SIG`, as in RFC 4254 section 6.10 (`TERM`, `KILL`)
    /// @param coreDumped whether a core was written
    record Signalled(String name, boolean coreDumped) implements ExitStatus {
        /// 255, which is what the OpenSSH client makes of an exit-signal.
        @Override
        public int code() {
            return 255;
        }
    }
}
