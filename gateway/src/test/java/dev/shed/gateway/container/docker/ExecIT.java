package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.failure.ExitStatus;
import org.junit.jupiter.api.Test;

class ExecIT extends ExecContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(Engines.runtime("exec-it"));
    }

    /// The engine tells no signal.
    @Test
    void aSignalIsANumber() throws Exception {
        assertThat(shed.sh("kill -9 $$").status()).isEqualTo(ExitStatus.of(137));
    }
}
