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

/// MINA's connection service without two answers to requests that want none. A client counts answers, and would take
/// such an answer for that to its next request.
public final class ConnectionMessages extends ServerConnectionService {
    private static final int KIND_OFFSET = Integer.BYTES;

    private ConnectionMessages(AbstractServerSession session) throws SshException {
        super(session);
        // A message for a channel that is not there: MINA would answer with that number, which may be another
        // channel's at the client's end.
        setUnknownChannelReferenceHandler((_, _, _, _) -> null);
    }

    /// Extended data of a kind that nobody knows is dropped (RFC 4254, section 5.2), as by sshd.
    @Override
    public void channelExtendedData(Buffer buffer) throws IOException {
        if (buffer.rawUInt(buffer.rpos() + KIND_OFFSET) == SshConstants.SSH_EXTENDED_DATA_STDERR) {
            super.channelExtendedData(buffer);
        }
    }

    /// What makes one for each connection.
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
