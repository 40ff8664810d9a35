package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.docker.Engines;
import dev.shed.gateway.container.docker.ExecContract;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.failure.ExitStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A container that was made without a run directory.
class OnDemandIT extends ExecContract {
    @Override
    protected LiveShed start() {
        var engine = Engines.engine("on-demand-it");
        var made = engine.create(new ContainerSpec(LiveShed.freshName(), Engines.IMAGE, Map.of()));
        engine.start(made);
        var container = engine.find(made.shed()).orElseThrow();
        return new LiveShed(PorterSheds.over(engine, PorterSheds.directory()), container);
    }

    @Test
    void aPorterForEachProcess() throws Exception {
        assertThat(shed.container().runDirectory()).isEmpty();
        assertThat(shed.processes("/.shed/porter-")).isPositive();
        assertThat(shed.sh("kill -TERM $$").status()).isEqualTo(new ExitStatus.Signalled("TERM", false));
    }
}
