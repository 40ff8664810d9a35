package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import dev.shed.gateway.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What sheds reach of each other and of the host, over the engine's own networks.
@Execution(ExecutionMode.CONCURRENT)
class ApartIT {
    private static final int PORT = 8000;

    /// Prints what a connection gives, or how it fails.
    private static final String CONNECT = """
            import socket, sys
            try:
                socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)
                print("connected")
            except OSError as e:
                print(type(e).__name__)
            """;

    /// Prints how it fails to send packets of another's, and to answer ARP for another.
    private static final String PACKETS = """
            import socket
            def attempt(*kind):
                try:
                    socket.socket(*kind)
                    return "made"
                except OSError as e:
                    return type(e).__name__
            print(attempt(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
                  attempt(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)))
            """;

    private static String asRoot(String shed, String program) throws IOException {
        return Place.docker("exec", "-u", "root", "shed-" + shed, "python3", "-c", program)
                .orFail()
                .strip();
    }

    private static String connect(String shed, String address, int port) throws IOException {
        return Place.inside(shed, "python3", "-c", CONNECT, address, Integer.toString(port))
                .orFail()
                .strip();
    }

    private static String inspect(String what, String name) throws IOException {
        return Place.docker("inspect", "-f", what, name).orFail().strip();
    }

    private static String of(String shed, String network, String what) throws IOException {
        return inspect("{{(index .NetworkSettings.Networks \"" + network + "\")." + what + "}}", "shed-" + shed);
    }

    /// @return the address of a shed in which something listens
    private static String listening(String shed, String network) throws Exception {
        Place.docker("exec", "-d", "shed-" + shed, "python3", "-m", "http.server", Integer.toString(PORT))
                .orFail();
        var address = of(shed, network, "IPAddress");
        Await.until("it listens", () -> connect(shed, address, PORT).equals("connected"));
        return address;
    }

    @Test
    void shedsDoNotReachEachOther() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var one = gateway.place().newShed();
            var other = gateway.place().newShed();
            var address = listening(one, "sheds");
            try (var fromTheHost = new Socket()) {
                fromTheHost.connect(new InetSocketAddress(address, PORT), 5000);
            }
            assertThat(connect(other, address, PORT)).isEqualTo("TimeoutError");
            var forwarded = gateway.ssh("-W", address + ":" + PORT, other + "@gw");
            assertThat(forwarded.status()).as(forwarded.said()).isEqualTo(255);
            assertThat(inspect("{{.HostConfig.PidsLimit}}", "shed-" + one)).isEqualTo("4096");
            assertThat(asRoot(other, PACKETS)).isEqualTo("PermissionError PermissionError");
        }
    }

    @Test
    void inAnotherNetworkTheyDo() throws Exception {
        try (var gateway = LiveGateway.startIn("bridge")) {
            var one = gateway.place().newShed();
            var other = gateway.place().newShed();
            assertThat(connect(other, listening(one, "bridge"), PORT)).isEqualTo("connected");
        }
    }

    @Test
    void aNetworkThatIsMissingIsSaid() throws Exception {
        try (var gateway = LiveGateway.startIn("no-such-network")) {
            var refused = gateway.ssh("shed@gw", "create " + gateway.place().newName());
            assertThat(refused.status()).isEqualTo(78);
            assertThat(refused.err()).contains("shed.network: no-such-network: the engine has no such network");
        }
    }

    /// The lines of docs/operations.md, on a network of the test's own.
    @Test
    void theHostsRulesKeepShedsFromTheHost() throws Exception {
        assumeThat(new UnixSystem().getUid()).as("iptables needs root").isZero();
        assumeThat(Place.ENGINE).as("the engine of this host").startsWith("unix://");
        var network = "shed-apart-" + ProcessHandle.current().pid();
        Place.docker("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", network)
                .orFail();
        try (var gateway = LiveGateway.startIn(network);
                var host = ServerSocketChannel.open().bind(new InetSocketAddress(0))) {
            int port = host.socket().getLocalPort();
            var shed = gateway.place().newShed();
            var bridge = of(shed, network, "Gateway");
            assertThat(connect(shed, bridge, port)).isEqualTo("connected");

            Run.run(List.of("sh", "-ec", rules(network))).orFail();
            try {
                assertThat(connect(shed, bridge, port)).isEqualTo("ConnectionRefusedError");
                assertThat(connect(shed, "169.254.169.254", 80)).isEqualTo("ConnectionRefusedError");
                assertThat(gateway.ssh(shed + "@gw", "echo still there").orFail())
                        .isEqualTo("still there\n");
            } finally {
                Run.run(List.of("sh", "-c", rules(network).replace(" -I ", " -D ")));
            }
        } finally {
            Place.docker("network", "rm", network);
        }
    }

    private static String rules(String network) throws IOException {
        var text = Files.readString(
                Path.of(System.getProperty("shed.project", "..")).resolve("docs/operations.md"), UTF_8);
        int begin = text.indexOf("bridge=br-");
        return text.substring(begin, text.indexOf("```", begin)).replace(" sheds ", " " + network + " ");
    }
}
