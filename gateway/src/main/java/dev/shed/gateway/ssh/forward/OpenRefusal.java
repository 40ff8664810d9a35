package dev.shed.gateway.ssh.forward;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reply to a channel open request that is refused (RFC 4254, section 5.1), and the only message about
/// that channel. MINA's own reply would have the code but not the reason, and would keep the channel until
/// the connection ends.
public final class OpenRefusal {
    private static final Logger LOG = LoggerFactory.getLogger(OpenRefusal.class);

    private OpenRefusal() {}

    /// Sends the refusal and unregisters the channel. MINA's future must not be completed, because then MINA
    /// would send its own reply.
    ///
    /// @param code a reason code of RFC 4254, section 5.1
    public static void send(AbstractChannel channel, int code, String why) {
        var session = channel.getSession();
        var buffer = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, 256);
        buffer.putUInt(channel.getRecipient());
        buffer.putUInt(code);
        buffer.putString(why);
        buffer.putString("");
        try {
            session.writePacket(buffer);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("the client is gone");
        }
        channel.close(true);
    }
}
