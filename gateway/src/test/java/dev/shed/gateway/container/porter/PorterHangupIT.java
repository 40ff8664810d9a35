package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.docker.HangupContract;
import dev.shed.gateway.container.docker.LiveShed;
import org.junit.jupiter.api.Test;

class PorterHangupIT extends HangupContract {
    @Override
    protected LiveShed start() {
        return LiveShed.start(PorterSheds.access("porter-hangup-it"));
    }

    @Test
    void whatIgnoresTheHangupWantsToLive() throws Exception {
        String worker;
        try (var process = runtime.start(shed.argv("nohup", "sleep", mark))) {
            Await.until("it runs", PROMISE, () -> !parent().isEmpty());
            worker = parent();
            assertThat(process).isNotNull();
        }
        // The porter's worker lets go of it last of all, when whatever has to be killed has been.
        Await.until("it is let go of", PROMISE, () -> !parent().equals(worker));

        assertThat(shed.processes(mark)).isOne();
        shed.sh("pkill -f 'sleep " + mark + "'");
    }

    /// The process that the marked one is a child of; empty when there is no such process.
    private String parent() throws Exception {
        return shed.run(shed.argv("ps", "-eo", "ppid=,args="))
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> line.endsWith(" sleep " + mark))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElse("");
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
