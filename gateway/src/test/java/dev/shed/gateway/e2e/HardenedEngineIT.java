package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An engine whose containers can gain no privileges, and whose root is nobody to the host (`no-new-privileges`,
/// `userns-remap`): sheds are made and used there as everywhere.
class HardenedEngineIT {
    private static OwnEngine engine;
    private static LiveGateway gateway;
    private static String shed;

    @BeforeAll
    static void start() throws Exception {
        engine = OwnEngine.startHardened();
        gateway = LiveGateway.start(ssh -> ssh, engine.uri());
        shed = gateway.place().newShed();
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = engine) {
            gateway.close();
        }
    }

    @Test
    void aCommandRunsAsTheShedsUser() throws Exception {
        assertThat(gateway.ssh(shed + "@gw", "id -un; echo $HOME; echo x >/workspace/x && cat /workspace/x")
                        .orFail())
                .isEqualTo("dev\n/home/dev\nx\n");
        var rights = "cat /proc/self/status";
        assertThat(gateway.ssh(shed + "@gw", rights).orFail())
                .containsPattern("NoNewPrivs:\\s+1\\n")
                .containsPattern("CapEff:\\s+0000000000000000\\n");
        assertThat(gateway.ssh("shed@gw", "info " + shed).orFail()).contains("started by its porter");
    }

    @Test
    void aSessionIsThereAgain() throws Exception {
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+work@gw")) {
            terminal.awaitPrompt();
            terminal.enter("echo st''ill here");
            terminal.await("\nstill here");
            terminal.detach();
            assertThat(terminal.status()).isZero();
        }
        assertThat(gateway.ssh("-s", shed + "@gw", "sessions").orFail()).contains("work ");
        try (var terminal = Terminal.ssh(gateway.place(), shed + "+work@gw")) {
            terminal.await("still here");
        }
    }

    @Test
    void aListenerIsTheUsers() throws Exception {
        var path = "/tmp/forwarded.sock";
        // A command does not wait for the listener that was asked for before it.
        var isOurs = "n=0; until [ -S %1$s ] || [ $((n+=1)) -gt 200 ]; do sleep .05; done; [ -O %1$s ] && echo ours"
                .formatted(path);

        assertThat(gateway.ssh("-R", path + ":127.0.0.1:9", shed + "@gw", isOurs)
                        .orFail())
                .isEqualTo("ours\n");
    }
}
