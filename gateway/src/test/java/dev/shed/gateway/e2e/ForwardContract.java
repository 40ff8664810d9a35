package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.audit.AuditEvent;
import dev.shed.gateway.audit.AuditEvent.ForwardClosed;
import dev.shed.gateway.audit.AuditEvent.ForwardOpened;
import dev.shed.gateway.audit.AuditEvent.ForwardRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What holds for every forward with the real client, into a real container.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
abstract class ForwardContract {
    /// Says hello, reads to the end, and says how much that was: both directions end by themselves.
    private static final String COUNTER = """
            import socket, sys, threading
            def serve(c):
                c.sendall(b'hello ')
                n = 0
                while d := c.recv(65536):
                    n += len(d)
                c.sendall(b'got %d' % n)
                c.close()
            def listen(s):
                s.listen(128)
                while True:
                    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
            places = [(socket.AF_INET, ('127.0.0.1', 7001)), (socket.AF_UNIX, '/tmp/counter.sock')]
            if open('/proc/net/if_inet6').read():
                places.append((socket.AF_INET6, ('::1', 7001)))
            for family, place in places:
                s = socket.socket(family)
                s.bind(place)
                threading.Thread(target=listen, args=(s,)).start()
            print('ready', flush=True)
            """;

    private LiveGateway gateway;
    private String shed;
    private Process server;

    /// A running shed.
    abstract String newShed(Place place) throws IOException;

