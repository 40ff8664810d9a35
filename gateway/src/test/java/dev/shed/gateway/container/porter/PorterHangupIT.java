package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.docker.Await;
import dev.shed.gateway.container.docker.HangupContract;
import dev.shed.gateway.container.docker.LiveShed;
import org.junit.jupiter.api.Test;

class PorterHangupIT extends HangupContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(PorterSheds.runtime("porter-hangup-it"));
    }

    @Test
    void whatIgnoresTheHangupWantsToLive() throws Exception {
        try (var process = runtime.start(shed.argv("nohup", "sleep", mark))) {
            Await.until("it runs", PROMISE, () -> shed.processes(mark) > 0);
            assertThat(process).isNotNull();
        }
        Thread.sleep(PorterSheds.GRACE.plusSeconds(1));

        assertThat(shed.processes(mark)).isOne();
        shed.sh("pkill -f 'sleep " + mark + "'");
    }

    @Test
    void closeRightAfterStartLeavesNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            runtime.start(i % 2 == 0 ? shed.argv("sleep", mark) : shed.terminal("xterm", "sleep " + mark))
                    .close();
        }
        Await.until("none is left", PROMISE, () -> shed.processes("sleep " + mark) == 0);
        // As many of the porter's as when nothing had happened yet.
        Await.until("no task is left", PROMISE, () -> shed.processes("/run/shed/porter") <= 2 + Porter.IDLE);
    }
}
