package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Limits;
import java.io.IOException;

/// Warns the caller of `create` about problems that do not prevent the creation.
record CreationWarnings(ContainerEngine engine, CreateProgress createProgress) {
    /// @param asked the limits from the command line, without the configured defaults
    void tell(Limits asked, ContainerSpec spec, Container container) throws IOException {
        for (var bind : spec.binds()) {
            var warning = new MountSource(bind.source()).warning();
            if (warning.isPresent()) {
                createProgress.warns(warning.get());
            }
        }
        if (!spec.limits().equals(Limits.NONE)) {
            tellOfLimits(asked, spec.limits(), engine.details(container).limits());
        }
    }

    /// Warns about limits that the engine ignored. An engine does so on a host whose kernel cannot enforce a
    /// limit.
    private void tellOfLimits(Limits asked, Limits wanted, Limits given) throws IOException {
        if (wanted.memory().isPresent() && given.memory().isEmpty()) {
            ignored("memory", asked.memory().isPresent() ? "--memory" : "shed.memory");
        }
        if (wanted.processes().isPresent() && given.processes().isEmpty()) {
            ignored("processes", "shed.pids-limit");
        }
        if (wanted.nanoCpus().isPresent() && given.nanoCpus().isEmpty()) {
            ignored("processors", "--cpus");
        }
    }

    private void ignored(String what, String setting) throws IOException {
        createProgress.warns("the engine cannot limit " + what + " on its host: " + setting + " is ignored");
    }
}
