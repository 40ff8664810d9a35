package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerConnectionService;

/// MINA's connection service, except that it sends no reply to two kinds of messages that ask for none. A
/// client counts replies, and would take such a reply for the one to its next request.
public final class ConnectionMessages extends ServerConnectionService {
    private static final int KIND_OFFSET = Integer.BYTES;

    private ConnectionMessages(AbstractServerSession session) throws SshException {
        super(session);
        // For a message to an unknown channel, MINA would reply with the number in the message. That number
        // may belong to another channel of the client.
        setUnknownChannelReferenceHandler((_, _, _, _) -> null);
    }

    /// Drops extended data of an unknown type (RFC 4254, section 5.2), as sshd does.
    @Override
    public void channelExtendedData(Buffer buffer) throws IOException {
        if (buffer.rawUInt(buffer.rpos() + KIND_OFFSET) == SshConstants.SSH_EXTENDED_DATA_STDERR) {
            super.channelExtendedData(buffer);
        }
    }

    /// Creates the service for each connection.
    public static final class Factory implements ServiceFactory {
        @Override
        public String getName() {
            return "ssh-connection";
        }

        @Override
        public Service create(Session session) throws IOException {
            if (session instanceof AbstractServerSession ours) {
                return new ConnectionMessages(ours);
            }
            throw new IllegalArgumentException("not a server's session: " + session);
        }
    }
}
