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

class KnocksTest {
    @Test
    void anSshServerIsAnAnswer() throws IOException, InterruptedException {
        try (var server = listen();
                var knocks = new Knocks(address(server.getLocalPort()))) {
            knocks.knock();
            greet(server, "SSH-2.0-x\r\n");
            assertThat(knocks.answer().await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aRelayWhoseOtherEndIsAwayIsNone() throws IOException, InterruptedException {
        try (var server = listen();
                var knocks = new Knocks(address(server.getLocalPort()))) {
            knocks.knock();
            server.accept().close();
            knocks.knock();
            try (var silent = server.accept()) {
                knocks.knock();
                greet(server, "HTTP/1.1 400 Bad Request\r\n");
                awaitEnd(silent, knocks);
            }
            assertThat(knocks.answer().getCount()).isOne();
        }
    }

    @Test
    void whereNobodyListensItIsAskedAgainUntilSomebodyDoes() throws IOException, InterruptedException {
        int port = free();
        try (var knocks = new Knocks(address(port))) {
            knocks.knock();
            try (var server = new ServerSocket(port, 0, InetAddress.getLoopbackAddress())) {
                knocks.knock();
                greet(server, "SSH-2.0-x\r\n");
                assertThat(knocks.answer().await(10, TimeUnit.SECONDS)).isTrue();
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
        try (var knocks = new Knocks(address(server.getLocalPort()))) {
            knocks.knock();
            silent.add(server.accept());
            knocks.knock();
            greet(server, "SSH-2.0-x\r\n");
            assertThat(knocks.answer().await(10, TimeUnit.SECONDS)).isTrue();
            var threads = asking();
            assertThat(threads).isNotEmpty();
            return threads;
        }
    }

    private static List<Thread> asking() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("knock"))
                .toList();
    }

    /// The silent one is given up in the end.
    private static void awaitEnd(Socket silent, Knocks knocks) throws IOException {
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        assertThat(knocks.answer().getCount()).isOne();
    }

    private static void greet(ServerSocket server, String words) throws IOException {
        try (var knock = server.accept()) {
            knock.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
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
