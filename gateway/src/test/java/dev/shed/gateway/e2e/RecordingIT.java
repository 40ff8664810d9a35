package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Recordings of a real tmux, and what people see of them.
class RecordingIT {
    private static final String TOLD = "shed: this session is recorded";

    private ChildGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = ChildGateway.start();
        Files.writeString(configuration(), "recording:\n  sheds: ['*']\n", StandardOpenOption.APPEND);
        gateway.stop();
        gateway.startAgain();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private Path configuration() {
        return gateway.place().path("gateway.yaml");
    }

    private String recordings(String... words) throws IOException {
        var all = new ArrayList<>(List.of("recordings"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", configuration().toString()));
        return Run.run(ChildGateway.main(gateway.place(), all.toArray(String[]::new)), new byte[0])
                .orFail();
    }

    @Test
    void aSessionIsRecordedAndItsPeopleAreToldInTmuxAndAfterwards() throws Exception {
        var shed = gateway.place().newShed();
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+work@gw")) {
            terminal.awaitPrompt();
            assertThat(terminal.ask("$((6 * 7))")).isEqualTo("42");
            try (var second = Terminal.ssh(gateway.place(), "-o", "SetEnv=SHED_READ_ONLY=1", shed + "+work@gw")) {
                second.await("42");
                terminal.detach();
                assertThat(terminal.status()).isZero();
                assertThat(terminal.screen()).contains(TOLD);
                second.detach();
                assertThat(second.status()).isZero();
            }
        }
        try (var onlooker = Terminal.ssh(gateway.place(), "-o", "SetEnv=SHED_READ_ONLY=1", shed + "+work@gw")) {
            onlooker.await("42");
            onlooker.detach();
            assertThat(onlooker.status()).isZero();
        }
        gateway.stop();

        var name = recordings("list").lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];
        assertThat(name).startsWith(shed + "+work.");
        var text = recordings("export", name);
        var attaches = List.of(text.split("attached: ", -1));
        assertThat(attaches).hasSize(4);
        assertThat(attaches.get(1)).as("the status line of who works").contains(TOLD);
        assertThat(attaches.get(3)).as("the status line of who looks on").contains(TOLD);
        assertThat(text).contains("\"m\", \"attached: ", "\"m\", \"typed: ", "\"m\", \"left: ", "42");
        assertThat(recordings("play", name, "--speed", "1000")).contains("42").endsWith("\033[m\r\n");
        gateway.startAgain();
    }
}
