package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.docker.HangupContract;
import dev.shed.gateway.container.docker.LiveShed;
import org.junit.jupiter.api.Test;

/// A container that was made without a run directory.
class CarriedHangupIT extends HangupContract {
    @Override
    protected LiveShed start() {
        return PorterSheds.adopted("carried-hangup-it");
    }

    @Test
    void closeRightAfterStartLeavesNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            runtime.start(i % 2 == 0 ? shed.argv("sleep", mark) : shed.terminal("xterm", "sleep " + mark))
                    .close();
        }
        Await.until("none is left", PROMISE, () -> shed.processes("sleep " + mark) == 0);
        // The carrier, the porter, its idle workers, and the worker of the process that looks.
        Await.until("no task is left", PROMISE, () -> shed.processes("/.shed/porter-") <= 3 + Porter.IDLE);
    }

    @Test
    void nothingIsLeftOfACarrierWhoseGatewayStops() throws Exception {
        var before = carriers();
        var access = PorterSheds.access("carried-hangup-it-other");
        var other = new LiveShed(access, shed.container());
        var process = access.runtime().start(other.argv("sleep", mark));
        Await.until("it runs", PROMISE, () -> shed.processes("sleep " + mark) > 0);
        assertThat(carriers()).startsWith(before).isNotEqualTo(before);
        access.close();

        Await.until("its carrier has ended", PROMISE, () -> carriers().equals(before));
        assertThat(shed.processes("sleep " + mark)).isZero();
        process.close();
    }

    /// Those that an engine has started.
    private String carriers() throws Exception {
        return shed.sh("pgrep -f -P 0 -- '--carry'").out();
    }
}
