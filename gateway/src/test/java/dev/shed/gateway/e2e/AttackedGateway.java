package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/// A gateway that is attacked, as its clients know it.
///
/// @param keys the directory with the keys `id_NAME`
/// @param state the gateway's
/// @param shed one that is as it should be
/// @param hostile one whose tmux is false
record AttackedGateway(int port, Path keys, Path state, String shed, String hostile) {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /// As a program's arguments.
    List<String> arguments() {
        return List.of(Integer.toString(port), keys.toString(), state.toString(), shed, hostile);
    }

    static AttackedGateway parse(String... arguments) {
        return new AttackedGateway(
                Integer.parseInt(arguments[0]),
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                arguments[3],
                arguments[4]);
    }

    static SshClient newClient() {
        var client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        return client;
    }

    ClientSession login(SshClient client, String name, String who) throws Exception {
        var session = connect(client, name);
        session.addPublicKeyIdentity(key(who));
        session.auth().verify(PATIENCE);
        return session;
    }

    ClientSession connect(SshClient client, String name) throws IOException {
        return client.connect(name, "127.0.0.1", port).verify(PATIENCE).getSession();
    }

    KeyPair key(String who) throws Exception {
        var pairs = new FileKeyPairProvider(keys.resolve("id_" + who));
        pairs.setPasswordFinder(FilePasswordProvider.EMPTY);
        return pairs.loadKeys(null).iterator().next();
    }

    /// The blob of the public host key of a type.
    byte[] hostKey(String type) throws IOException {
        var line = Files.readString(state.resolve("host_" + type + ".pub"));
        return Base64.getDecoder().decode(line.split(" ", 3)[1]);
    }

    static String verb(ClientSession session, String line) throws IOException {
        var said = new ByteArrayOutputStream();
        try (var channel = session.createExecChannel(line)) {
            channel.setOut(said);
            channel.setErr(said);
            channel.open().verify(PATIENCE);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        }
        return said.toString(UTF_8);
    }
}
