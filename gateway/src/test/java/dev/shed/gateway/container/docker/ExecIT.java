package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ExecIT extends ExecContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(Engines.withoutPorters("exec-it"));
    }

    /// The engine tells no signal.
    @Test
    void aSignalIsANumber() throws Exception {
        assertThat(shed.sh("kill -9 $$").status()).isEqualTo(ExitStatus.of(137));
    }

    /// What is typed ahead is echoed before the wrapper, here a slow one, has set the size of the start.
    @Test
    void theSizeOfTheStartDoesNotComeAfterALaterOne() throws Exception {
        var slow = """
                mkdir slow && cat >slow/stty <<'EOF' && chmod +x slow/stty
                #!/bin/sh
                if [ "$1" = size ]; then echo 0 0; sleep 0.5; else exec /usr/bin/stty "$@"; fi
                EOF
                """;
        assertThat(shed.sh(slow).status()).isEqualTo(ExitStatus.SUCCESS);
        var spec = new ExecSpec(
                shed.container(),
                new Program.ShellCommand("while read -r _; do /usr/bin/stty size; done"),
                Map.of("PATH", "/home/dev/slow:/usr/bin:/bin"),
                Optional.empty(),
                Optional.of(new Terminal("xterm", new WindowSize(45, 123))));
        var out = new ByteArrayOutputStream();
        var process = runtime.start(spec);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var copied = threads.submit((Callable<Boolean>) () -> {
                process.copyOutput(out, out);
                return true;
            });
            process.resize(new WindowSize(31, 97));
            try {
                Await.until("the later size", Engines.LONG, () -> {
                    process.stdin().write('\n');
                    return out.toString(UTF_8).replaceAll("\\s+", " ").endsWith("31 97 31 97 31 97 ");
                });
            } finally {
                process.close();
            }
            assertThatThrownBy(copied::get).hasCauseInstanceOf(IOException.class);
        }
        assertThat(out.toString(UTF_8)).startsWith("\r\n");
    }
}
