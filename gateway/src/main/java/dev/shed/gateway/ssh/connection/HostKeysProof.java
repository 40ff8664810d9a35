package dev.shed.gateway.ssh.connection;

import dev.shed.gateway.access.key.Certificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.session.ServerSession;

/// Announces all host keys to clients and proves that the gateway has them (OpenSSH's PROTOCOL, section 2.5).
/// A client that knows one key learns the others, and can still verify the gateway if that key is lost.
public final class HostKeysProof implements RequestHandler<ConnectionService> {
    private static final String ANNOUNCEMENT = "hostkeys-00@openssh.com";
    private static final String PROOF = "hostkeys-prove-00@openssh.com";

    /// The proofs made on a connection. The requests of a connection are answered one at a time.
    private static final AttributeKey<Map<KeyPair, byte[]>> PROVEN = new AttributeKey<>();

    /// Tera Term before 2.73 fails on the announcement. sshd does not send it either.
    private static final Pattern CANNOT_COPE = Pattern.compile("^SSH-2\\.0-TTSSH/(1\\.5|2\\.[1-6]|2\\.7[0-2])");

    /// Announces the keys to a client that has just logged in.
    static void announce(ServerSession session) throws IOException, GeneralSecurityException {
        if (CANNOT_COPE.matcher(String.valueOf(session.getClientVersion())).find()) {
            return;
        }
        var request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString(ANNOUNCEMENT);
        request.putBoolean(false);
        for (var key : keys(session)) {
            request.putBytes(blob(key.getPublic()));
        }
        session.writePacket(request);
    }

    @Override
    public Result process(ConnectionService connection, String request, boolean wantReply, Buffer buffer)
            throws Exception {
        if (!request.equals(PROOF)) {
            return Result.Unsupported;
        }
        var session = (ServerSession) connection.getSession();
        var asked = new ArrayList<KeyPair>();
        var ours = keys(session);
        while (buffer.available() > 0) {
            var key = find(ours, buffer.getBytes());
            // A key may be listed only once: making a signature costs more than requesting one.
            if (key.isEmpty() || asked.contains(key.get())) {
                return Result.ReplyFailure;
            }
            asked.add(key.get());
        }
        if (wantReply) {
            var proofs = session.createBuffer(SshConstants.SSH_MSG_REQUEST_SUCCESS);
            for (var key : asked) {
                proofs.putBytes(proof(session, key));
            }
            session.writePacket(proofs);
        }
        return Result.Replied;
    }

    /// Each proof is made once: a client may ask a thousand times a second, and one signature takes
    /// milliseconds.
    private static byte[] proof(Session session, KeyPair key) throws Exception {
        var known = session.computeAttributeIfAbsent(PROVEN, _ -> new HashMap<>());
        var proof = known.get(key);
        if (proof == null) {
            proof = sign(session, key);
            known.put(key, proof);
        }
        return proof;
    }

    private static List<KeyPair> keys(ServerSession session) throws IOException, GeneralSecurityException {
        var keys = new ArrayList<KeyPair>();
        session.getKeyPairProvider().loadKeys(session).forEach(keys::add);
        return keys;
    }

    private static Optional<KeyPair> find(List<KeyPair> keys, byte[] blob) {
        return keys.stream()
                .filter(key -> Arrays.equals(blob(key.getPublic()), blob))
                .findFirst();
    }

    private static byte[] sign(Session session, KeyPair key) throws Exception {
        var message = new ByteArrayBuffer();
        message.putString(PROOF);
        message.putBytes(session.getSessionId());
        message.putBytes(blob(key.getPublic()));
        var algorithm = algorithm(session, key.getPublic());
        var signer = BuiltinSignatures.fromFactoryName(algorithm).create();
        signer.initSigner(session, key.getPrivate());
        signer.update(session, message.getCompactData());
        var proof = new ByteArrayBuffer();
        proof.putString(algorithm);
        proof.putBytes(signer.sign(session));
        return proof.getCompactData();
    }

    /// The signature algorithm for a key. The name `ssh-rsa` means SHA-1, so for an RSA key this is the
    /// negotiated algorithm, as in sshd, or else the best RSA algorithm that the gateway offers.
    private static String algorithm(Session session, PublicKey key) {
        var type = KeyUtils.getKeyType(key);
        if (!type.equals(KeyPairProvider.SSH_RSA)) {
            return type;
        }
        var negotiated = String.valueOf(session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS));
        var offered = session.getServerKexProposals().getOrDefault(KexProposalOption.SERVERKEYS, "");
        return Stream.concat(Stream.of(negotiated), Arrays.stream(offered.split(",", -1)))
                .filter(name -> name.startsWith("rsa-sha2-") && !Certificate.isCertificate(name))
                .findFirst()
                .orElseGet(BuiltinSignatures.rsaSHA512::getName);
    }

    private static byte[] blob(PublicKey key) {
        var buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return buffer.getCompactData();
    }
}
