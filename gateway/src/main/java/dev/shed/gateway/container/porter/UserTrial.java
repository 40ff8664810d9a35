package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.UserResolver;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tries a user with the porter's own program, the only one that every container has.
record UserTrial(Container container, PorterMode mode) implements UserResolver.Trial {
    @Override
    public Result of(String user) throws IOException, InterruptedException {
        var program = new Program.Argv(List.of(mode.program(), "--version"));
        var spec = new ExecSpec(container, program, Map.of(), Optional.empty(), Optional.empty());
        var spawn = new Spawn(spec, mode.program(), user, mode.launch().grace(), mode.version());
        var link = mode.open(spawn.frame());
        var process = PorterProcess.of(link, spawn, new PorterProcess.Endings(() -> PorterRuntime.LOST, _ -> {}));
        try (process) {
            process.copyOutput(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        } catch (ShedException e) {
            if (process.trial() == Result.POSSIBLE) {
                throw e;
            }
        }
        return process.trial();
    }
}
