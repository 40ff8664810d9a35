package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for every process in a container, whoever starts it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ExecContract {
    private static final int LARGE = 16 * 1024 * 1024;

    protected ContainerRuntime runtime;
    protected LiveShed shed;

    protected abstract LiveShed start() throws Exception;

    @BeforeAll
    void startShed() throws Exception {
        shed = start();
        runtime = shed.access().runtime();
    }

    @AfterAll
    void remove() {
        shed.close();
        shed.access().close();
    }

    @ParameterizedTest
    @CsvSource({"true,0", "exit 5,5", "exit 255,255", "no-such-program,127", "/etc/passwd,126"})
    void statusIsTheProcesses(String line, int status) throws Exception {
        assertThat(shed.sh(line).status()).isEqualTo(ExitStatus.of(status));
    }

    @Test
    void missingProgramIs127() throws Exception {
        assertThat(shed.run(shed.argv("no-such-program", "x")).status()).isEqualTo(ExitStatus.of(127));
    }

    @Test
    void ofSeveralProgramsTheFirstThatIsThereRuns() throws Exception {
        var several = new Program.FirstOf(List.of("/nonexistent/pwd", "/etc/passwd/pwd", "/bin/pwd", "/bin/false"));

        assertThat(shed.run(shed.spec(several)).out()).isEqualTo("/home/dev\n");
        assertThat(shed.run(shed.spec(new Program.FirstOf(List.of("/nonexistent", "/neither")))))
                .isEqualTo(new LiveShed.Result(ExitStatus.of(127), "", ""));
    }

    @Test
    void statusOfATerminalsProcess() throws Exception {
        assertThat(shed.run(shed.terminal("xterm", "exit 7")).status()).isEqualTo(ExitStatus.of(7));
    }

    @Test
    void stderrStaysApart() throws Exception {
        var result = shed.sh("echo out; echo err >&2");

        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void itIsTheUsersLogin() throws Exception {
        var result = shed.sh("echo $HOME $USER $LOGNAME $SHELL $(pwd) $# $(env | grep -c ^TERM=)");

        assertThat(result.out()).isEqualTo("/home/dev dev dev /bin/bash /home/dev 0 0\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void loginShellReadsStdin() throws Exception {
        try (var process = runtime.start(shed.spec(new Program.LoginShell()))) {
            process.stdin().write("shopt -q login_shell && echo login; exit 3\n".getBytes(UTF_8));
            process.stdin().close();

            var result = LiveShed.drain(process);
            assertThat(result.out()).isEqualTo("login\n");
            assertThat(result.status()).isEqualTo(ExitStatus.of(3));
        }
    }

    @Test
    void hundredKilobytesOfCommandArrive() throws Exception {
        var line = ": " + "x".repeat(100_000) + "; echo \"$BASH_EXECUTION_STRING\" | wc -c";

        assertThat(shed.sh(line).out().strip()).isEqualTo(Integer.toString(line.length() + 1));
    }

    @Test
    void nothingIsEvaluatedTwice() throws Exception {
        var hostile = "$(echo x) `id` '\"; exit 9 #{y} \\n *";

        assertThat(shed.run(shed.argv("printf", "%s", hostile)).out()).isEqualTo(hostile);
    }

    @Test
    void environmentAndDirectoryAreSet() throws Exception {
        var spec = new ExecSpec(
                shed.container(),
                new Program.ShellCommand("echo \"$LANG\"; pwd"),
                Map.of("LANG", "C.UTF-8"),
                Optional.of(ExecSpec.Directory.required("/workspace")),
                Optional.empty());

        assertThat(shed.run(spec).out()).isEqualTo("C.UTF-8\n/workspace\n");
    }

    @Test
    void homeStandsInForADirectoryThatNeedNotBeThere() throws Exception {
        var spec = new ExecSpec(
                shed.container(),
                new Program.ShellCommand("pwd"),
                Map.of(),
                Optional.of(new ExecSpec.Directory("/no such", false)),
                Optional.empty());

        assertThat(shed.run(spec).out()).isEqualTo("/home/dev\n");
    }

    @Test
    void missingDirectoryIsSaid() throws Exception {
        var spec = new ExecSpec(
                shed.container(),
                new Program.ShellCommand("echo ran"),
                Map.of(),
                Optional.of(ExecSpec.Directory.required("/no such")),
                Optional.empty());

        var result = shed.run(spec);
        assertThat(result.status()).isEqualTo(ExitStatus.of(1));
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("shed: cannot change to directory /no such\n");
    }

    @Test
    void stdinEndsAndArrivesWhole() throws Exception {
        var bytes = randomBytes();
        try (var process = runtime.start(shed.spec(new Program.ShellCommand("cat | sha256sum")));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = threads.submit(() -> {
                try (var stdin = process.stdin()) {
                    return new ByteArrayInputStream(bytes).transferTo(stdin);
                }
            });

            assertThat(LiveShed.drain(process).out()).startsWith(sha256(bytes));
            assertThat(written.get()).isEqualTo(LARGE);
        }
    }

    @Test
    void bothDirectionsAtOnce() throws Exception {
        var bytes = randomBytes();
        var digest = MessageDigest.getInstance("SHA-256");
        try (var process = runtime.start(shed.argv("cat"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var written = threads.submit(() -> {
                try (var stdin = process.stdin()) {
                    return new ByteArrayInputStream(bytes).transferTo(stdin);
                }
            });
            process.copyOutput(
                    new OutputStream() {
                        @Override
                        public void write(int single) {
                            digest.update((byte) single);
                        }

                        @Override
                        public void write(byte[] source, int offset, int length) {
                            digest.update(source, offset, length);
                        }
                    },
                    OutputStream.nullOutputStream());

            assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sha256(bytes));
            assertThat(written.get()).isEqualTo(LARGE);
            assertThat(process.waitFor()).isEqualTo(ExitStatus.SUCCESS);
        }
    }

    @Test
    void aProcessMayOutliveItsOutput() throws Exception {
        assertThat(shed.sh("exec >&- 2>&-; sleep 1; exit 4").status()).isEqualTo(ExitStatus.of(4));
    }

    @Test
    void terminalBytesAreNotTakenForFrames() throws Exception {
        assertThat(shed.run(shed.terminal("xterm", "printf '\\001\\000\\000\\033[Hhello'"))
                        .out())
                .isEqualTo("\u0001\u0000\u0000\u001b[Hhello");
    }

    @Test
    void sizeIsRightAtFirstLook() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(shed.run(shed.terminal("xterm", "stty size")).out()).isEqualTo("45 123\r\n");
        }
    }

    @Test
    void lastOfManyResizesWins() throws Exception {
        var process = runtime.start(shed.terminal("xterm", "while read -r _; do stty size; done"));
        var out = new ByteArrayOutputStream();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var copied = threads.submit((Callable<Boolean>) () -> {
                process.copyOutput(out, out);
                return true;
            });
            for (int i = 0; i < 200; i++) {
                process.resize(new WindowSize(20 + i % 50, 80 + i));
            }
            process.resize(new WindowSize(31, 97));
            try {
                // The question is repeated until the answer is right and stays so: a size arrives when it arrives.
                Await.until("the last size", Engines.LONG, () -> {
                    process.stdin().write('\n');
                    return out.toString(UTF_8).replaceAll("\\s+", " ").endsWith("31 97 31 97 31 97 ");
                });
            } finally {
                process.close();
            }
            assertThatThrownBy(copied::get).hasCauseInstanceOf(IOException.class);
        }
    }

    /// A resize arrives when the engine gets round to it; the size of the start must not come after it.
    @Test
    void anEarlyResizeWins() throws Exception {
        var patient =
                "echo up; for i in $(seq 100); do [ \"$(stty size)\" = '31 97' ] && break; sleep 0.05; done; stty size";
        for (int i = 0; i < 20; i++) {
            try (var process = runtime.start(shed.terminal("xterm", patient))) {
                process.resize(new WindowSize(31, 97));
                assertThat(LiveShed.drain(process).out()).isEqualTo("up\r\n31 97\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "xterm-256color,xterm-256color",
        "xterm-kitty,xterm-kitty",
        "alacritty,alacritty",
        "xterm-nonesuch,xterm-256color",
        "screen.nonesuch,screen-256color",
        "tmux-nonesuch,tmux-256color",
        "linux-nonesuch,linux",
        "vt9999,vt100",
        "dumb,dumb",
        "'-V',xterm-256color",
        "'../../etc/passwd',xterm-256color",
        "'a; touch /tmp/x',xterm-256color",
    })
    void termIsOneThatTheContainerKnows(String asked, String given) throws Exception {
        assertThat(shed.run(shed.terminal(asked, "echo $TERM")).out()).isEqualTo(given + "\r\n");
    }

    @Test
    void usersOwnTerminfoWins() throws Exception {
        shed.sh("infocmp xterm | sed 's/^xterm[^,]*,/xterm-homemade,/' > /tmp/t && tic -o ~/.terminfo /tmp/t");

        assertThat(shed.run(shed.terminal("xterm-homemade", "echo $TERM")).out())
                .isEqualTo("xterm-homemade\r\n");
    }

    @Test
    void closeWakesWhoeverIsBlocked() throws Exception {
        var process = runtime.start(shed.argv("sleep", "1000"));
        var woken = new CountDownLatch(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> {
                assertThatThrownBy(() ->
                                process.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                        .isInstanceOf(IOException.class);
                woken.countDown();
            });
            threads.execute(() -> {
                assertThatThrownBy(process::waitFor).isInstanceOf(IOException.class);
                woken.countDown();
            });
            process.close();
            process.close();
            assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static byte[] randomBytes() {
        var bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
