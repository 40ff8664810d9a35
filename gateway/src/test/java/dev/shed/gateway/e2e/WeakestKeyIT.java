package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the holder of the weakest key, or of none, does costs others neither their logins nor the echo of what they
/// type, and a bounded amount of memory: each attack goes on for seconds while somebody else works.
@Timeout(240)
@Isolated("what is measured is what others feel")
class WeakestKeyIT {
    /// How many times longer than in peace a login or an echo may take.
    private static final int FACTOR = 3;

    /// A login that takes no longer is good in any case.
    private static final Duration LOGIN = Duration.ofSeconds(2);

    /// A median below this is noise: a tick of Linux, after which a thread gives way to another one, may be
    /// 4 ms, and an echo passes through several threads. Where other programs want the processors the noise
    /// is greater, and is taken to be what one echo of a hundred takes in peace.
    private static final Duration NOISE = Duration.ofMillis(10);

    /// Resident, of the whole gateway; its heap has 256 MiB.
    private static final long MEMORY = 640L << 20;

    private static final int ECHOES = 100;

    /// How many logins, each with [#ECHOES], are measured at least.
    private static final int LOGINS = 3;

    /// Attackers are on other machines. So here they get only what of the processors nobody else wants.
    private static final List<String> ELSEWHERE = List.of("chrt", "--idle", "0");

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
    static AttackedGateway target;
    static SshClient client;
    private static Attackers attackers;

    @BeforeAll
    static void start() throws Exception {
        gateway = ChildGateway.start("-Xmx256m");
        var place = gateway.place();
        place.authorize("viewer", "role=\"viewer\"");
        place.listensAt(place.port());
        target = new AttackedGateway(place.port(), place.path(""), place.state(), place.newShed(), place.newShed());
        Place.docker(
                        "exec",
                        "-u",
                        "root",
                        "shed-" + target.hostile(),
                        "sh",
                        "-c",
                        "echo " + Base64.getEncoder().encodeToString(utf8(FALSE_TMUX))
                                + " | base64 -d >/usr/local/bin/tmux && chmod 755 /usr/local/bin/tmux")
                .orFail();
        Place.inside(
                        target.shed(),
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
        client = AttackedGateway.newClient();
        client.start();
        attackers = Attackers.start(place, target);
    }

    @AfterAll
    static void close() throws Exception {
        attackers.close();
        client.stop();
        gateway.close();
    }

    /// Peace is measured before and after. So whatever else the machine does meanwhile hits both.
    @ParameterizedTest
    @EnumSource
    void othersLogInAndType(Attack attack) throws Exception {
        try (var typist = Typist.start()) {
            var before = typist.work();
            attackers.begin(attack);
            var attacked = typist.work();
            var end = Instant.now().plus(AttackedGateway.PATIENCE.multipliedBy(2));
            while (attackers.rounds() < 2 * attack.callers) {
                assertThat(Instant.now()).as("the attack goes on").isBefore(end);
                attacked = attacked.and(typist.work());
            }
            var memory = memory();
            int rounds = attackers.end();
            var peace = List.of(before, typist.work());
            var login = worst(peace, Waits::login);
            var median = worst(peace, waits -> waits.echo(50));
            var slow = worst(peace, waits -> waits.echo(99));
            System.out.printf(
                    "%s: login %d ms at most (%d in peace); echo %.1f ms (%.1f), p99 %.1f (%.1f); %d MiB; %d rounds%n",
                    attack,
                    attacked.login().toMillis(),
                    login.toMillis(),
                    ms(attacked.echo(50)),
                    ms(median),
                    ms(attacked.echo(99)),
                    ms(slow),
                    memory >> 20,
                    rounds);
            assertThat(attacked.login()).as("the slowest login").isLessThan(allowed(login, LOGIN));
            assertThat(attacked.echo(50)).as("the median echo").isLessThan(allowed(median, max(NOISE, slow)));
            assertThat(memory).as("the memory").isLessThan(MEMORY);
        }
    }

    /// @param always what is good whatever it is in peace
    private static Duration allowed(Duration inPeace, Duration always) {
        return max(inPeace.multipliedBy(FACTOR), always);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration worst(List<Waits> some, Function<Waits, Duration> what) {
        return some.stream().map(what).max(Duration::compareTo).orElseThrow();
    }

    /// The most that was resident so far, in bytes.
    private static long memory() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(gateway.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static Duration timed(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static double ms(Duration time) {
        return time.toNanos() / 1e6;
    }

    /// What somebody has waited for: logins, and the echoes of keys.
    private record Waits(List<Duration> logins, List<Duration> echoes) {
        Duration login() {
            return Collections.max(logins);
        }

        Duration echo(int percent) {
            return echoes.stream().sorted().toList().get((echoes.size() - 1) * percent / 100);
        }

        Waits and(Waits more) {
            return new Waits(concat(logins, more.logins), concat(echoes, more.echoes));
        }

        private static List<Duration> concat(List<Duration> some, List<Duration> more) {
            return Stream.concat(some.stream(), more.stream()).toList();
        }
    }

    /// The program [Attacker].
    private record Attackers(Process process, BufferedReader output, OutputStream input) implements AutoCloseable {
        static Attackers start(Place place, AttackedGateway target) throws IOException {
            var process = ChildGateway.program(place, ELSEWHERE, Attacker.class.getName(), target.arguments())
                    .redirectError(place.path("attackers.log").toFile())
                    .start();
            return new Attackers(process, process.inputReader(UTF_8), process.getOutputStream());
        }

        /// Returns when the attack is under way.
        void begin(Attack attack) throws IOException {
            ask(attack.name());
        }

        /// How often somebody has begun to do it.
        int rounds() throws IOException {
            return ask(Attacker.ROUNDS);
        }

        /// Returns the number of rounds when all of them have ended.
        int end() throws IOException {
            return ask("end");
        }

        private int ask(String line) throws IOException {
            input.write(utf8(line + "\n"));
            input.flush();
            var answer = String.valueOf(Run.line(output));
            assertThat(answer).as(this::log).containsOnlyDigits();
            return Integer.parseInt(answer);
        }

        private String log() {
            try {
                return Files.readString(gateway.place().path("attackers.log"));
            } catch (IOException e) {
                return e.toString();
            }
        }

        @Override
        public void close() throws IOException {
            input.close();
            Run.status(process);
        }
    }

    /// Somebody at a terminal whose program gives back what is typed.
    private record Typist(ClientSession session, ChannelExec channel, OutputStream in, InputStream out)
            implements AutoCloseable {
        static Typist start() throws Exception {
            var session = target.login(client, target.shed(), "admin");
            var channel = session.createExecChannel("exec cat");
            channel.open().verify(AttackedGateway.PATIENCE);
            return new Typist(session, channel, channel.getInvertedIn(), channel.getInvertedOut());
        }

        /// Logs in elsewhere and types, in turn.
        Waits work() throws Exception {
            var logins = new ArrayList<Duration>();
            var echoes = new ArrayList<Duration>();
            for (int i = 0; i < LOGINS; i++) {
                logins.add(timed(() -> target.login(client, "shed", "admin").close()));
                for (int k = 0; k < ECHOES; k++) {
                    echoes.add(timed(this::type));
                }
            }
            return new Waits(logins, echoes);
        }

        private void type() throws IOException {
            in.write('x');
            in.flush();
            assertThat(out.read()).isEqualTo('x');
        }

        @Override
        public void close() throws IOException {
            channel.close();
            session.close();
        }
    }
}
