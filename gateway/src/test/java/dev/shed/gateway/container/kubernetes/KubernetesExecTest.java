package dev.shed.gateway.container.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.kubernetes.api.FakeApiServer;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a program is put into a pod. What the execs ask for is run on this machine.
class KubernetesExecTest {
    private static final String EXEC = "GET /api/v1/namespaces/sheds/pods/shed-demo/exec";

    @TempDir
    Path directory;

    private final FakeCluster cluster = new FakeCluster();
    private final KubernetesEngine engine = cluster.engine();
    private final Container shed = engine.create(new ContainerSpec(ShedName.parse("demo"), "image", Map.of()));
    private final byte[] program = new byte[300_000];

    KubernetesExecTest() throws IOException {}

    @BeforeEach
    void start() {
        engine.start(shed);
        new Random(1).nextBytes(program);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        cluster.close();
    }

    private Path porter() {
        return directory.resolve("porter");
    }

    private void put(Path path) {
        engine.exec().put(shed, path.toString(), program);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static Process run(FakeApiServer.Request request) throws IOException {
        var words = Stream.of(request.path().split("[?&]", -1))
                .filter(part -> part.startsWith("command="))
                .map(part -> URLDecoder.decode(part.substring(part.indexOf('=') + 1), UTF_8))
                .toList();
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    private static int status(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// The whole life of a program, as a kubelet has it.
    private static void serve(FakeApiServer.Request request, FakeApiServer.Exchange exchange) throws IOException {
        var exec = exchange.upgrade(request, "v4.channel.k8s.io");
        var process = run(request);
        Thread.ofVirtual().start(() -> feed(exec, process.getOutputStream()));
        exec.send(1, process.getInputStream().readAllBytes());
        exec.end(status(process));
    }

    private static void feed(FakeApiServer.Exec exec, OutputStream stdin) {
        try (stdin) {
            while (true) {
                take(exec, stdin);
            }
        } catch (IOException _) {
            // The client or the program has ended.
        }
    }

    private static void take(FakeApiServer.Exec exec, OutputStream stdin) throws IOException {
        var message = exec.receive();
        stdin.write(message, 1, message.length - 1);
        stdin.flush();
    }

    private static void assertFailure(ThrowingCallable call, Failure.Kind kind, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ShedException.class, e -> {
            assertThat(e.failure().kind()).isEqualTo(kind);
            assertThat(e.failure().message()).contains(message);
        });
    }

    @Test
    void theProgramArrivesWholeInPlaceOfTheFormerOne() throws IOException {
        cluster.server.on(EXEC, KubernetesExecTest::serve);
        Files.writeString(porter(), "the former one");
        put(porter());
        assertThat(files()).containsExactly(porter());
        assertThat(porter()).hasBinaryContent(program).isExecutable();
    }

    @Test
    void whatCannotBeWrittenIsAFailureWithTheReason() throws IOException {
        cluster.server.on(EXEC, KubernetesExecTest::serve);
        var path = directory.resolve("missing/porter");
        assertFailure(() -> put(path), Failure.Kind.SHED_NOT_READY, "the porter cannot be put into it: ");
        assertFailure(() -> put(path), Failure.Kind.SHED_NOT_READY, "missing/porter");
        assertThat(files()).isEmpty();
    }

    /// The end of the connection is the end of the program's input, too, and it must not take that
    /// for the whole.
    @Test
    void aCutLeavesTheFormerProgramAndNothingElse() throws Exception {
        var ended = new CompletableFuture<Integer>();
        cluster.server.on(EXEC, (request, exchange) -> {
            var exec = exchange.upgrade(request, "v4.channel.k8s.io");
            var process = run(request);
            try (var stdin = process.getOutputStream()) {
                take(exec, stdin);
            }
            ended.complete(status(process));
            throw new IOException("cut");
        });
        Files.writeString(porter(), "the former one");
        assertFailure(() -> put(porter()), Failure.Kind.SHED_NOT_READY, "the connection to its node was lost");
        assertThat(ended.get(10, TimeUnit.SECONDS)).isNotZero();
        assertThat(files()).containsExactly(porter());
        assertThat(porter()).hasContent("the former one");
    }

    @Test
    void anExecThatIsRefusedIsAFailure() throws IOException {
        cluster.server.on(EXEC, (_, exchange) -> exchange.refuse(403, "Forbidden", "no"));
        assertFailure(() -> put(porter()), Failure.Kind.ENGINE_REFUSED, "pods/exec");
        assertThat(files()).isEmpty();
    }
}
