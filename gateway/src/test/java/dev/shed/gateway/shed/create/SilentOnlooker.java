package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Waits, and looks at nothing.
public class SilentOnlooker implements CreateProgress {
    private final ContainerRuntime runtime;

    public SilentOnlooker(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void begins(Stage stage, String what) throws IOException {}

    @Override
    public void waits(Duration elapsed) throws IOException {}

    @Override
    public void waitsNoMore() throws IOException {}

    @Override
    public void warns(String what) throws IOException {}

    @Override
    public Optional<ExecSpec.Terminal> terminal() {
        return Optional.empty();
    }

    @Override
    public boolean wantsProgress() {
        return false;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of();
    }

    @Override
    public ExitStatus run(ExecSpec git, OutputStream words) throws IOException, InterruptedException {
        try (var process = runtime.start(git)) {
            process.copyOutput(words, words);
            return process.waitFor();
        }
    }
}
