package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ContainerSocket;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What a porter can do that the engine cannot, and what becomes of it when something dies.
@Isolated("it counts threads and descriptors of the whole virtual machine")
class PorterIT extends PorterFixture {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void thePorterStartsTheProcesses() throws Exception {
        assertThat(shed.processes("/run/shed/porter --mark shed-exec/porter-it"))
                .isPositive();
        // Nobody may write there, root included: the gateway opens what is there.
        assertThat(shed.sh("sudo -n true").status()).isEqualTo(ExitStatus.SUCCESS);
        assertThat(shed.sh("sudo -n touch /run/shed/x").status()).isEqualTo(ExitStatus.of(1));
    }

    @Test
    void aPlaceIsFreeWhenItsListenerIsClosed() throws Exception {
        for (var place : List.of(new Endpoint.Tcp("localhost", 7410), new Endpoint.Unix("/tmp/7410.sock"))) {
            for (int i = 0; i < 50; i++) {
                access.runtime()
                        .listen(shed.container(), place, ContainerListener.Mode.KEEP, (peer, _, _) -> peer.close())
                        .close(SOON);
            }
        }
    }

    @Test
    void aConnectionIsPassedToTheGateway() throws Exception {
        var place = new Endpoint.Unix("/tmp/passed.sock");
        var listener = access.runtime().listen(shed.container(), place, ContainerListener.Mode.KEEP, (peer, _, _) -> {
            try (peer) {
                peer.receive(new Ignoring());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (listener;
                var socket = access.runtime().dial(shed.container(), place)) {
            assertThat(socket).isInstanceOf(PassedSocket.class);
            Thread.ofVirtual().name("passed-" + mark).start(() -> receive(socket));
            // No byte goes through the porter's process, which has the socket as long as the gateway has.
            Await.until("it is passed", SOON, () -> passed() == 1);
        }
        Await.until("nothing is left", SOON, () -> passed() == 0);
    }

    private static void receive(ContainerSocket socket) {
        try {
            socket.receive(new Ignoring());
        } catch (IOException _) {
            // It was closed.
        }
    }

    private static final class Ignoring implements ContainerSocket.Receiver {
        @Override
        public void connected() {}

        @Override
        public void data(byte[] source, int offset, int length) {}

        @Override
        public void pause() {}
    }

    /// Threads that stay with the porter's end of a socket which was passed.
    private long passed() throws Exception {
        return Pattern.compile("passed-" + mark + "\\\\?/porter")
                .matcher(threads())
                .results()
                .count();
    }

    @Test
    void theStreamsOfAProcessArePassedToTheGateway() throws Exception {
        var out = new ByteArrayOutputStream();
        var line = "readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2; exec cat";
        try (var process = access.runtime().start(shed.spec(new Program.ShellCommand(line)));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var copied = threads.submit(() -> copy(process, out));
            Await.until("it runs", SOON, () -> out.toString(UTF_8).lines().count() == 3);
            var pipes = out.toString(UTF_8).lines().toList();
            // No byte goes through the porter's process.
            assertThat(open(pipes)).containsExactlyInAnyOrderElementsOf(pipes);
            process.stdin().close();

            assertThat(copied.get()).isEqualTo(ExitStatus.SUCCESS);
        }
        Await.until(
                "nothing is left",
                SOON,
                () -> open(out.toString(UTF_8).lines().toList()).isEmpty());
    }

    @Test
    void terminalsArePassedToTheGatewayWhichKeepsNone() throws Exception {
        int many = 30;
        long before = masters();
        var processes = new ArrayList<ContainerProcess>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < many; i++) {
                var process = access.runtime().start(shed.terminal("xterm", "cat"));
                processes.add(process);
                var _ = threads.submit(() -> copy(process, new ByteArrayOutputStream()));
            }
            Await.until("they are passed", SOON, () -> masters() >= many);
            processes.forEach(ContainerProcess::close);
        }
        Await.until("nothing is left", SOON, () -> masters() <= before);
    }

    /// How many masters of terminals this process has.
    private static long masters() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.filter(PorterIT::isMaster).count();
        }
    }

    private static boolean isMaster(Path details) {
        try {
            return Files.readString(details).contains("tty-index");
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }

    /// Those of the names that this process has descriptors of.
    private static List<String> open(List<String> names) throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(PorterIT::name).filter(names::contains).toList();
        }
    }

    private static String name(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "closed meanwhile";
        }
    }

    @Test
    void aProcessMayOpenItsStreamsAnew() throws Exception {
        var result = shed.sh("echo out >/dev/stdout; echo err >/dev/stderr; cat </dev/stdin");

        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void aSignalIsASignal() throws Exception {
        assertThat(shed.sh("kill -TERM $$").status()).isEqualTo(new ExitStatus.Signalled("TERM", false));
        assertThat(shed.sh("kill -KILL $$").status()).isEqualTo(new ExitStatus.Signalled("KILL", false));
        assertThat(shed.sh("exit 137").status()).isEqualTo(ExitStatus.of(137));
    }

    @Test
    void signalsReachTheProcess() throws Exception {
        var line = "trap 'echo usr1; exit 7' USR1; echo ready; while :; do sleep 0.05; done";
        try (var process = access.runtime().start(shed.spec(new Program.ShellCommand(line)));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var out = new ByteArrayOutputStream();
            var copied = threads.submit(() -> copy(process, out));
            Await.until("ready", SOON, () -> out.toString(UTF_8).contains("ready"));
            process.signal("NONESUCH");
            process.signal("USR1");

            assertThat(copied.get()).isEqualTo(ExitStatus.of(7));
            // The loop's own sleep may have had the signal too, and bash says so.
            assertThat(out.toString(UTF_8)).startsWith("ready\nusr1\n");
        }
    }

    @Test
    void lateOutputArrives() throws Exception {
        assertThat(shed.sh("(sleep 3; echo late) & echo early; exit 4"))
                .isEqualTo(new LiveShed.Result(ExitStatus.of(4), "early\nlate\n", ""));
    }

    @Test
    void aDaemonThatClosedItsOutputHoldsNothing() throws Exception {
        long begin = System.nanoTime();

        assertThat(shed.sh("setsid sleep 30 >/dev/null 2>&1 </dev/null & echo done")
                        .out())
                .isEqualTo("done\n");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void anyByteIsPartOfACommand() throws Exception {
        var line = "printf '\u00ff\u00fe\n\u0001' | od -An -tx1".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(shed.run(shed.spec(new Program.ShellCommand(ByteString.of(line))))
                        .out())
                .isEqualTo(" ff fe 0a 01\n");
    }

    @Test
    void theTerminalHasTheModesAndPixelsThatWereAskedFor() throws Exception {
        var echoOff = ByteString.of(new byte[] {53, 0, 0, 0, 0, 0});
        var spec = new ExecSpec(
                shed.container(),
                new Program.ShellCommand("stty -a; tty; echo $SSH_TTY"),
                Map.of(),
                Optional.empty(),
                Optional.of(new Terminal("xterm", new WindowSize(45, 123, 800, 600), echoOff)));

        assertThat(shed.run(spec).out())
                .contains("rows 45; columns 123;", " -echo ")
                .containsPattern("(/dev/pts/\\d+)\\s+\\1");
    }

    @Test
    void manyProcessesAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<LiveShed.Result>>();
            for (int i = 0; i < 64; i++) {
                var line = "sleep 1; echo " + i;
                results.add(threads.submit(() -> shed.sh(line)));
            }
            for (int i = 0; i < 64; i++) {
                assertThat(results.get(i).get().out()).isEqualTo(i + "\n");
            }
        }
    }

    @Test
    void aFullProcessTableIsSaid() throws Exception {
        shed.sh("true");
        docker("update", "--pids-limit", "24", shed.container().id());
        var line = "for i in $(seq 30); do sleep 8 & done 2>/dev/null; wait";
        try (var process = access.runtime().start(shed.spec(new Program.ShellCommand(line)))) {
            assertThat(process).isNotNull();
            Await.until("it is full", SOON, () -> {
                try {
                    return shed.sh("true").status().code() == 254;
                } catch (ShedException e) {
                    assertThat(e.failure().kind()).isEqualTo(Failure.Kind.LIMIT_REACHED);
                    return true;
                }
            });
        }
        Await.until("it is not full", Engines.LONG, () -> {
            try {
                return shed.sh("true").status().equals(ExitStatus.SUCCESS);
            } catch (ShedException _) {
                return false;
            }
        });
    }

    @Test
    void anImageWithoutAnythingWillDo(@TempDir Path context) throws Exception {
        var image = "shed-test-nothing:" + mark;
        BareImage.build(context, image);
        try {
            var made = access.engine().create(new ContainerSpec(LiveShed.freshName(), image, Map.of()));
            access.engine().start(made);
            try (var bare =
                    new LiveShed(access, access.engine().find(made.shed()).orElseThrow())) {
                assertThat(bare.run(bare.argv("sleep", "hello")))
                        .isEqualTo(new LiveShed.Result(ExitStatus.of(3), "hello", ""));
                assertThat(bare.sh("true"))
                        .isEqualTo(new LiveShed.Result(
                                ExitStatus.of(127), "", "shed: /bin/sh: No such file or directory\n"));
            }
        } finally {
            docker("rmi", "-f", image);
        }
    }

    @Test
    void nothingIsLeftBehind(@TempDir Path other) throws Exception {
        long descriptors = sockets();
        var brief = PorterSheds.access("porter-it-brief", other);
        try (var used = LiveShed.start(brief)) {
            for (int i = 0; i < 20; i++) {
                used.sh("echo " + i);
            }
            brief.runtime().start(used.argv("sleep", mark)).close();
            Await.until("its processes ended", SOON, () -> used.processes("sleep " + mark) == 0);
        }
        brief.close();

        assertThat(other).isEmptyDirectory();
        Await.until("no descriptor", SOON, () -> sockets() <= descriptors);
        Await.until("no thread", SOON, () -> !threads().contains("\"porter-"));
    }

    private static ExitStatus copy(ContainerProcess process, ByteArrayOutputStream out)
            throws IOException, InterruptedException {
        process.copyOutput(out, OutputStream.nullOutputStream());
        return process.waitFor();
    }

    private static long sockets() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(PorterIT::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException _) {
            return false;
        }
    }

    /// Names of all threads, the virtual ones as well.
    private String threads() throws Exception {
        var file = Files.createTempFile("threads", ".json");
        Files.delete(file);
        var server = ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean.class);
        server.dumpThreads(file.toString(), com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
        try {
            return Files.readString(file);
        } finally {
            Files.delete(file);
        }
    }

    private static void docker(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
