package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.key.Certificate;
import dev.shed.gateway.startup.ProxyHeader;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.extension.KexExtensions;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.jspecify.annotations.Nullable;

/// The server's end of an SSH transport.
public final class GatewaySession extends ServerSessionImpl {
    /// As sshd's answer to whoever does not speak SSH.
    private static final byte[] INVALID = "Invalid SSH identification string.\r\n".getBytes(StandardCharsets.US_ASCII);

    /// As with MINA and sshd.
    private static final int LONGEST_PACKET = 8 * SshConstants.SSH_REQUIRED_PAYLOAD_PACKET_LENGTH_SUPPORT;

    private final ConnectionTracker tracker;
    private final Stranger stranger;

    /// Set once, by what a proxy says.
    private volatile ProxyHeader.@Nullable Ends ends;

    public GatewaySession(ServerFactoryManager server, IoSession socket, ConnectionTracker tracker, Stranger stranger)
            throws Exception {
        super(server, socket);
        this.tracker = tracker;
        this.stranger = stranger;
        stranger.begins(this);
    }

    Stranger stranger() {
        return stranger;
    }

    /// The client's end, also where a proxy passes the connection on; the socket's own is that of [#getIoSession].
    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        var known = ends;
        return known == null ? super.getRemoteAddress() : known.source();
    }

    /// What the client has connected to.
    @Override
    public @Nullable SocketAddress getLocalAddress() {
        var known = ends;
        return known == null ? super.getLocalAddress() : known.destination();
    }

    /// Nothing is said to a proxy before it has said who is there.
    @Override
    public void start() throws Exception {
        if (!stranger.awaitsHeader()) {
            super.start();
        }
    }

    private boolean readHeader(Buffer buffer) throws Exception {
        var header = ProxyHeader.read(buffer.array(), buffer.rpos(), buffer.available());
        if (header.isEmpty()) {
            return false;
        }
        buffer.rpos(buffer.rpos() + header.get().length());
        buffer.compact();
        var said = header.get().ends();
        ends = said.orElse(null);
        tracker.admitClient(this, said.map(ProxyHeader.Ends::source).orElse(stranger.peer()));
        super.start();
        return true;
    }

    private void requirePlace() throws SshException {
        var objection = tracker.admitLogin(this);
        if (objection.isPresent()) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS, objection.get());
        }
    }

    /// MINA leaves the marker of the strict key exchange out of all proposals but the first. sshd repeats it, and
    /// there are clients that go by the last one (ConnectBot's sshlib): for them the sequence numbers would no
    /// longer be reset.
    @Override
    protected Map<KexProposalOption, String> doStrictKexProposal(Map<KexProposalOption, String> proposal) {
        var ours = super.doStrictKexProposal(proposal);
        ours.computeIfPresent(KexProposalOption.ALGORITHMS, (_, names) -> withMarker(names));
        return ours;
    }

    /// MINA waits for the end of the line, however long the wait, and lets a line of carriage returns grow for ever.
    @Override
    protected boolean readIdentification(Buffer buffer) throws Exception {
        if (stranger.awaitsHeader() && !readHeader(buffer)) {
            return false;
        }
        if (!Identification.mayBecomeOne(buffer.array(), buffer.rpos(), buffer.available())) {
            getIoSession().writeBuffer(new ByteArrayBuffer(INVALID.clone()));
            throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "not an SSH client");
        }
        return super.readIdentification(buffer);
    }

    /// MINA asks for more bytes after a length that cannot be, so that nobody learns from the moment of the end what a
    /// block in CBC mode says (CVE-2008-5161), and a peer that sends none stays until the login grace is over. The
    /// gateway has no CBC; as sshd then does, it ends at once.
    @Override
    protected void decode() throws Exception {
        requireLength();
        try {
            super.decode();
        } catch (GeneralSecurityException e) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_MAC_ERROR, "the packet's tag is wrong", e);
        }
        if (discarding != null) {
            throw discarding;
        }
    }

    /// Before there are keys the length can be read as soon as it is there; MINA and sshd wait for a whole block.
    private void requireLength() throws SshException {
        if (decoderState == 0 && inCipher == null && decoderBuffer.available() >= Integer.BYTES) {
            long length = decoderBuffer.rawUInt(decoderBuffer.rpos());
            if (length < SshConstants.SSH_PACKET_HEADER_LEN || length > LONGEST_PACKET) {
                throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "a packet of " + length + " bytes");
            }
        }
    }

    private static String withMarker(String names) {
        var marker = KexExtensions.STRICT_KEX_SERVER_EXTENSION;
        return names.endsWith(marker) ? names : names + "," + marker;
    }

    /// What clients are told that they may sign with (RFC 8308): certificates are signed with as their keys are.
    @Override
    public List<String> getSignatureFactoriesNames() {
        return super.getSignatureFactoriesNames().stream()
                .filter(name -> !Certificate.isCertificate(name))
                .toList();
    }

    /// As sshd, the host keys are announced right behind the answer that the login has succeeded.
    @Override
    public IoWriteFuture signalAuthenticationSuccess(String userName, String service, Buffer buffer) throws Exception {
        requirePlace();
        var answer = super.signalAuthenticationSuccess(userName, service, buffer);
        HostKeysProof.announce(this);
        return answer;
    }
}
