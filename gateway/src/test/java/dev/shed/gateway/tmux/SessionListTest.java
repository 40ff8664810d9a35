package dev.shed.gateway.tmux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionListTest {
    private static final Instant TEN = Instant.parse("2026-01-25T10:00:00Z");
    private static final String DEBUG =
            "session\t1769335200\tdebug 🙂\tvim\t/work space\t\t1769335200! 1769335201* \t\tmain\todd, #{x}\t\n";

    @Test
    void aSessionIsReadWithItsWindows() {
        assertThat(SessionList.parse(DEBUG)).singleElement().satisfies(session -> {
            assertThat(session.name()).isEqualTo("debug 🙂");
            assertThat(session.created()).isEqualTo(TEN);
            assertThat(session.windows()).containsExactly("main", "odd, #{x}");
            assertThat(session.front()).isEqualTo(new TmuxSession.Front("vim", "/work space", ""));
            assertThat(session.signs().output()).isEqualTo(TEN.plusSeconds(1));
            assertThat(session.attached()).isFalse();
        });
    }

    @Test
    void ofMoreThanAnybodyIsToldOneMoreIsRead() {
        var line = "session\t1769335200\ts\tvim\t/\t\t1769335200* \t\tmain\t\n";
        assertThat(SessionList.parse(line.repeat(1000))).hasSize(1000);
        assertThat(SessionList.parse(line.repeat(30_000))).hasSize(1001);
    }

    @Test
    void clientsBelongToTheirSessionAndListenersAreNone() {
        var list = SessionList.parse(DEBUG
                + "client\tdebug 🙂\t0\t1\t/dev/pts/3\t1769335200\t1769335202\t80\t24\n"
                + "client\tdebug 🙂\t1\t0\t\t1769335200\t1769335200\t80\t\n"
                + "client\tdebug 🙂\t1\t0\t/dev/pts/6\t1769335200\t1769335200\t80\t\n"
                + "client\tother\t0\t0\t/dev/pts/4\t1769335200\t1769335200\t80\t24\n");
        assertThat(list.getFirst().clients())
                .containsExactly(
                        new TmuxClient("/dev/pts/3", true, false, TEN, TEN.plusSeconds(2), 80, 24),
                        new TmuxClient("/dev/pts/6", false, true, TEN, TEN, 80, 0));
    }

    @Test
    void aSessionHasItsGroupAndTheSocketOfItsServer() {
        var grouped = DEBUG.replace("* \t\tmain", "* \tpair\tmain");
        var client = "client\tdebug 🙂\t0\t1\t/dev/pts/3\t1769335200\t1769335202\t80\t24\n";
        var list = SessionList.parse(grouped + client + "socket\tnone\nsocket\tother one\n" + DEBUG);
        assertThat(list)
                .extracting(TmuxSession::name, TmuxSession::group, TmuxSession::socket, TmuxSession::attached)
                .containsExactly(tuple("debug 🙂", "pair", "", true), tuple("debug 🙂", "", "other one", false));
        assertThat(SessionList.parse("socket\tother\n")).isEmpty();
    }

    @Test
    void whatAnotherServerSaysSpoilsNothing() {
        var nonsense = "socket\tother\nno server running\n" + DEBUG.replace("1769335200", "x") + "client\t\n";
        assertThat(SessionList.parse(DEBUG + nonsense)).isEqualTo(SessionList.parse(DEBUG));
    }

    @Test
    void aSessionHasWhatRunsInItsPanes() {
        var panes = """
            pane\t71\t-\t$3\tdebug 🙂\t%5\t0\t\t\tnode\t⠋ proj
            pane\t72\tsh\t$3\tdebug 🙂\t%6\t0\t\t\tbash\thost
            process\t71\tnode\u001f/usr/local/bin/codex\t80\t7
            """;
        var status = SessionList.parse(DEBUG + panes).getFirst().status(TEN);

        assertThat(status.text()).isEqualTo("working (title of codex)");
        assertThat(SessionList.parse(DEBUG).getFirst().status(TEN).isReported()).isFalse();
    }

    /// What its output and its title say is not about what its agents ask.
    @Test
    void inAShedThatIsTooSlowEachSessionIsUnknown() {
        var panes = """
            pane\t71\t-\t$3\tdebug 🙂\t%5\t0\t\t\tnode\t✋ Action Required
            pane\t72\tsh\t$3\tdebug 🙂\t%6\t0\t\t\tbash\thost
            """;
        for (var listed : List.of(panes, "")) {
            var session = SessionList.parse(listed + DEBUG + "slow\n").getFirst();
            assertThat(session.status(TEN).text()).isEqualTo("unknown");
            assertThat(session.statusWords()).isEqualTo("unknown, detached");
        }
        var claude = SessionList.parse(panes.replace("node", "claude") + DEBUG + "slow\n");
        assertThat(claude.getFirst().status(TEN).text()).isEqualTo("unknown (process of claude-code)");
        var failed = SessionList.parse(panes.replace("0\t\t\tnode", "1\t2\t\tnode") + DEBUG + "slow\n");
        assertThat(failed.getFirst().status(TEN).text()).isEqualTo("failed: exit 2");
    }

    @Test
    void anAgentOfAnotherServerIsKnownByItsCommand() {
        var claude = DEBUG.replace("\tvim\t", "\tclaude\t");
        var elsewhere = SessionList.parse("socket\tother\n" + claude).getFirst();

        assertThat(elsewhere.status(TEN).text()).isEqualTo("unknown (process of claude-code)");
    }

    @Test
    void nothingIsAnEmptyList() {
        assertThat(SessionList.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "\n",
                "session\t1\tname",
                "session\tx\tname\tbash\t/\t\t1* \t\tw\t",
                "session\t99999999999999999\tname\tbash\t/\t\t1* \t\tw\t",
                "session\t1\tname\tbash\t/\t\tsoon \t\tw\t",
                "client\tname\t0\t0\t/dev/pts/3\t1\t1\t80",
                "client\tname\t0\t0\t/dev/pts/3\t1\t1\t80\tx",
                "client\tname\t0\t0\t/dev/pts/3\t1\t1\t80\t",
                "socket\tx\ty",
                "client\tname\t0\t0\t/dev/pts/3\t1\t1\t80\t24\tmore"
            })
    void whatIsNoListingIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> SessionList.parse(line));
    }

    @Property
    void anyTextIsAListingOrRefused(@ForAll String text) {
        try {
            SessionList.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(text).isNotEmpty();
        }
    }

    /// Each program that a listing starts costs more than the listing itself.
    @Test
    void aListingOfShellsAtTheirPromptStartsTmuxAlone(@TempDir Path programs) throws Exception {
        var listing = listing(programs, DEBUG);

        assertThat(new String(listing.getInputStream().readAllBytes(), UTF_8)).isEqualTo(DEBUG);
        assertThat(listing.waitFor()).isZero();
    }

    @Test
    void aShellWithoutChildrenIsAtItsPrompt(@TempDir Path programs) throws Exception {
        var shell = new ProcessBuilder("/bin/sh", "-c", "read line").start();
        try {
            var answer = paneOf(shell) + DEBUG;
            assertThat(read(listing(programs, answer))).isEqualTo(answer);
        } finally {
            shell.destroyForcibly();
        }
    }

    @Test
    void whatAShellHasStartedIsLookedAt(@TempDir Path programs) throws Exception {
        var shell = new ProcessBuilder("/bin/sh", "-c", "cat; true").start();
        try {
            program(programs, "timeout", "echo looked");
            program(programs, "head", "exec /bin/cat");
            Await.until("cat runs", () -> shell.children().findAny().isPresent());
            var answer = paneOf(shell) + DEBUG;
            assertThat(read(listing(programs, answer))).isEqualTo(answer + "looked\n");
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    /// Its agents are not taken for those of a shed that has none.
    @Test
    void aShedThatIsTooSlowToTellWhatItsAgentsDoSaysSo(@TempDir Path programs) throws Exception {
        program(programs, "timeout", "exit 1");
        program(programs, "head", "exec /bin/cat");
        var answer = "pane\t1\tagent\t$0\tdebug\t%0\t0\t\t\tnode\t* title\n" + DEBUG;
        assertThat(read(listing(programs, answer))).isEqualTo(answer);

        for (int status : List.of(124, 137, 2)) {
            program(programs, "timeout", "exit " + status);
            var told = read(listing(programs, answer));

            assertThat(told).isEqualTo(answer + "slow\n");
            assertThat(SessionList.isSlow(told)).isTrue();
            assertThat(SessionList.isSlow(answer)).isFalse();
            assertThat(SessionList.parse(told)).hasSize(1);
        }
    }

    private static String paneOf(Process shell) {
        return "pane\t" + shell.pid() + "\tsh\t$0\tdebug\t%0\t0\t\t\tbash\t* title\n";
    }

    /// The shell must do nothing that takes time with the square of the listing's length.
    @Test
    void aListingOfTenThousandSessionsEnds(@TempDir Path programs) throws Exception {
        var sessions = DEBUG.repeat(10_000);
        var listing = listing(programs, sessions);

        var output = CompletableFuture.supplyAsync(() -> read(listing));

        assertThat(output.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sessions);
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs the program that lists, with a tmux that prints `answer` and no other program.
    private static Process listing(Path programs, String answer) throws IOException {
        var text = Files.writeString(programs.resolve("answer"), answer);
        program(programs, "tmux", "exec /bin/cat '" + text + "'");
        var words = new ArrayList<>(SessionList.argv().words());
        words.set(0, "/bin/sh");
        var builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("PATH", programs.toString());
        builder.environment().put("TMUX_TMPDIR", programs.toString());
        builder.environment().put("XDG_STATE_HOME", programs.toString());
        return builder.start();
    }

    private static void program(Path programs, String name, String line) throws IOException {
        var file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
