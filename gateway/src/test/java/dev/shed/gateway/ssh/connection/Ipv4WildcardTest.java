package dev.shed.gateway.ssh.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shed.gateway.ssh.socket.ClientSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ipv4WildcardTest {
    private static SshServer listening(String address) throws IOException {
        var server = ServerBuilder.builder().factory(Ipv4Wildcard.Server::new).build();
        server.setKeyPairProvider(KeyPairProvider.EMPTY_KEYPAIR_PROVIDER);
        server.setIoServiceFactoryFactory(new ClientSockets(() -> ThreadUtils.newCachedThreadPool("wildcard")));
        server.setHost(address);
        server.start();
        return server;
    }

    private static boolean answers(String address, SshServer server) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, server.getPort()), 10_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void itIsOpenToIpv4() throws IOException {
        try (var server = listening("0.0.0.0")) {
            assertThat(server.getPort()).isPositive();
            assertThat(answers("127.0.0.1", server)).isTrue();
            assertThat(answers("127.0.0.2", server)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, true, false", "::, true, true", "::1, false, true", "127.0.0.1, true, false"})
    void nothingElseIsOpenToTheOtherFamily(String address, boolean four, boolean six) throws Exception {
        assumeTrue(NetworkInterface.getByName("lo").inetAddresses().count() > 1, "IPv6");
        try (var server = listening(address)) {
            assertThat(answers("127.0.0.1", server)).isEqualTo(four);
            assertThat(answers("::1", server)).isEqualTo(six);
        }
    }
}
