package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.container.FakeSocket;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every kind of key may ask for: each key beside each request.
class AccessTableWireTest {
    /// The options of each column's key.
    private static final Map<String, String> KEYS = keys();

    private static Map<String, String> keys() {
        var keys = new LinkedHashMap<String, String>();
        keys.put("admin", "");
        keys.put("user", "role=\"user\"");
        keys.put("responder", "role=\"responder\"");
        keys.put("viewer", "role=\"viewer\"");
        keys.put("other", "sheds=\"other\"");
        keys.put("restrict", "restrict");
        keys.put("command", "command=\"help kill\"");
        keys.put("verbs", "verbs=\"peek,attach,exec\"");
        keys.put("permitopen", "permitopen=\"localhost:80\"");
        keys.put("expired", "expiry-time=\"20200101Z\"");
        keys.put("from", "from=\"192.0.2.1\"");
        return keys;
    }

    /// `yes`: it is done; `look`: attached to look only; `no`: the key may not; `unknown`: there is no such
    /// shed; `refused`: the SSH protocol's own refusal; `forced`: the key's command ran instead; `-`: the
    /// key does not log in.
    private static final String TABLE = """
        request              | admin   | user    | responder | viewer  | other   | restrict | command | verbs   | permitopen | expired | from
        login                | yes     | yes     | yes       | yes     | yes     | yes      | yes     | yes     | yes        | -       | -
        attach               | yes     | yes     | look      | look    | unknown | refused  | forced  | yes     | yes        | -       | -
        shell                | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        exec                 | yes     | yes     | no        | no      | unknown | yes      | forced  | yes     | yes        | -       | -
        exec in a session    | yes     | yes     | no        | no      | unknown | yes      | forced  | yes     | yes        | -       | -
        scp                  | yes     | yes     | no        | no      | unknown | yes      | forced  | yes     | yes        | -       | -
        sftp                 | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        -L port 80           | yes     | yes     | refused   | refused | unknown | refused  | yes     | refused | yes        | -       | -
        -L port 81           | yes     | yes     | refused   | refused | unknown | refused  | yes     | refused | refused    | -       | -
        -L unix              | yes     | yes     | refused   | refused | unknown | refused  | yes     | refused | refused    | -       | -
        -R port              | yes     | yes     | refused   | refused | refused | refused  | yes     | refused | yes        | -       | -
        -R unix              | yes     | yes     | refused   | refused | refused | refused  | yes     | refused | yes        | -       | -
        -A                   | yes     | yes     | refused   | refused | refused | refused  | yes     | refused | yes        | -       | -
        -L on the lobby      | refused | refused | refused   | refused | refused | refused  | refused | refused | refused    | -       | -
        pty                  | yes     | yes     | yes       | yes     | yes     | refused  | yes     | yes     | yes        | -       | -
        env LANG             | yes     | yes     | yes       | yes     | yes     | yes      | yes     | yes     | yes        | -       | -
        env LD_PRELOAD       | refused | refused | refused   | refused | refused | refused  | refused | refused | refused    | -       | -
        -X                   | refused | refused | refused   | refused | refused | refused  | refused | refused | refused    | -       | -
        subsystem nonsense   | refused | refused | refused   | refused | refused | refused  | refused | refused | refused    | -       | -
        picker               | yes     | yes     | yes       | yes     | yes     | refused  | forced  | no      | yes        | -       | -
        shell on the lobby   | yes     | yes     | yes       | yes     | yes     | yes      | forced  | yes     | yes        | -       | -
        sessions demo        | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        kill demo work       | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        rename demo work new | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        run demo new -- true | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        resume demo work     | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        console demo         | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        ports demo           | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        peek demo work       | yes     | yes     | yes       | yes     | unknown | yes      | forced  | yes     | yes        | -       | -
        send demo work hi    | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        wait demo work       | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        events demo          | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        inbox demo           | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        inbox                | yes     | yes     | yes       | yes     | yes     | yes      | forced  | no      | yes        | -       | -
        approve 7q2m0xk4vd   | yes     | yes     | yes       | no      | yes     | yes      | forced  | no      | yes        | -       | -
        deny 7q2m0xk4vd      | yes     | yes     | yes       | no      | yes     | yes      | forced  | no      | yes        | -       | -
        answer 7q2m0xk4vd 2  | yes     | yes     | yes       | no      | yes     | yes      | forced  | no      | yes        | -       | -
        list                 | yes     | yes     | yes       | yes     | yes     | yes      | forced  | no      | yes        | -       | -
        create demo          | yes     | no      | no        | no      | no      | yes      | forced  | no      | yes        | -       | -
        status               | yes     | no      | no        | no      | yes     | yes      | forced  | no      | yes        | -       | -
        start demo           | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        stop demo            | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        restart demo         | yes     | yes     | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        info demo            | yes     | yes     | yes       | yes     | unknown | yes      | forced  | no      | yes        | -       | -
        delete demo          | yes     | no      | no        | no      | unknown | yes      | forced  | no      | yes        | -       | -
        recordings list      | yes     | no      | no        | no      | yes     | yes      | forced  | no      | yes        | -       | -
        whoami               | yes     | yes     | yes       | yes     | yes     | yes      | forced  | yes     | yes        | -       | -
        version              | yes     | yes     | yes       | yes     | yes     | yes      | forced  | yes     | yes        | -       | -
        help                 | yes     | yes     | yes       | yes     | yes     | yes      | forced  | yes     | yes        | -       | -
        """;

