package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What remote editors do when they connect, with the real client: a script on the stdin of a shell without a terminal,
/// which stays open, and a server that it starts, reached by many connections at once. With Node's server and through
/// npm's ssh2 the same is in rows 67 and 68 of `scripts/conformance`.
@Execution(ExecutionMode.CONCURRENT)
class EditorIT {
    /// Sends back what it gets; ends with its parent, as editors' servers do. `$1` is where: `port`, or a path.
    private static final String SERVER = """
            import os, socket, sys, threading, time
            def serve(c):
                while d := c.recv(65536):
                    c.sendall(d)
                c.close()
            def accept(s):
                while True:
                    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
            unix = sys.argv[1] != "port"
            s = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
            s.bind(sys.argv[1] if unix else ("127.0.0.1", 0))
            s.listen(128)
            print("Listening on", s.getsockname() if unix else s.getsockname()[1], flush=True)
            threading.Thread(target=accept, args=(s,), daemon=True).start()
            parent = os.getppid()
            while os.getppid() == parent:
                time.sleep(0.2)
            """;

    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws IOException {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
    }

    /// What an editor types: it puts a server there, starts it, says where it listens, and stays.
    private static String script(String id, String on) {
        return """
                mkdir -p ~/.editor && cat >~/.editor/server-%1$s.py <<'END'
                %2$sEND
                python3 -u ~/.editor/server-%1$s.py %3$s >~/.editor/log-%1$s 2>&1 </dev/null &
                while ! grep -q Listening ~/.editor/log-%1$s; do sleep 0.1; done
                echo %1$s: start
                sed -n 's/^Listening on \\(.*\\)/listeningOn==\\1==/p' ~/.editor/log-%1$s
                echo %1$s: end
                while true; do sleep 1; printf ' '; done
                """.formatted(id, SERVER, on);
    }

    /// An editor's first connection, whose script runs until it is closed.
    private static final class Editor implements AutoCloseable {
        private final Process client;
        private final String listening;

        Editor(String id, String on, String... words) throws IOException {
            this.client = gateway.place().client(words).start();
            client.getOutputStream().write(script(id, on).getBytes(UTF_8));
            client.getOutputStream().flush();
            this.listening = told(client.inputReader());
        }

        private static String told(BufferedReader said) throws IOException {
            for (var line = Run.line(said); line != null; line = Run.line(said)) {
                if (line.startsWith("listeningOn==")) {
                    return line.substring(line.indexOf("==") + 2, line.lastIndexOf("=="));
                }
            }
            throw new AssertionError("the script has ended");
        }

        int port() {
            return Integer.parseInt(listening);
        }

        /// It goes without a word, as a closed laptop does.
        @Override
        public void close() {
            client.destroyForcibly();
        }
    }

    private static void awaitNoServer(String id) throws Exception {
        Await.until("no server", () -> Place.processes(shed).stream().noneMatch(line -> line.contains("server-" + id)));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aServerAtAPortIsReachedThroughADynamicForward() throws Exception {
        int port = freePort();
        try (var editor = new Editor("dynamic", "port", "-T", "-D", "127.0.0.1:" + port, shed + "@gw", "bash")) {
            var proxy = new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

            inParallel(32, () -> converse(through(proxy, editor.port()), 300_000));
            inParallel(3, () -> converse(through(proxy, editor.port()), 8 << 20));
            var nobody = through(proxy, 1);
            assertThat(nobody.isConnected()).isFalse();
            inParallel(1, () -> converse(through(proxy, editor.port()), 1));
            assertThat(editor.client.isAlive()).isTrue();
        }
        awaitNoServer("dynamic");
    }

    /// Not connected when the target refuses.
    private static Socket through(Proxy proxy, int port) {
        var socket = new Socket(proxy);
        try {
            socket.connect(InetSocketAddress.createUnresolved("localhost", port));
        } catch (IOException _) {
            return new Socket();
        }
        return socket;
    }

    @Test
    void aServerAtASocketIsReachedThroughASecondConnection() throws Exception {
        int port = freePort();
        try (var editor = new Editor("socket", "/tmp/editor.sock", "-T", shed + "@gw")) {
            assertThat(editor.listening).isEqualTo("/tmp/editor.sock");
            var tunnel = gateway.place()
                    .client("-N", "-L", "127.0.0.1:" + port + ":/tmp/editor.sock", shed + "@gw")
                    .start();
            try {
                Await.until("tunnel", () -> direct(port).isConnected());
                inParallel(32, () -> converse(direct(port), 300_000));
                inParallel(3, () -> converse(direct(port), 8 << 20));
            } finally {
                tunnel.destroy();
            }
        }
        awaitNoServer("socket");
    }

    private static Socket direct(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException _) {
            return new Socket();
        }
    }

    private static void inParallel(int count, Callable<Void> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(Collections.nCopies(count, work))) {
                one.get();
            }
        }
    }

    /// Sends random bytes and takes them back, then ends its half.
    private static Void converse(Socket socket, int length) throws Exception {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        try (socket;
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var back = threads.submit(() -> socket.getInputStream().readAllBytes());
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            assertThat(back.get()).isEqualTo(bytes);
        }
        return null;
    }
}
