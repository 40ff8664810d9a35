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
    /// The same text as sshd's, for peers that do not speak SSH.
    private static final byte[] INVALID = "Invalid SSH identification string.\r\n".getBytes(StandardCharsets.US_ASCII);

    /// The same limit as in MINA and sshd.
    private static final int LONGEST_PACKET = 8 * SshConstants.SSH_REQUIRED_PAYLOAD_PACKET_LENGTH_SUPPORT;

    private final ConnectionTracker tracker;
    private final Stranger stranger;

    /// Set once, from a proxy's header.
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

    /// The client's address, also if a proxy forwards the connection. [#getIoSession] has the address of the
    /// socket.
    @Override
    public @Nullable SocketAddress getRemoteAddress() {
        var known = ends;
        return known == null ? super.getRemoteAddress() : known.source();
    }

    /// The address that the client has connected to.
    @Override
    public @Nullable SocketAddress getLocalAddress() {
        var known = ends;
        return known == null ? super.getLocalAddress() : known.destination();
    }

    /// The gateway sends nothing to a proxy before it has received the header.
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

    /// MINA sends the marker of the strict key exchange only in its first proposal. sshd repeats it. Some
    /// clients (ConnectBot's sshlib) evaluate the last proposal, and would stop resetting the sequence
    /// numbers.
    @Override
    protected Map<KexProposalOption, String> doStrictKexProposal(Map<KexProposalOption, String> proposal) {
        var ours = super.doStrictKexProposal(proposal);
        ours.computeIfPresent(KexProposalOption.ALGORITHMS, (_, names) -> withMarker(names));
        return ours;
    }

    /// Refuses a line that cannot become an identification. MINA would wait for the end of the line without
    /// limit, and lets a line of carriage returns grow without limit.
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

    /// After an invalid packet length MINA reads on, so that the time of the disconnect reveals nothing about
    /// a block in CBC mode (CVE-2008-5161). A peer that sends nothing more would stay until the login grace
    /// time is over. The gateway offers no CBC cipher, so it disconnects at once, as sshd does in this case.
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

    /// Before the first key exchange the packet length is not encrypted, so it is checked as soon as it was
    /// received. MINA and sshd wait for a whole block.
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

    /// The signature algorithms to announce (RFC 8308). Names of certificates are left out: a certificate is
    /// used with the signature algorithm of its key.
    @Override
    public List<String> getSignatureFactoriesNames() {
        return super.getSignatureFactoriesNames().stream()
                .filter(name -> !Certificate.isCertificate(name))
                .toList();
    }

    /// Announces the host keys right after the success message, as sshd does.
    @Override
    public IoWriteFuture signalAuthenticationSuccess(String userName, String service, Buffer buffer) throws Exception {
        requirePlace();
        var answer = super.signalAuthenticationSuccess(userName, service, buffer);
        HostKeysProof.announce(this);
        return answer;
    }
}
