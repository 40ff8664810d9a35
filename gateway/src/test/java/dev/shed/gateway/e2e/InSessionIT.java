package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `ssh SHED+SESSION@host COMMAND`: in a window of the session, and as any command over ssh.
class InSessionIT {
    private static LiveGateway gateway;
    private static String shed;
    private static String at;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
        at = shed + "+build@gw";
        newSession("build");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static void newSession(String name) throws IOException {
        tmux("new-session", "-d", "-s", name, "-c", "/usr/lib");
    }

    private static String tmux(String... words) throws IOException {
        var all = new ArrayList<>(List.of("tmux", "-u"));
        all.addAll(List.of(words));
        return Place.inside(shed, all.toArray(String[]::new)).orFail();
    }

    private static List<String> windows(String format) throws IOException {
        return tmux("list-windows", "-t", "=build", "-F", format).lines().toList();
    }

    private static void awaitOneWindow() throws Exception {
        Await.get("the window's end", Await.PATIENCE, () -> windows("#{window_name}"), names -> names.size() == 1);
    }

    /// A file of its own in the shed for each test.
    private static String newFile() {
        return "/tmp/" + UUID.randomUUID();
    }

    private static void awaitFile(String file) throws Exception {
        Await.until(file, () -> Place.inside(shed, "test", "-e", file).status() == 0);
    }

    private static void touch(String file) throws IOException {
        Place.inside(shed, "touch", file).orFail();
    }

    private static String until(String file) {
        return "until test -e " + file + "; do sleep 0.05; done";
    }

