package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What works over sshd works here: statuses, streams, end of file, files, many channels.
class CommandsIT {
    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        gateway = LiveGateway.start();
        shed = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static String at(String key) {
        return shed + "@" + key;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 42, 64, 70, 73, 126, 127, 128, 130, 137, 254, 255})
    void theProcesssStatusIsTheClients(int status) throws Exception {
        assertThat(gateway.ssh(at("gw"), "exit " + status).status()).isEqualTo(status);
    }

    @Test
    void nothingIsAddedToTheStreams() throws Exception {
        var result = gateway.ssh(at("gw"), "echo out; echo err >&2");

        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void anUnknownCommandIs127() throws Exception {
        var result = gateway.ssh(at("gw"), "nosuchcommand");

        assertThat(result.status()).isEqualTo(127);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("nosuchcommand");
    }

    @Test
    void endOfFileReachesTheProcess() throws Exception {
        var result = gateway.place().ssh(utf8("abc"), at("gw"), "cat; echo EOF");

        assertThat(result.out()).isEqualTo("abcEOF\n");
    }

    @Test
    void sixteenMegabytesGoBothWaysUnchanged() throws Exception {
        var bytes = new byte[16 << 20];
        new Random(7).nextBytes(bytes);

        var result = gateway.place().ssh(bytes, at("gw"), "cat");

        assertThat(result.status()).isZero();
        assertThat(result.bytes()).isEqualTo(bytes);
    }

    @Test
    void aShellWithoutPtyReadsItsInput() throws Exception {
        var result = gateway.place().ssh(utf8("echo $((6*7)) [$TMUX]\nexit 4\n"), "-T", at("gw"));

        assertThat(result.status()).isEqualTo(4);
        assertThat(result.out()).isEqualTo("42 []\n");
    }

    @Test
    void commandsRunAsTheUserInHisHome() throws Exception {
        var result = gateway.ssh(at("gw"), "id -un; pwd; echo $USER $LOGNAME $SHELL; set -- $SSH_CONNECTION; echo $#");

        assertThat(result.out()).isEqualTo("dev\n/home/dev\ndev dev /bin/bash\n4\n");
    }

    @Test
    void theCommandArrivesAsItWasWritten() throws Exception {
        var result = gateway.ssh(at("gw"), "printf '%s|' 'a  b' \"\\$HOME\" '*' 'é' \"two\nlines\"");

        assertThat(result.out()).isEqualTo("a  b|$HOME|*|é|two\nlines|");
    }

    @Test
    void variablesOnTheListPassAndOthersDoNot() throws Exception {
        var result = gateway.ssh(
                "-o",
                "SetEnv=LC_TIME=C.UTF-8 COLORTERM=truecolor GIT_PROTOCOL=version=2 LD_PRELOAD=/x BASH_ENV=/x FOO=bar",
                at("gw"),
                "echo $LC_TIME $COLORTERM $GIT_PROTOCOL [$LD_PRELOAD$BASH_ENV$FOO]");

        assertThat(result.said()).isEqualTo("C.UTF-8 truecolor version=2 []\n");
    }

    @Test
    void shedCwdNamesTheDirectory() throws Exception {
        assertThat(gateway.ssh("-o", "SetEnv=SHED_CWD=/tmp", at("gw"), "pwd").out())
                .isEqualTo("/tmp\n");
    }

    @Test
    void aPtyIsGivenToACommandThatAsksForOne() throws Exception {
        var result = gateway.ssh("-tt", at("gw"), "tty; echo $TERM; exit 7");

        assertThat(result.status()).isEqualTo(7);
        assertThat(result.out()).matches("/dev/pts/\\d+\r\nxterm-256color\r\n");
    }

    @Test
    void sftpCarriesFilesBothWays() throws Exception {
        var place = gateway.place();
        var bytes = new byte[3 << 20];
        new Random(8).nextBytes(bytes);
        Files.write(place.path("up.bin"), bytes);

        place.sh("printf 'put up.bin s.bin\\nrename s.bin t.bin\\nget t.bin sftp.bin\\nls\\n' | sftp -q -b - "
                        + at("gw"))
                .orFail();

        assertThat(Files.readAllBytes(place.path("sftp.bin"))).isEqualTo(bytes);
        assertThat(gateway.ssh(at("gw"), "stat -c %s ~/t.bin").out()).isEqualTo(bytes.length + "\n");
    }

    /// sshd starts it by the user's shell, which such a line breaks.
    @Test
    void aProfileThatTalksDoesNotBreakSftp() throws Exception {
        var place = gateway.place();
        var noisy = place.newShed() + "@gw";
        gateway.ssh(noisy, "for f in .bashrc .profile; do sed -i '1i echo hello; cd /' ~/$f; done")
                .orFail();

        assertThat(gateway.ssh(noisy, "pwd").out()).isEqualTo("hello\n/\n");
        assertThat(place.sh("echo pwd | sftp -q -b - " + noisy).orFail()).contains("/home/dev");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-O"})
    void scpCarriesFilesBothWays(String protocol) throws Exception {
        var place = gateway.place();
        Files.writeString(place.path("scp up.txt"), "päckchen" + protocol);

        place.sh("scp -q %1$s 'scp up.txt' '%2$s:dir-less.txt' && scp -q %1$s %2$s:dir-less.txt down.txt"
                        .formatted(protocol, at("gw")))
                .orFail();

        assertThat(Files.readString(place.path("down.txt"))).isEqualTo("päckchen" + protocol);
    }

    @Test
    void anUnknownSubsystemIsRefusedAndTheConnectionLives() throws Exception {
        try (var master = new Master("unknown")) {
            var refused = master.ssh("-s", "nosuch");
            assertThat(refused.status()).isNotZero();
            assertThat(master.ssh("echo alive").out()).isEqualTo("alive\n");
        }
    }

    @Test
    void thirtyChannelsOfOneConnectionEndEachWithItsOwnStatus() throws Exception {
        try (var master = new Master("thirty")) {
            var clients = new ArrayList<Process>();
            for (int i = 0; i < 30; i++) {
                clients.add(master.start("read line; exit $line"));
            }
            for (int i = 0; i < 30; i++) {
                try (var stdin = clients.get(i).getOutputStream()) {
                    stdin.write(utf8(i + "\n"));
                }
            }
            for (int i = 0; i < 30; i++) {
                assertThat(clients.get(i).waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(clients.get(i).exitValue()).isEqualTo(i);
            }
        }
    }

    @Test
    void forwardingIsRefusedAndTheConnectionLives() throws Exception {
        var result = gateway.ssh("-W", "127.0.0.1:22", at("gw"));
        assertThat(result.status()).isNotZero();

        assertThat(gateway.ssh("-A", "-X", at("gw"), "echo [$SSH_AUTH_SOCK$DISPLAY]")
                        .out())
                .isEqualTo("[]\n");
    }

    @Test
    void theClientsKeepaliveIsAnswered() throws Exception {
        var result =
                gateway.ssh("-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1", at("gw"), "sleep 4; exit 3");

        assertThat(result.status()).isEqualTo(3);
    }

    @Test
    void aConnectionWithoutChannelsStays() throws Exception {
        var client = gateway.place().client("-N", at("gw")).start();
        try {
            assertThat(client.waitFor(4, TimeUnit.SECONDS)).isFalse();
        } finally {
            client.destroy();
        }
    }

    @Test
    void compressionAndRekeyingChangeNothing() throws Exception {
        var result = gateway.ssh("-C", "-o", "RekeyLimit=1M", at("gw"), "head -c 8000000 /dev/zero | tr '\\0' x");

        assertThat(result.bytes()).hasSize(8_000_000);
    }

    @Test
    void aKilledClientEndsItsCommand() throws Exception {
        var client = gateway.place().client(at("gw"), "exec sleep 4711").start();
        Await.until("the command runs", () -> running("sleep 4711"));

        client.destroyForcibly();

        Await.until("the command has ended", () -> !running("sleep 4711"));
    }

    private static boolean running(String command) throws IOException {
        return Place.processes(shed).stream().anyMatch(line -> line.endsWith(" " + command));
    }

    /// A connection that others share (ControlMaster).
    private static final class Master implements AutoCloseable {
        private final String socket;
        private final Process process;

        Master(String name) throws Exception {
            socket = gateway.place().path("m-" + name).toString();
            process = gateway.place().client("-M", "-S", socket, "-N", at("gw")).start();
            Await.until("the master", () -> Files.exists(gateway.place().path("m-" + name)));
        }

        Run.Result ssh(String... words) throws IOException {
            if (words[0].equals("-s")) {
                return gateway.ssh("-S", socket, "-s", at("gw"), words[1]);
            }
            return gateway.ssh("-S", socket, at("gw"), words[0]);
        }

        Process start(String command) throws IOException {
            return gateway.place().client("-S", socket, at("gw"), command).start();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
