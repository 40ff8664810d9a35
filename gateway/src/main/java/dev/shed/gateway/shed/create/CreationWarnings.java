package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Limits;
import java.io.IOException;

/// Warns the caller of `create` about problems that do not prevent the creation.
record CreationWarnings(ContainerEngine engine, CreateProgress createProgress) {
    /// @param asked the limits that were asked for; the others are configured
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

    /// An engine on a host that has no means for a limit makes the container without it.
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
