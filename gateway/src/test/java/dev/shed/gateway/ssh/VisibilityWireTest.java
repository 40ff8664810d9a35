package dev.shed.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.ContainerEvent;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `access.visibility: owner`: people see their own sheds, and nothing tells them of others.
class VisibilityWireTest {
    private static final String SOMEBODY = "SHA256:" + "x".repeat(43);

    private final FakeRuntime runtime = new FakeRuntime();
    private WireGateway gateway = WireGateway.start(runtime, "role=\"user\"", UnaryOperator.identity());

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private void sheds() {
        var mine = SOMEBODY + "," + KeyUtils.getFingerPrint(gateway.key().getPublic());
        runtime.with("mine", State.RUNNING, Map.of(Container.OWNER_KEYS, mine))
                .with("theirs", State.RUNNING, Map.of(Container.OWNER_KEYS, SOMEBODY))
                .with("nobodys");
        for (var name : List.of("mine", "theirs", "nobodys")) {
            runtime.tmux(name).with("work-of-" + name, Instant.EPOCH, 0, 1);
        }
    }

    @Test
    void whoIsNoAdministratorSeesHisOwnShedsAlone() throws IOException {
        sheds();
        assertThat(gateway.exec("shed", "list").out()).contains("mine", "theirs", "nobodys");
        gateway.visibility("owner");
        assertThat(gateway.exec("shed", "list").out()).contains("mine").doesNotContain("theirs", "nobodys");
        assertThat(gateway.exec("shed", "sessions").out())
                .contains("work-of-mine")
                .doesNotContain("theirs", "nobodys");
        assertThat(gateway.exec("shed", "sessions mine").status()).isZero();
        assertThat(gateway.exec("shed", "sessions theirs").status()).isEqualTo(66);
        assertThat(gateway.shell("shed", "xterm-256color", Map.of(), "q").out()).doesNotContain("theirs", "nobodys");
        assertThat(gateway.exec("shed", "whoami").out()).contains("* (only what belongs to your key)\n");
        assertThat(gateway.exec("shed", "whoami --json").out()).contains("\"visibility\":\"owner\"");
        gateway.visibility("all");
        assertThat(gateway.exec("shed", "whoami --json").out()).doesNotContain("visibility");
        assertThat(gateway.exec("shed", "sessions theirs").status()).isZero();
    }

    @Test
    void anAdministratorSeesAll() throws IOException {
        gateway.close();
        gateway = WireGateway.start(runtime, "", UnaryOperator.identity());
        sheds();
        gateway.visibility("owner");
        assertThat(gateway.exec("shed", "list").out()).contains("mine", "theirs", "nobodys");
        assertThat(gateway.exec("shed", "sessions theirs").status()).isZero();
    }

    /// In text, in status, and in what is asked of the engine, which is what takes time.
    @Test
    void othersShedsLookLikeWhatIsNotThere() throws Exception {
        sheds();
        gateway.visibility("owner");
        try (var unseen = new Requests(gateway, runtime, "theirs");
                var unknown = new Requests(gateway, runtime, "ghosts")) {
            for (var request : List.of(
                    "attach",
                    "shell",
                    "exec",
                    "exec in a session",
                    "sftp",
                    "-L port 80",
                    "-L unix",
                    "-R port",
                    "sessions demo",
                    "kill demo work",
                    "rename demo work new",
                    "run demo new -- true",
                    "resume demo work",
                    "console demo",
                    "ports demo",
                    "peek demo work",
                    "send demo work hi",
                    "wait demo work",
                    "events demo",
                    "start demo",
                    "stop demo",
                    "restart demo",
                    "info demo",
                    "delete demo")) {
                int before = runtime.questions();
                var seen = unseen.outcome(request);
                int between = runtime.questions();
                assertThat(seen).as(request).isIn("unknown", "refused", "no");
                assertThat(unknown.outcome(request)).as(request).isEqualTo(seen);
                assertThat(runtime.questions() - between).as(request).isEqualTo(between - before);
            }
            assertThat(unseen.heard()).isNotEmpty().isEqualTo(unknown.heard());
        }
        assertThat(runtime.started()).isEmpty();
    }

    @Test
    void eventsTellOfOnesOwnShedsAlone() throws Exception {
        sheds();
        gateway.visibility("owner");
        try (var session = gateway.login("shed");
                var channel = session.createExecChannel("events")) {
            var events = new TypedChannel(channel);
            events.await("listening");
            runtime.happens("theirs", ContainerEvent.Kind.ENDED, 1);
            runtime.happens("nobodys", ContainerEvent.Kind.ENDED, 1);
            runtime.happens("mine", ContainerEvent.Kind.ENDED, 1);
            events.await("mine  shed-died");
            assertThat(events.seen()).doesNotContain("theirs", "nobodys");
        }
    }

    @Test
    void aShedBelongsToTheKeyThatMadeItOrToThoseThatAreNamed() throws IOException {
        gateway.close();
        gateway = WireGateway.start(runtime, "", UnaryOperator.identity());
        gateway.exec("shed", "create mine");
        assertThat(owner("mine"))
                .isEqualTo(KeyUtils.getFingerPrint(gateway.key().getPublic()));
        gateway.exec("shed", "create theirs --owner " + SOMEBODY);
        assertThat(owner("theirs")).isEqualTo(SOMEBODY);
        var wrong = gateway.exec("shed", "create other --owner me");
        assertThat(wrong.status()).isEqualTo(64);
        assertThat(wrong.err()).contains("'me' is not a list of fingerprints");
    }

    private String owner(String shed) {
        return runtime.find(ShedName.parse(shed)).orElseThrow().ownerKeys().orElseThrow();
    }
}
