package dev.shed.cli.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerProbeTest {
    @Test
    void anSshServerIsAnAnswer() throws IOException, InterruptedException {
        try (var server = listen();
                var serverProbe = new ServerProbe(address(server.getLocalPort()))) {
            serverProbe.probe();
            greet(server, "SSH-2.0-x\r\n");
            assertThat(serverProbe.answer().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aRelayWhoseOtherEndIsAwayIsNone() throws IOException, InterruptedException {
        try (var server = listen();
                var serverProbe = new ServerProbe(address(server.getLocalPort()))) {
            serverProbe.probe();
            server.accept().close();
            serverProbe.probe();
            try (var silent = server.accept()) {
                serverProbe.probe();
                greet(server, "HTTP/1.1 400 Bad Request\r\n");
                awaitEnd(silent, serverProbe);
            }
            assertThat(serverProbe.answer().getCount()).isOne();
        }
    }

    @Test
    void whereNobodyListensItIsAskedAgainUntilSomebodyDoes() throws IOException, InterruptedException {
        int port = free();
        try (var serverProbe = new ServerProbe(address(port))) {
            serverProbe.probe();
            try (var server = new ServerSocket(port, 0, InetAddress.getLoopbackAddress())) {
                serverProbe.probe();
                greet(server, "SSH-2.0-x\r\n");
                assertThat(serverProbe.answer().await(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /// The virtual machine that ends now would wait for one that is in native code.
    @Test
    void noThreadIsLeftWhenTheAnswerCame() throws IOException, InterruptedException {
        try (var server = listen()) {
            var silent = new ArrayList<Socket>();
            var threads = askTwice(server, silent);

            for (var thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
            }
            silent.getFirst().close();
        }
    }

    /// The first is not answered, the second is.
    private static List<Thread> askTwice(ServerSocket server, List<Socket> silent)
            throws IOException, InterruptedException {
        try (var serverProbe = new ServerProbe(address(server.getLocalPort()))) {
            serverProbe.probe();
            silent.add(server.accept());
            serverProbe.probe();
            greet(server, "SSH-2.0-x\r\n");
            assertThat(serverProbe.answer().await(10, TimeUnit.SECONDS)).isTrue();
            var threads = asking();
            assertThat(threads).isNotEmpty();
            return threads;
        }
    }

    private static List<Thread> asking() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("server-probe"))
                .toList();
    }

    /// The silent one is given up in the end.
    private static void awaitEnd(Socket silent, ServerProbe serverProbe) throws IOException {
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        assertThat(serverProbe.answer().getCount()).isOne();
    }

    private static void greet(ServerSocket server, String words) throws IOException {
        try (var probe = server.accept()) {
            probe.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    }

    private static int free() throws IOException {
        try (var server = listen()) {
            return server.getLocalPort();
        }
    }

    private static InetSocketAddress address(int port) {
        return InetSocketAddress.createUnresolved("127.0.0.1", port);
    }
}
