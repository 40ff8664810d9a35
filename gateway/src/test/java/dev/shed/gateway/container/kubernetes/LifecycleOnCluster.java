package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerAccess;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.LifecycleContract;
import dev.shed.gateway.container.docker.LiveShed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The life of sheds on a cluster. `scripts/test-kubernetes` runs it.
@Timeout(300)
class LifecycleOnCluster extends LifecycleContract {
    private static ContainerAccess access;

    @BeforeAll
    static void open() {
        access = TestCluster.access();
    }

    @AfterAll
    static void close() {
        access.close();
    }

    @Override
    protected ContainerEngine engine() {
        return access.engine();
    }

    @Override
    protected String image() {
        return TestCluster.image();
    }

    @Test
    void workspaceAndHomeOutliveThePodAndTheShed() throws Exception {
        engine().start(engine().create(marked("one")));
        var shed = new LiveShed(access, engine().find(name).orElseThrow());
        assertThat(shed.sh("hostname; stat -c '%U %a' ~/.ssh; touch ~/.ssh/x; echo w >/workspace/note; echo h >~/note")
                        .out())
                .isEqualTo(name + "\ndev 700\n");
        engine().stop(shed.container(), GRACE);
        engine().start(shed.container());
        assertThat(shed.sh("cat /workspace/note ~/note").out()).isEqualTo("w\nh\n");

        engine().remove(shed.container(), false);
        engine().start(engine().create(marked("two")));
        var again = new LiveShed(access, engine().find(name).orElseThrow());
        assertThat(again.sh("cat /workspace/note ~/note").out()).isEqualTo("w\nh\n");
    }

    @Test
    void nobodyIsRoot() throws Exception {
        engine().start(engine().create(marked("one")));
        var shed = new LiveShed(access, engine().find(name).orElseThrow());
        assertThat(shed.sh("id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status | tr -s '\\t' ' '")
                        .out())
                .isEqualTo("1000\nCapEff: 0000000000000000\nNoNewPrivs: 1\n");
        assertThat(state()).contains(State.RUNNING);
    }
}
