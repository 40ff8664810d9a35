package dev.shed.gateway.ssh;

import java.util.Map;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.extension.KexExtensions;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;

/// The server's end of an SSH transport.
final class GatewaySession extends ServerSessionImpl {
    GatewaySession(ServerFactoryManager server, IoSession socket) throws Exception {
        super(server, socket);
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

    private static String withMarker(String names) {
        var marker = KexExtensions.STRICT_KEX_SERVER_EXTENSION;
        return names.endsWith(marker) ? names : names + "," + marker;
    }

    /// As sshd, the host keys are announced right behind the answer that the login has succeeded.
    @Override
    public IoWriteFuture signalAuthenticationSuccess(String userName, String service, Buffer buffer) throws Exception {
        var answer = super.signalAuthenticationSuccess(userName, service, buffer);
        HostKeysProof.announce(this);
        return answer;
    }
}
