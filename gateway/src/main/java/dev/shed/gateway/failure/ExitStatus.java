package dev.shed.gateway.failure;

/// How a process or channel ends (RFC 4254, section 6.10): with a status or by a signal.
public sealed interface ExitStatus {
    ExitStatus SUCCESS = new Code(0);

    /// An exit with the status `code` (0 to 255).
    static ExitStatus of(int code) {
        return new Code(code);
    }

    /// The status as a number, for logs. The OpenSSH client exits with it.
    int code();

    /// An ordinary exit.
    ///
    /// @param code 0 to 255; of larger values only the low eight bits are kept, as by wait(2)
    record Code(int code) implements ExitStatus {
        public Code {
            code = code & 0xff;
        }
    }

    /// An end by a signal.
    ///
    /// @param name the signal without `SIG`, as in RFC 4254 section 6.10 (`TERM`, `KILL`)
    /// @param coreDumped whether a core was dumped
    record Signalled(String name, boolean coreDumped) implements ExitStatus {
        /// 255, with which the OpenSSH client exits after an exit-signal.
        @Override
        public int code() {
            return 255;
        }
    }
}