    /// Of the session that tmux calls `$0`.
    private static final String SCREEN = "%0\t7\t/dev/pts/0\t20\t3\t0\t0\t0\t0\t0\t0\t0\t60\tbash\tdemo\n\n\n\n";

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    private static Map<String, String> column(String key) {
        int index = cells(TABLE.lines().findFirst().orElseThrow()).indexOf(key);
        var column = new LinkedHashMap<String, String>();
        TABLE.lines()
                .skip(1)
                .map(AccessTableWireTest::cells)
                .forEach(row -> column.put(row.getFirst(), row.get(index)));
        return column;
    }

    static List<String> everyKey() {
        return List.copyOf(KEYS.keySet());
    }

    @Test
    void theTableHasAColumnForEveryKeyAndARowForEveryVerb() throws IOException {
        assertThat(cells(TABLE.lines().findFirst().orElseThrow()).subList(1, KEYS.size() + 1))
                .containsExactlyElementsOf(KEYS.keySet());
        assertThat(TABLE.lines()).allSatisfy(line -> assertThat(cells(line)).hasSize(KEYS.size() + 1));
        try (var gateway = WireGateway.start(new FakeRuntime().with("demo"))) {
            var verbs = gateway.exec("shed", "help")
                    .out()
                    .lines()
                    .dropWhile(line -> !line.startsWith("VERB"))
                    .skip(1);
            assertThat(verbs.takeWhile(line -> !line.isBlank()).map(line -> line.split(" ", 2)[0]))
                    .isNotEmpty()
                    .allSatisfy(verb ->
                            assertThat(column("admin").keySet()).anyMatch(row -> (row + " ").startsWith(verb + " ")));
        }
    }

    @ParameterizedTest
    @MethodSource("everyKey")
    void aKeyMayDoWhatItsColumnSays(String key) throws Exception {
        var runtime = runtime();
        try (var gateway = WireGateway.start(runtime, KEYS.getOrDefault(key, ""), UnaryOperator.identity());
                var person = new Requests(gateway, runtime, "demo")) {
            var found = new LinkedHashMap<String, String>();
            for (var request : column(key).keySet()) {
                reset(runtime);
                found.put(request, outcome(person, request));
            }
            assertThat(found).isEqualTo(column(key));
        }
    }

    /// In text, in status, and in what is asked of the engine, which is what takes time.
    @Test
    void whatOneMayNotSeeLooksLikeWhatIsNotThere() throws Exception {
        var runtime = runtime();
        reset(runtime);
        try (var gateway = WireGateway.start(runtime, "sheds=\"other\"", UnaryOperator.identity());
                var unseen = new Requests(gateway, runtime, "demo");
                var unknown = new Requests(gateway, runtime, "ghost")) {
            for (var request : column("other").keySet()) {
                int before = runtime.questions();
                var seen = outcome(unseen, request);
                int between = runtime.questions();
                assertThat(outcome(unknown, request)).as(request).isEqualTo(seen);
                assertThat(runtime.questions() - between).as(request).isEqualTo(between - before);
            }
            assertThat(unseen.heard()).isEqualTo(unknown.heard());
        }
    }

    /// What a certificate allows, and what the line of the authority that has signed it.
    private static OpenSshCertificateBuilder certificate(String kind) {
        var builder = kind.equals("of a host")
                ? OpenSshCertificateBuilder.hostCertificate()
                : OpenSshCertificateBuilder.userCertificate();
        builder.id(kind).principals(List.of(kind.equals("of a shed") ? "demo" : "team"));
        if (!kind.equals("without extensions")) {
            builder.extension("permit-pty", "")
                    .extension("permit-port-forwarding", "")
                    .extension("permit-agent-forwarding", "");
        }
        switch (kind) {
            case "forced" -> builder.criticalOption("force-command", "help kill");
            case "of elsewhere" -> builder.criticalOption("source-address", "192.0.2.0/24");
            case "unknown option" -> builder.criticalOption("no-such-option", "x");
            case "expired" -> builder.validBefore(Instant.parse("2020-01-01T00:00:00Z"));
            case "of the future" -> builder.validAfter(Instant.parse("2100-01-01T00:00:00Z"));
            default -> {}
        }
        return builder;
    }

