package dev.shed.gateway.ssh.forward;

import java.io.Serial;
import org.apache.sshd.common.SshConstants;

/// A forward that is refused. The message gives the reason to the user.
final class ForwardRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// A reason code of RFC 4254, section 5.1.
    private final int code;

    private ForwardRefusedException(int code, String why) {
        super(why);
        this.code = code;
    }

    /// A forward that the key or the gateway's configuration does not permit.
    static ForwardRefusedException prohibited(String why) {
        return new ForwardRefusedException(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, why);
    }

    /// A forward whose target cannot be connected to.
    static ForwardRefusedException failed(String why) {
        return new ForwardRefusedException(SshConstants.SSH_OPEN_CONNECT_FAILED, why);
    }

    static ForwardRefusedException tooMany(String why) {
        return new ForwardRefusedException(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, why);
    }

    int code() {
        return code;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