    private static Process client(String... arguments) throws IOException {
        return gateway.place().client(arguments).start();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 127, 255})
    void theCommandsStatusIsTheClients(int status) throws Exception {
        assertThat(gateway.ssh(at, "exit " + status).status()).isEqualTo(status);
    }

    @Test
    void aSignalIsReportedAsOne() throws Exception {
        var result = gateway.ssh("-v", "-o", "LogLevel=DEBUG1", at, "kill -KILL $$");

        assertThat(result.status()).isEqualTo(255);
        assertThat(result.err()).contains("exit-signal");
    }

    @Test
    void theStreamsAreTheCommandsOwn() throws Exception {
        var result = gateway.place().ssh(utf8("in\n"), at, "cat; echo out; echo err >&2; test -t 1 || echo pipe");

        assertThat(result.out()).isEqualTo("in\nout\npipe\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void itRunsInTheSessionAsTheSessionIs() throws Exception {
        tmux("set-environment", "-t", "=build", "GREETING", "hello");

        var out = gateway.ssh(
                        at,
                        "pwd; echo $GREETING $SSH_CLIENT; tmux display -p '#S'; tty </dev/tty >/dev/null && echo tty")
                .orFail();

        assertThat(out).isEqualTo("/usr/lib\nhello\nbuild\ntty\n");
    }

    @Test
    void anotherDirectoryCanBeNamed() throws Exception {
        assertThat(gateway.ssh("-o", "SetEnv=SHED_CWD=/etc", at, "pwd").out()).isEqualTo("/etc\n");
        var result = gateway.ssh("-o", "SetEnv=SHED_CWD=/nowhere", at, "pwd");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("cannot change to directory /nowhere");
    }

    @Test
    void theLobbysAliasLeadsThereToo() throws Exception {
        var out = gateway.ssh("-o", "SetEnv=SHED_SESSION=" + shed + "+build", "shed@gw", "tmux display -p '#S'");

        assertThat(out.orFail()).isEqualTo("build\n");
    }

    @Test
    void tenMegabytesAreInOrderAndComplete() throws Exception {
        var expected = IntStream.rangeClosed(1, 1_400_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(expected.length()).isGreaterThan(10_000_000);

        var result = gateway.ssh(at, "seq 1 1400000; exit 3");

        assertThat(result.status()).isEqualTo(3);
        assertThat(Arrays.equals(result.bytes(), utf8(expected))).isTrue();
    }

    @Test
    void aReaderThatPausesLosesNothing() throws Exception {
        var file = newFile();
        var client = client(at, "seq 1 2000000; touch " + file);
        try (var out = client.inputReader()) {
            assertThat(Run.line(out)).isEqualTo("1");
            // Others go on meanwhile. This one fills the buffers on the way, and then it waits: nobody hoards.
            assertThat(gateway.ssh(at, "seq 1 300000 | tail -1").orFail()).isEqualTo("300000\n");
            assertThat(Place.inside(shed, "test", "-e", file).status()).isNotZero();
            assertThat(out.lines().count()).isEqualTo(1_999_999);
        }
        assertThat(Run.status(client)).isZero();
    }

    @Test
    void bytesPassUnchanged() throws Exception {
        var bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertThat(gateway.place().ssh(bytes, at, "cat").bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "printf %s 'a;b' \"#{pane_pid}\" '#(id)' '$(id)' \\;",
                "printf '%s\\n' ünï 'two\nlines' ;",
                "printf %s '=x' -- '%1' '~' '`id`'",
                "#{pane_pid} 2>/dev/null; printf %s $?",
            })
    void theCommandIsTakenAsItIs(String command) throws Exception {
        var plain = gateway.ssh(shed + "@gw", command);
        var inside = gateway.ssh(at, command);

        assertThat(inside.out()).isEqualTo(plain.out());
        assertThat(inside.status()).isEqualTo(plain.status());
    }

    @Test
    void aCommandMayBeLongerThanTmuxTakes() throws Exception {
        var word = "x".repeat(100_000);

        assertThat(gateway.ssh(at, "printf %s " + word).out()).isEqualTo(word);
    }

    @Test
    void whoeverIsAttachedSeesItAndCanInterruptIt() throws Exception {
        newSession("shared");
        var client = client(shed + "+shared@gw", "trap 'exit 7' INT; echo working; while :; do sleep 0.1; done");
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+shared@gw")) {
            assertThat(Run.line(client.inputReader())).isEqualTo("working");
            terminal.await("1:trap");
            terminal.press("C-b", "n");
            terminal.await("working");
            terminal.press("C-c");
            assertThat(Run.status(client)).isEqualTo(7);
            Await.until("the window's end", () -> !terminal.screen().contains("1:trap"));
        }
    }

    @Test
    void itCanBeFoundAgainAndGoesOnWithoutItsClient() throws Exception {
        var file = newFile();
        var done = newFile();
        var command = until(file) + "; seq 1 50000; touch " + done + ";";
        var client = client(at, command);
        Await.until("the window", () -> windows("#{@shed-command}").contains(command));

        Run.status(client.destroyForcibly());
        touch(file);

        awaitFile(done);
        awaitOneWindow();
    }

    @Test
    void aClientThatDiesInTheMiddleOfOutputStopsNothing() throws Exception {
        var done = newFile();
        var client = client(at, "seq 1 1000000; touch " + done);
        assertThat(Run.line(client.inputReader())).isEqualTo("1");

        Run.status(client.destroyForcibly());

        awaitFile(done);
        awaitOneWindow();
    }

    @Test
    void itEndsWithItsSession() throws Exception {
        newSession("doomed");
        var client = client(shed + "+doomed@gw", "echo $$; trap '' INT; while :; do sleep 600; done");
        var pid = Run.line(client.inputReader());

        gateway.ssh("-s", shed + "+doomed@gw", "kill").orFail();

        assertThat(Run.status(client)).isEqualTo(255);
        assertThat(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("shed: the window was closed before the command ended");
        assertThat(Place.inside(shed, "kill", "-0", pid).status()).isNotZero();
    }

    @Test
    void aWindowNeverStaysWhateverTheTmuxConf() throws Exception {
        tmux("set-option", "-g", "remain-on-exit", "on");
        try {
            assertThat(gateway.ssh(at, "echo done").orFail()).isEqualTo("done\n");
            awaitOneWindow();
        } finally {
            tmux("set-option", "-gu", "remain-on-exit");
        }
    }

    @Test
    void withATerminalKeysComeFromBothSides() throws Exception {
        newSession("keys");
        try (var terminal = Terminal.ssh(gateway.place(), "-t", shed + "+keys@gw", "read a; read b; echo $a-$b; tty")) {
            Await.until(
                    "the window",
                    () -> tmux("list-windows", "-t", "=keys").lines().count() == 2);
            terminal.enter("one");
            terminal.await("one");
            tmux("send-keys", "-t", "=keys:1", "two", "Enter");
            terminal.await("one-two");
            assertThat(terminal.await("/dev/pts/")).contains("one-two");
            assertThat(terminal.status()).isZero();
        }
    }

    @Test
    void withATerminalControlCInterrupts() throws Exception {
        try (var terminal = Terminal.ssh(
                gateway.place(), "-t", at, "trap 'echo caught; exit 5' INT; echo ready; sleep 600 & wait")) {
            terminal.await("ready");
            terminal.press("C-c");
            terminal.await("caught");
            assertThat(terminal.status()).isEqualTo(5);
        }
    }

    @Test
    void eightAtOnceKeepTheirOutputApart() throws Exception {
        var clients = new ArrayList<Process>();
        for (int i = 0; i < 8; i++) {
            clients.add(client(at, "seq 1 2000; echo end" + i));
        }
        for (int i = 0; i < clients.size(); i++) {
            var lines = clients.get(i).inputReader().lines().toList();
            assertThat(lines).hasSize(2001).endsWith("end" + i);
            assertThat(Run.status(clients.get(i))).isZero();
        }
        awaitOneWindow();
    }

    @Test
    void theSessionMustBeThere() throws Exception {
        Result result = gateway.ssh(shed + "+buil@gw", "echo");

        assertThat(result.status()).isEqualTo(66);
        assertThat(result.err()).startsWith("shed: there is no session 'buil' in shed '" + shed + "'\n");
    }
}
