package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.audit.AuditEvent.ForwardOpened;
import dev.shed.gateway.audit.AuditEvent.ForwardRefused;
import dev.shed.gateway.config.GatewayConfig;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A shed's forwards reach what a program in its container reaches, and of the gateway's host nothing else. Everything
/// that listens on the host here answers each connection at once: whoever gets a byte was there.
@Execution(ExecutionMode.CONCURRENT)
class ForwardReachIT {
    private static final String HOST = "the host";
    private static final String NETWORK =
            "shed-reach-" + ProcessHandle.current().pid();
    private static final String ENGINE = Place.ENGINE.substring("unix://".length());

    /// Everything that means a loopback, or any address.
    private static final List<String> LOOPBACKS = List.of(
            "localhost",
            "127.0.0.1",
            "127.0.0.2",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0.0.0.0",
            "0",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::1%lo",
            "fe80::1%lo");

    private static LiveGateway gateway;
    private static String shed;
    private static final List<ServerSocketChannel> HOSTS = new ArrayList<>();
    private static int loopbackPort;
    private static int loopback6Port;
    private static int everywherePort;

    @BeforeAll
    static void start() throws IOException {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        moveToANetworkOfItsOwn();
        loopbackPort = listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        loopback6Port = hasIpv6() ? listen(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0)) : loopbackPort;
        everywherePort = listen(new InetSocketAddress(0));
    }

    @AfterAll
    static void stop() throws IOException {
        for (var host : HOSTS) {
            host.close();
        }
        gateway.close();
        Place.docker("network", "rm", NETWORK).orFail();
    }

    /// The hardware address of a bridge changes as containers come and go; on the one that all tests share a connection
    /// may so wait for ten seconds and more, and be given up.
    private static void moveToANetworkOfItsOwn() throws IOException {
        Place.docker("network", "create", NETWORK).orFail();
        Place.docker("network", "disconnect", "sheds", "shed-" + shed).orFail();
        Place.docker("network", "connect", NETWORK, "shed-" + shed).orFail();
    }

    private static int listen(InetSocketAddress at) throws IOException {
        return ((InetSocketAddress) serve(ServerSocketChannel.open().bind(at))).getPort();
    }

    private static SocketAddress serve(ServerSocketChannel listener) throws IOException {
        HOSTS.add(listener);
        Thread.ofVirtual().start(() -> {
            while (listener.isOpen()) {
                try (var peer = listener.accept()) {
                    peer.write(ByteBuffer.wrap(HOST.getBytes(UTF_8)));
                } catch (IOException _) {
                    // This one has gone, or the test is over.
                }
            }
        });
        return listener.getLocalAddress();
    }

    private static boolean hasIpv6() throws IOException {
        return addresses().anyMatch(InetAddress.ofLiteral("::1")::equals);
    }

    private static Stream<InetAddress> addresses() throws IOException {
        return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
    }

    /// Every address of this machine but the loopbacks, the engine's bridge among them; link-local ones as they are
    /// called in a container.
    private static List<String> hostAddresses() throws IOException {
        return addresses()
                .filter(address -> !address.isLoopbackAddress())
                .map(ForwardReachIT::seenFromAContainer)
                .distinct()
                .toList();
    }

    private static String seenFromAContainer(InetAddress address) {
        var text = address.getHostAddress().replaceAll("%.*", "");
        return address instanceof Inet6Address && address.isLinkLocalAddress() ? text + "%eth0" : text;
    }

    private static String target(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Map<String, String> answers(String name, String shed, List<String> targets) throws Exception {
        try (var tunnels = Tunnels.open(gateway.place(), name, shed + "@gw", targets)) {
            var answers = new LinkedHashMap<String, String>();
            for (var target : targets) {
                answers.put(target, tunnels.answer(target, ""));
            }
            return answers;
        }
    }

    private static String refusal(String shed, String target) throws Exception {
        return gateway.audit()
                .await(
                        ForwardRefused.class,
                        refused -> refused.forward().shed().equals(shed)
                                && refused.forward().target().equals(target))
                .event()
                .reason();
    }

    @Test
    void theListenersOfTheTestAnswer() throws IOException {
        assertThat(gateway.place()
                        .sh("nc 127.0.0.1 " + loopbackPort + " </dev/null")
                        .orFail())
                .isEqualTo(HOST);
        assertThat(gateway.place()
                        .sh("nc 127.0.0.1 " + everywherePort + " </dev/null")
                        .orFail())
                .isEqualTo(HOST);
    }

    @Test
    void theHostsLoopbackIsOutOfReachByWhateverName() throws Exception {
        var targets = Stream.concat(LOOPBACKS.stream(), hostAddresses().stream())
                .flatMap(host -> Stream.of(
                                loopbackPort, loopback6Port, gateway.place().port())
                        .map(port -> target(host, port)))
                .distinct()
                .toList();

        assertThat(answers("lo", shed, targets))
                .allSatisfy((target, answer) -> assertThat(answer).as(target).isEmpty());
        assertThat(refusal(shed, target("127.0.0.1", loopbackPort))).contains("Connection refused");
    }

    /// What listens on all of the host's addresses is reached from a container by the bridge, which is the engine's
    /// network, and a firewall's affair. A forward does not get there: who may forward may not run a program.
    @Test
    void theHostAndItsCloudAreOutOfReachByWhateverName() throws Exception {
        var bridge = bridge();
        assertThat(fromInside(shed, bridge)).isEqualTo(HOST);
        Place.docker(
                        "exec",
                        "-u",
                        "root",
                        "shed-" + shed,
                        "sh",
                        "-c",
                        "printf '%s bridge.test\\n169.254.169.254 cloud.test\\n' " + bridge + " >>/etc/hosts")
                .orFail();
        var hosts = Stream.concat(
                hostAddresses().stream(),
                Stream.of(bridge, "::ffff:" + bridge, "bridge.test", "cloud.test", "169.254.169.254", "fd00:ec2::254"));
        var targets = hosts.map(host -> target(host, everywherePort)).toList();

        assertThat(answers("all", shed, targets))
                .allSatisfy((target, answer) -> assertThat(answer).as(target).isEmpty());
        // A link that the container does not have is not resolved.
        for (var target : targets.stream().filter(each -> !each.contains("%")).toList()) {
            assertThat(refusal(shed, target)).contains("forwards lead neither to the host nor to its cloud's metadata");
        }
    }

    /// A second gateway knows the same sheds.
    @Test
    void theHostIsReachedWhereThatIsAllowed() throws Exception {
        var bridge = bridge();
        try (var open = LiveGateway.start(new GatewayConfig.Forwarding(256, 1024, "loopback", "keep", "allow"))) {
            var target = target(bridge, everywherePort);
            try (var tunnels = Tunnels.open(open.place(), "allowed", shed + "@gw", List.of(target))) {
                assertThat(tunnels.answer(target, "")).isEqualTo(HOST);
            }
        }
    }

    /// The engine's end of the shed's network.
    private static String bridge() throws IOException {
        return Place.docker(
                        "inspect",
                        "-f",
                        "{{(index .NetworkSettings.Networks \"" + NETWORK + "\").Gateway}}",
                        "shed-" + shed)
                .orFail()
                .strip();
    }

    /// Nothing of the test listens on the shed's loopback.
    @Test
    void aForwardReachesWhatTheContainerReaches() throws Exception {
        var targets =
                LOOPBACKS.stream().map(host -> target(host, everywherePort)).toList();
        var answers = answers("own", shed, targets);
        for (var host : LOOPBACKS) {
            assertThat(answers.get(target(host, everywherePort))).as(host).isEqualTo(fromInside(shed, host));
        }
    }

    /// What a program in the container gets, that waits as long as the porter.
    private static String fromInside(String shed, String host) throws IOException {
        return Place.inside(shed, "python3", "-c", """
                        import socket, sys
                        try:
                            print(end=socket.create_connection((sys.argv[1], sys.argv[2]), 10).recv(99).decode())
                        except OSError:
                            pass
                        """, host, Integer.toString(everywherePort))
                .orFail();
    }

    /// Without a network of its own to ask, no address of the host answers, nor does one that only the host may ask.
    @Test
    void aShedWithoutANetworkReachesNothing() throws Exception {
        var alone = gateway.place().newShed();
        Place.docker("network", "disconnect", "sheds", "shed-" + alone).orFail();
        var hosts = Stream.concat(
                hostAddresses().stream(), Stream.of("169.254.169.254", "fd00:ec2::254", "fe80::a9fe:a9fe%eth0"));
        var targets = hosts.flatMap(host -> Stream.of(target(host, everywherePort), target(host, 80)))
                .toList();

        assertThat(answers("none", alone, targets))
                .allSatisfy((target, answer) -> assertThat(answer).as(target).isEmpty());
        assertThat(refusal(alone, "169.254.169.254:80")).contains("forwards lead neither to the host");
    }

    @Test
    void noPathLeadsToASocketOfTheHost() throws Exception {
        var ours = hostSocket("host.sock");
        var links = "mkdir /tmp/links; cd /tmp/links; ln -s / root; ln -s /proc/1/root first; ln -s /var/run run;"
                + " ln -s ../../../../../../.. up; ln -s " + ENGINE + " engine; ln -s " + ours + " ours;"
                + " ln -s /proc/1/root" + ENGINE + " proc; ln -s /proc/self/root" + ours + " self;"
                + " ln -s /proc/1/cwd cwd; ln -s loop loop";
        Place.inside(shed, "sh", "-c", links).orFail();
        var sockets = Stream.of(ENGINE, "/run/docker.sock", "/run/containerd/containerd.sock", ours.toString())
                .distinct()
                .flatMap(path -> Stream.of(
                                "",
                                "/proc/1/root",
                                "/proc/self/root",
                                "/proc/self/cwd/../..",
                                "../../../..",
                                "/run/shed/../..",
                                "/tmp/links/root",
                                "/tmp/links/first",
                                "/tmp/links/up",
                                "/tmp/links/cwd")
                        .map(before -> before + path));
        var planted = Stream.of("engine", "ours", "proc", "self", "run/docker.sock", "loop")
                .map("/tmp/links/"::concat);
        var targets = Stream.concat(sockets, planted).toList();

        assertThat(answers("path", shed, targets))
                .allSatisfy((target, answer) -> assertThat(answer).as(target).isEmpty());
        assertThat(refusal(shed, ours.toString())).contains("No such file or directory");
    }

    private static Path hostSocket(String name) throws IOException {
        var path = gateway.place().path(name);
        serve(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
        return path;
    }

    /// The gateway's own socket is there for the porter, and says nothing to anybody else.
    @Test
    void theGatewaysSocketInTheShedIsMute() throws Exception {
        gateway.ssh(shed + "@gw", "true").orFail();
        var sockets = Place.docker("exec", "-u", "root", "shed-" + shed, "find", "/run/shed", "-type", "s")
                .orFail()
                .lines()
                .toList();

        assertThat(sockets).isNotEmpty();
        assertThat(answers("mute", shed, sockets))
                .allSatisfy((target, answer) -> assertThat(answer).as(target).isEmpty());
    }

    @Test
    void aListenerStaysInTheContainerWhateverItsPathIs() throws Exception {
        var outside = gateway.place().path("outside");
        Files.createDirectory(outside);
        Place.docker("exec", "-u", "root", "shed-" + shed, "install", "-d", "-o", "dev", outside.toString())
                .orFail();
        Place.inside(
                        shed,
                        "sh",
                        "-c",
                        "mkdir /tmp/places; cd /tmp/places; ln -s " + outside + " out; ln -s " + ENGINE
                                + " engine; ln -s /nowhere/x dangling; ln -s /run/shed porter; ln -s /proc/1/root first")
                .orFail();
        var made = List.of(
                "/tmp/places/out/a", "/tmp/places/first" + outside + "/b", "/tmp/places/../../.." + outside + "/c");
        var refused = List.of(
                ENGINE,
                "/tmp/places/engine",
                "/tmp/places/dangling",
                "/tmp/places/porter/x",
                "/run/shed/x",
                "/tmp/places/run/x",
                "/x");
        var options = Stream.concat(made.stream(), refused.stream()).map(path -> "-R" + path + ":/nowhere");
        var client = gateway.place()
                .client(Stream.concat(options, Stream.of("-N", shed + "@gw")).toArray(String[]::new))
                .start();
        try {
            for (var path : made) {
                gateway.audit()
                        .await(
                                ForwardOpened.class,
                                opened -> opened.forward().target().equals(path));
            }
            for (var path : refused) {
                assertThat(refusal(shed, path)).as(path).isNotEmpty();
            }
            assertThat(outside).isEmptyDirectory();
            assertThat(Place.inside(shed, "sh", "-c", "cd " + outside + "; ls").orFail())
                    .isEqualTo("a\nb\nc\n");
        } finally {
            client.destroy();
        }
    }
}
