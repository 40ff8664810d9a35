package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.container.ProcessLostException;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecProcessTest {
    private final FakeApiServer server;
    private final ApiClient client;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    ExecProcessTest() throws IOException {
        server = new FakeApiServer();
        client = new ApiClient(server.cluster(), Duration.ofSeconds(10), (_, _) -> {});
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private interface Program {
        void run(FakeApiServer.Exec exec) throws IOException;
    }

    private ExecProcess start(String protocol, Program program) {
        server.on("GET /pods/p/exec", (request, exchange) -> program.run(exchange.upgrade(request, protocol)));
        return client.exec("/pods/p", "shed", List.of("a b", "ü"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void aProgramHasInputOutputAndAStatus(String protocol) throws Exception {
        try (var process = start(protocol, exec -> {
            var input = exec.receive();
            exec.send(1, "out ");
            exec.send(2, "err");
            exec.send(1, new String(input, 1, input.length - 1, UTF_8));
            exec.end(3);
        })) {
            process.stdin().write("typed".getBytes(UTF_8));
            process.copyOutput(out, err);
            assertThat(process.waitFor()).isEqualTo(ExitStatus.of(3));
        }
        assertThat(out).hasToString("out typed");
        assertThat(err).hasToString("err");
        var request = server.asked().getFirst();
        assertThat(request.path()).endsWith("&container=shed&command=a%20b&command=%C3%BC");
        assertThat(request.headers())
                .containsEntry("authorization", "Bearer t")
                .containsEntry("sec-websocket-protocol", "v5.channel.k8s.io, v4.channel.k8s.io");
    }

    @Test
    void theEndOfItsInputIsToldWhereTheServerKnowsHow() throws Exception {
        try (var process = start("v5.channel.k8s.io", exec -> {
            assertThat(exec.receive()).containsExactly(255, 0);
            exec.end(0);
        })) {
            process.stdin().close();
            process.copyOutput(out, err);
            assertThat(process.waitFor()).isEqualTo(ExitStatus.SUCCESS);
        }
    }

    /// More than one message, and more than is received ahead.
    @Test
    void muchGoesBothWays() throws Exception {
        var much = new byte[3 << 20];
        new java.util.Random(1).nextBytes(much);
        try (var process = start("v4.channel.k8s.io", exec -> {
            for (int done = 0; done < much.length; ) {
                var message = exec.receive();
                var rest = java.util.Arrays.copyOfRange(message, 1, message.length);
                exec.send(1, rest);
                done += rest.length;
            }
            exec.end(0);
        })) {
            var writer = Thread.ofVirtual().start(() -> process.give(much));
            process.copyOutput(out, err);
            writer.join();
            assertThat(process.waitFor()).isEqualTo(ExitStatus.SUCCESS);
        }
        assertThat(out.toByteArray()).isEqualTo(much);
    }

    @Test
    void aCutIsALostProcess() throws Exception {
        var begun = new CountDownLatch(1);
        try (var process = start("v4.channel.k8s.io", exec -> {
            exec.send(1, "begun");
            begun.countDown();
            exec.receive();
        })) {
            begun.await();
            server.cut();
            assertThatThrownBy(() -> process.copyOutput(out, err)).isInstanceOf(ProcessLostException.class);
            assertThatThrownBy(process::waitFor).isInstanceOf(IOException.class);
        }
    }

    /// As of a node without its network: TCP does not notice for a long time.
    @Test
    void aNodeThatSaysNothingIsLost() throws Exception {
        var gone = new CountDownLatch(1);
        server.on("GET /pods/p/exec", (request, exchange) -> {
            var exec = exchange.upgrade(request, "v4.channel.k8s.io");
            exec.send(1, "begun");
            try {
                exec.receive();
            } finally {
                gone.countDown();
            }
        });
        try (var http = HttpClient.newHttpClient();
                var process = new ExecProcess(Duration.ofSeconds(1))) {
            var address = server.cluster().server().toString().replaceFirst("http", "ws") + "/pods/p/exec";
            process.attach(http.newWebSocketBuilder()
                    .subprotocols("v4.channel.k8s.io")
                    .buildAsync(URI.create(address), process)
                    .get(10, TimeUnit.SECONDS));
            assertThatThrownBy(() -> process.copyOutput(out, err))
                    .isInstanceOf(ProcessLostException.class)
                    .hasMessage("nothing has come from its node for 1 s");
            assertThat(out).hasToString("begun");
            assertThatThrownBy(process::waitFor).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> process.stdin().write(1)).isInstanceOf(IOException.class);
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingItWakesWhoeverReads() throws Exception {
        var process = start("v4.channel.k8s.io", FakeApiServer.Exec::receive);
        var reader = Thread.ofVirtual().start(() -> {
            try {
                process.copyOutput(out, err);
            } catch (IOException _) {
                out.writeBytes("ended".getBytes(UTF_8));
            }
        });
        process.close();
        process.close();
        assertThat(reader.join(Duration.ofSeconds(5))).isTrue();
        assertThat(out).hasToString("ended");
    }

    @Test
    void aProgramThatCannotBeRunSaysWhy() throws Exception {
        try (var process = start("v4.channel.k8s.io", exec -> {
            exec.send(3, "{\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\"no such\\n file\"}");
            exec.out().write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
        })) {
            process.copyOutput(out, err);
            assertThatThrownBy(process::waitFor).hasMessage("the program was not run: no such file");
        }
    }

    @Test
    void aRefusedExecIsNotARefusedConnection() {
        server.on("GET /pods/p/exec", (_, exchange) -> exchange.refuse(403, "Forbidden", "no"));
        assertThatThrownBy(() -> client.exec("/pods/p", "shed", List.of("x")))
                .isInstanceOfSatisfying(ShedException.class, e -> {
                    assertThat(e.failure().kind()).isEqualTo(Failure.Kind.ENGINE_REFUSED);
                    assertThat(e.failure().hint()).contains("lacks the verb create for pods/exec");
                });
        server.on("GET /pods/p/exec", (_, exchange) -> exchange.refuse(404, "NotFound", "no"));
        assertThatThrownBy(() -> client.exec("/pods/p", "shed", List.of("x")))
                .isInstanceOfSatisfying(
                        ApiRefusedException.class,
                        e -> assertThat(e.is(ApiRefusedException.NOT_FOUND)).isTrue());
    }
}