    /// The requests that lead to the lobby.
    private static final Set<String> LOBBY = Set.of(
            "-L on the lobby",
            "picker",
            "shell on the lobby",
            "inbox",
            "approve 7q2m0xk4vd",
            "deny 7q2m0xk4vd",
            "answer 7q2m0xk4vd 2",
            "list",
            "create demo",
            "recordings list",
            "status",
            "whoami",
            "version",
            "help");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain              | principals=\"team\"                  | admin",
                "of a user          | principals=\"team\",role=\"user\"      | user",
                "of a responder     | principals=\"team\",role=\"responder\" | responder",
                "of a viewer        | principals=\"team\",role=\"viewer\"    | viewer",
                "of other sheds     | principals=\"team\",sheds=\"other\"    | other",
                "without extensions | principals=\"team\"                  | restrict",
                "with verbs         | principals=\"team\",verbs=\"peek,attach,exec\" | verbs",
                "forced             | principals=\"team\"                  | command",
                "with permitopen    | principals=\"team\",permitopen=\"localhost:80\" | permitopen",
                "of a shed          | no-touch-required                  | admin",
                "of a host          | principals=\"team\"                  | expired",
                "of elsewhere       | principals=\"team\"                  | expired",
                "unknown option     | principals=\"team\"                  | expired",
                "expired            | principals=\"team\"                  | expired",
                "of the future      | principals=\"team\"                  | expired",
                "of another team    | principals=\"others\"                | expired",
            })
    void aCertificateMayDoWhatTheColumnOfItsKindSays(String kind, String options, String like) throws Exception {
        var runtime = runtime();
        var line = "cert-authority," + options;
        try (var gateway = WireGateway.start(runtime, line, UnaryOperator.identity())) {
            var pair = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            var signed = certificate(kind).publicKey(pair.getPublic()).sign(gateway.key());
            var expected = new LinkedHashMap<>(column(like));
            if (kind.equals("of a shed")) {
                expected.replaceAll((request, word) -> LOBBY.contains(request) ? "-" : word);
            }
            try (var person = new Requests(gateway, runtime, "demo", new KeyPair(signed, pair.getPrivate()))) {
                var found = new LinkedHashMap<String, String>();
                for (var request : expected.keySet()) {
                    reset(runtime);
                    found.put(request, outcome(person, request));
                }
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    private static String outcome(Requests person, String request) throws Exception {
        try {
            return person.outcome(request);
        } catch (SshException _) {
            return "-";
        }
    }

    private static FakeRuntime runtime() {
        return new FakeRuntime().programs(AccessTableWireTest::program).sockets(_ -> FakeSocket.connected());
    }

    /// Whatever was done to it by the request before.
    private static void reset(FakeRuntime runtime) {
        runtime.with("demo").with("other");
        for (var name : runtime.tmux("demo").names()) {
            runtime.tmux("demo").without(name);
        }
        runtime.tmux("demo").with("default", Instant.EPOCH, 0, 1).with("work", Instant.EPOCH, 0, 1);
    }

    private static Optional<ContainerProcess> program(ExecSpec spec) {
        return switch (spec.program()) {
            case Program.Argv argv when argv.words().contains("source-file") -> Optional.of(watching());
            case Program.Argv argv
            when argv.words().contains("$0:") -> Optional.of(FakeProcess.printing(SCREEN, "", 0));
            case Program.Argv argv
            when argv.words().getFirst().equals("sh") && !argv.words().contains("shed-sessions") ->
                Optional.of(FakeProcess.printing("", "", 0));
            case Program.Argv _ -> Optional.empty();
            case Program.ShellCommand(var line) -> Optional.of(FakeProcess.printing("ran " + line, "", 0));
            case Program.InSession(var _, var line) -> Optional.of(FakeProcess.printing("ran " + line, "", 0));
            case Program.LoginShell _, Program.FirstOf _ -> Optional.of(FakeProcess.printing("ran", "", 0));
        };
    }

    /// tmux telling what happens to sessions, for `events` and `wait`.
    private static ContainerProcess watching() {
        return new FakeProcess((process, streams) -> {
            streams.in().readAllBytes();
            streams.print("p 1 1\ns $0 work\ne\n");
            process.awaitClosed();
            return ExitStatus.SUCCESS;
        });
    }
}
