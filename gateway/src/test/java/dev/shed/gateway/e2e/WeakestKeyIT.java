package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the holder of the weakest key, or of none, does costs others neither their logins nor the echo of what they
/// type, and a bounded amount of memory: each attack goes on for seconds while somebody else works.
@Timeout(120)
@Isolated("what is measured is what others feel")
class WeakestKeyIT {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /// How long a good login may take meanwhile.
    private static final Duration LOGIN = Duration.ofSeconds(2);

    /// How many times slower an echo may be. What is below the floor is the noise of a busy machine.
    private static final int FACTOR = 3;

    private static final Duration FLOOR = Duration.ofMillis(40);

    /// Resident, of the whole gateway; its heap has 256 MiB.
    private static final long MEMORY = 640L << 20;

    private static final int ECHOES = 50;

    /// A tmux whose server has 10,000 sessions with 60 characters each, and that tells a client in control mode more
    /// than it can read.
    private static final String FALSE_TMUX = """
            #!/bin/sh
            case "$*" in
                *has-session*) exit 0 ;;
                *' -C attach-session '*) exec yes %client-session-changed ;;
                *attach-session*) echo attached; exec sleep 2 ;;
            esac
            awk 'BEGIN { for (i = 0; i < 10000; i++)
                printf "session\\t1769328000\\t%060d\\tbash\\t/workspace\\tdemo\\t1769328000*\\t\\tbash\\t\\n", i }'
            """;

    static ChildGateway gateway;
    static SshClient client;

    /// One whose key exchanges cost both sides much.
    static SshClient slowClient;

    static String shed;
    static String hostile;

    @BeforeAll
    static void start() throws Exception {
        gateway = ChildGateway.start("-Xmx256m");
        gateway.place().authorize("viewer", "role=\"viewer\"");
        gateway.place().listensAt(gateway.place().port());
        shed = gateway.place().newShed();
        hostile = gateway.place().newShed();
        Place.docker(
                        "exec",
                        "-u",
                        "root",
                        "shed-" + hostile,
                        "sh",
                        "-c",
                        "echo " + Base64.getEncoder().encodeToString(utf8(FALSE_TMUX))
                                + " | base64 -d >/usr/local/bin/tmux && chmod 755 /usr/local/bin/tmux")
                .orFail();
        Place.inside(
                        shed,
                        "tmux",
                        "-u",
                        "new-session",
                        "-d",
                        "-s",
                        "big",
                        "-x",
                        "500",
                        "-y",
                        "200",
                        "head -c 99000 /dev/zero | tr '\\0' a; exec sleep 1000")
                .orFail();
        client = client(List.of());
        slowClient = client(List.of(BuiltinDHFactories.dhg16_512));
    }

    /// @param exchanges the only key exchanges that it offers; empty means all that it has
    private static SshClient client(List<BuiltinDHFactories> exchanges) {
        var client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        if (!exchanges.isEmpty()) {
            client.setKeyExchangeFactories(
                    NamedFactory.setUpTransformedFactories(false, exchanges, ClientBuilder.DH2KEX));
        }
        client.start();
        return client;
    }

    @AfterAll
    static void close() throws Exception {
        client.stop();
        slowClient.stop();
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource
    void othersLogInAndType(Attack attack) throws Exception {
        try (var viewer = attack.begin()) {
            assertThat(attack.run(viewer)).contains(attack.answer);
        }
        try (var typist = Typist.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calm = typist.type();
            var over = new AtomicBoolean();
            var rounds = new AtomicInteger();
            for (int i = 0; i < attack.callers; i++) {
                threads.execute(() -> attack.goOn(over, rounds));
            }
            Await.until("the attack", () -> rounds.get() >= attack.callers);
            try {
                var logins = new ArrayList<Duration>();
                var echoes = new ArrayList<Duration>();
                for (int i = 0; i < 3; i++) {
                    logins.add(timed(() -> login("shed", "admin").close()));
                    echoes.addAll(typist.type());
                }
                var memory = memory();
                System.out.printf(
                        "%s: login %d ms at most; echo %.1f ms (%.1f in peace), p99 %.1f (%.1f); %d MiB; %d rounds%n",
                        attack,
                        max(logins).toMillis(),
                        ms(at(echoes, 50)),
                        ms(at(calm, 50)),
                        ms(at(echoes, 99)),
                        ms(at(calm, 99)),
                        memory >> 20,
                        rounds.get());
                assertThat(max(logins)).as("the slowest login").isLessThan(LOGIN);
                assertThat(at(echoes, 50)).as("the echo").isLessThan(allowed(at(calm, 50)));
                assertThat(memory).as("the memory").isLessThan(MEMORY);
            } finally {
                over.set(true);
            }
        }
    }

    private static Duration allowed(Duration calm) {
        var more = calm.multipliedBy(FACTOR);
        return more.compareTo(FLOOR) < 0 ? FLOOR : more;
    }

    /// The most that was resident so far, in bytes.
    private static long memory() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(gateway.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static ClientSession login(String name, String who) throws Exception {
        return login(client, name, who);
    }

    static ClientSession login(SshClient client, String name, String who) throws Exception {
        var session = connect(client, name);
        session.addPublicKeyIdentity(key(who));
        session.auth().verify(PATIENCE);
        return session;
    }

    static ClientSession connect(SshClient client, String name) throws IOException {
        return client.connect(name, "127.0.0.1", gateway.place().port())
                .verify(PATIENCE)
                .getSession();
    }

    static KeyPair key(String who) throws Exception {
        var keys = new FileKeyPairProvider(gateway.place().path("id_" + who));
        keys.setPasswordFinder(FilePasswordProvider.EMPTY);
        return keys.loadKeys(null).iterator().next();
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

    private interface Step {
        void run() throws Exception;
    }

    private static Duration timed(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Duration max(List<Duration> some) {
        return some.stream().max(Duration::compareTo).orElseThrow();
    }

    private static Duration at(List<Duration> some, int percent) {
        return some.stream().sorted().toList().get((some.size() - 1) * percent / 100);
    }

    private static double ms(Duration time) {
        return time.toNanos() / 1e6;
    }

    /// Somebody at a terminal whose program gives back what is typed.
    private record Typist(ClientSession session, ChannelExec channel, OutputStream in, InputStream out)
            implements AutoCloseable {
        static Typist start() throws Exception {
            var session = login(shed, "admin");
            var channel = session.createExecChannel("exec cat");
            channel.open().verify(PATIENCE);
            return new Typist(session, channel, channel.getInvertedIn(), channel.getInvertedOut());
        }

        /// How long each key took to come back.
        List<Duration> type() throws Exception {
            var times = new ArrayList<Duration>();
            for (int i = 0; i < ECHOES; i++) {
                times.add(timed(() -> {
                    in.write('x');
                    in.flush();
                    assertThat(out.read()).isEqualTo('x');
                }));
            }
            return times;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            session.close();
        }
    }
}