    @BeforeAll
    void start() throws Exception {
        gateway = LiveGateway.start();
        shed = newShed(gateway.place());
        server = gateway.place()
                .client(
                        shed + "@gw",
                        "exec python3 -uc \"$COUNTER\"".replace("\"$COUNTER\"", "'" + quoted(COUNTER) + "'"))
                .start();
        assertThat(new String(server.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                .isEqualTo("ready");
    }

    private static String quoted(String text) {
        return text.replace("'", "'\\''");
    }

    @AfterAll
    void stop() throws IOException {
        server.destroy();
        gateway.close();
    }

    private Run.Result through(String target) throws IOException {
        return gateway.place().ssh(new byte[5000], "-W", target, shed + "@gw");
    }

    @Test
    void aPortIsReachedByNameAndByEitherAddress() throws IOException {
        boolean hasIpv6 =
                !Place.inside(shed, "cat", "/proc/net/if_inet6").orFail().isEmpty();
        for (var host : hasIpv6 ? List.of("localhost", "127.0.0.1", "[::1]") : List.of("localhost", "127.0.0.1")) {
            assertThat(through(host + ":7001").orFail()).isEqualTo("hello got 5000");
        }
    }

    @Test
    void aUnixSocketIsReached() throws Exception {
        var socket = gateway.place().path("counter.sock");
        var tunnel = gateway.place()
                .client("-N", "-L", socket + ":/tmp/counter.sock", shed + "@gw")
                .start();
        try {
            Await.until("tunnel", () -> Files.exists(socket));
            var got = gateway.place().sh("head -c 5000 /dev/zero | nc -N -U '" + socket + "'");
            assertThat(got.orFail()).isEqualTo("hello got 5000");
        } finally {
            tunnel.destroy();
        }
    }

    @Test
    void nobodyThereIsToldWithTheReason() throws IOException {
        var refused = through("localhost:7999");
        assertThat(refused.status()).isNotZero();
        assertThat(gateway.place()
                        .ssh("-v", "-W", "localhost:7999", shed + "@gw")
                        .err())
                .contains("connect failed: localhost port 7999: Connection refused");
    }

    @Test
    void theLobbyForwardsNothing() throws IOException {
        assertThat(gateway.place().ssh("-v", "-W", "localhost:7001", "shed@gw").err())
                .contains("administratively prohibited");
    }

    @Test
    void aListenerInTheShedReachesTheClient() throws Exception {
        try (var here = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greet(here));
            var tunnel = gateway.place()
                    .client("-v", "-N", "-R", "0:127.0.0.1:" + here.getLocalPort(), shed + "@gw")
                    .start();
            try (var said = tunnel.errorReader()) {
                var line = Run.line(said);
                while (!line.contains("Allocated port")) {
                    line = Run.line(said);
                }
                var port = line.replaceAll(".*Allocated port (\\d+) .*", "$1");
                assertThat(Place.inside(shed, "sh", "-c", "nc 127.0.0.1 " + port + " </dev/null")
                                .orFail())
                        .isEqualTo("from the client");
            } finally {
                tunnel.destroy();
            }
        }
    }

    @Test
    void x11IsRefusedAndTheCommandRuns() throws IOException {
        var run = gateway.place()
                .sh("DISPLAY=127.0.0.1:77 ssh -Y -o LogLevel=INFO " + shed + "@gw 'echo ${DISPLAY-none}; exit 7'");
        assertThat(run.status()).isEqualTo(7);
        assertThat(run.out()).isEqualTo("none\n");
        assertThat(run.err()).contains("X11 forwarding request failed");
    }

    /// One line for each way that was opened, one for its end; who asked, for what, how much passed.
    @Test
    void everyForwardIsAudited() throws Exception {
        var name = newShed(gateway.place());
        var socket = gateway.place().path("audited.sock");
        var client = gateway.place()
                .client("-N", "-L", socket + ":/tmp/nosuch.sock", "-R", "/tmp/audited.sock:/nowhere", name + "@gw")
                .start();
        try {
            opened(name, "streamlocal-forward", "/tmp/audited.sock");
            assertThat(Place.inside(name, "nc", "-U", "-N", "/tmp/audited.sock").out())
                    .isEmpty();
            refused(name, "forwarded-streamlocal", "/tmp/audited.sock");
            gateway.place().sh("nc -N -U '" + socket + "' </dev/null");
            refused(name, "direct-streamlocal", "/tmp/nosuch.sock");
        } finally {
            client.destroy();
        }
        closed(name, "streamlocal-forward", "/tmp/audited.sock");

        Place.docker("exec", "-d", "shed-" + name, "socat", "TCP-LISTEN:7002,fork", "EXEC:cat")
                .orFail();
        Await.until(
                "a listener",
                () -> Place.inside(name, "nc", "-z", "127.0.0.1", "7002").status() == 0);
        gateway.place()
                .ssh(new byte[5000], "-W", "localhost:7002", name + "@gw")
                .orFail();
        opened(name, "direct-tcpip", "localhost:7002");
        var closed = closed(name, "direct-tcpip", "localhost:7002");
        assertThat(closed.bytesIn()).isEqualTo(5000);
        assertThat(closed.bytesOut()).isEqualTo(5000);
        assertThat(closed.actor().identity()).isEqualTo("admin");
        assertThat(closed.forward().login()).isEqualTo(name);
    }

    private static boolean is(AuditEvent.Forward forward, String of, String kind, String target) {
        return forward.shed().equals(of)
                && forward.kind().equals(kind)
                && forward.target().equals(target);
    }

    private void opened(String of, String kind, String target) throws Exception {
        gateway.audit().await(ForwardOpened.class, event -> is(event.forward(), of, kind, target));
    }

    private void refused(String of, String kind, String target) throws Exception {
        gateway.audit().await(ForwardRefused.class, event -> is(event.forward(), of, kind, target));
    }

    private ForwardClosed closed(String of, String kind, String target) throws Exception {
        return gateway.audit()
                .await(ForwardClosed.class, event -> is(event.forward(), of, kind, target))
                .event();
    }

    private static void greet(ServerSocket here) {
        try (var peer = here.accept()) {
            peer.getOutputStream().write("from the client".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theAgentOfTheClientIsThere() throws IOException {
        var got = gateway.place()
                .sh("eval $(ssh-agent) >/dev/null; trap 'kill $SSH_AGENT_PID' EXIT; ssh-add -q id_admin; ssh"
                        + " -o IdentityAgent=$SSH_AUTH_SOCK -A " + shed + "@gw 'ssh-add -l; stat -c %a"
                        + " \"$SSH_AUTH_SOCK\" \"$(dirname \"$SSH_AUTH_SOCK\")\"'; ssh " + shed
                        + "@gw 'echo ${SSH_AUTH_SOCK-unset}'");
        assertThat(got.orFail()).matches("(?s)256 SHA256:\\S+ admin \\(ED25519\\)\n600\n700\nunset\n");
    }
}
