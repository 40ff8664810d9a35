package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.Container.State;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The verbs that create, start, stop and delete sheds.
class ShedVerbsTest {
    @TempDir
    Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private Caller caller;

    @BeforeEach
    void call() {
        caller = new Caller(runtime, directory);
    }

    @Test
    void limitsThatTheEngineIgnoresAreSaid() {
        runtime.withoutLimits();
        assertThat(caller.lobby("create one --memory 1GiB").err())
                .contains("shed: the engine cannot limit memory on its host: --memory is ignored\n");
        assertThat(caller.lobby("create two --cpus 2 --json").out())
                .contains("{\"progress\":{\"stage\":\"warning\",\"message\":\"the engine cannot limit processors");
        assertThat(caller.lobby("create three").err()).isEmpty();
    }

    @Test
    void createMakesARunningShed() {
        assertThat(caller.lobby("create demo")).isEqualTo(new Caller.Outcome(0, "created demo\nssh demo@HOST\n", ""));
        assertThat(caller.withClient("gw/").lobby("create third").out())
                .isEqualTo("created third\nshed attach gw/third\n");
        assertThat(caller.lobby("create second --image other:1 --json").out())
                .startsWith("{\"progress\":{\"stage\":\"creating\",\"message\":\"creating second from other:1\"}}\n"
                        + "{\"name\":\"second\",\"status\":\"running\"")
                .contains("\"image\":\"other:1\"", "\"session_count\":0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "-x", "'a b'", "\"a\nb\"", "'#{x}'"})
    void anImageIsChecked(String image) {
        var outcome = caller.lobby("create demo --image=" + image);
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("is not a name of an image").hasLineCount(3);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void theLobbysNameIsNoShed() {
        assertThat(caller.lobby("create shed").err()).contains("'shed' is not a shed name");
    }

    @Test
    void restartSaysWhatItEndsAndStartsWhatIsStopped() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo", "restart"))
                .isEqualTo(new Caller.Outcome(
                        0, "restarted demo (ended 2 sessions)\n", "restarting demo ends 2 sessions\n"));
        caller.at("demo", "stop");
        assertThat(caller.lobby("restart demo --json"))
                .isEqualTo(new Caller.Outcome(
                        0,
                        "{\"name\":\"demo\",\"status\":\"running\",\"created_at\":\"2026-01-25T08:00:00Z\","
                                + "\"image\":\"shed-base:latest\",\"repo\":null,\"session_count\":0,"
                                + "\"stopped_on_purpose\":null,\"reason\":null,\"ended_sessions\":0}\n",
                        ""));
    }

    @Test
    void infoTellsWhyAShedDiedAndNotWhyItWasStopped() {
        runtime.with("died", State.STOPPED, Map.of("shed.owner", "ada"));
        assertThat(caller.lobby("info died").out())
                .contains("status       stopped by itself (ended by signal 9, out of memory)\n", "owner        ada\n");
        runtime.with("demo");
        caller.lobby("stop demo");
        assertThat(caller.lobby("info demo").out()).contains("status       stopped\n");
        assertThat(caller.at("demo", "info --json").out())
                .contains("\"stopped_on_purpose\":true,\"reason\":null", "\"exit_code\":137,\"out_of_memory\":true");
    }

    @Test
    void stopSaysWhatItEnds() {
        caller.demoWithTwoSessions();
        assertThat(caller.at("demo", "stop"))
                .isEqualTo(
                        new Caller.Outcome(0, "stopped demo (ended 2 sessions)\n", "stopping demo ends 2 sessions\n"));
        assertThat(caller.at("demo", "stop").status()).isEqualTo(73);
        assertThat(caller.at("demo", "start")).isEqualTo(new Caller.Outcome(0, "started demo\n", ""));
        assertThat(caller.at("demo", "stop --json").out())
                .startsWith("{\"name\":\"demo\",\"status\":\"stopped\"")
                .endsWith("\"session_count\":0,\"stopped_on_purpose\":true,\"reason\":null,\"ended_sessions\":0}\n");
        assertThat(caller.at("demo", "start --json").out()).startsWith("{\"name\":\"demo\",\"status\":\"running\"");
    }

    @Test
    void stopDoesNotNeedToKnowTheSessions() {
        runtime.with("demo").in("demo", _ -> FakeProcess.printing("", "", 127));
        assertThat(caller.typing("").at("demo", "stop"))
                .isEqualTo(new Caller.Outcome(
                        0, "stopped demo (ended its sessions)\r\n", "stopping demo ends its sessions\r\n"));
    }

    @Test
    void deleteRefusesWithoutForceWhereNobodyCanBeAsked() {
        runtime.with("demo");
        var outcome = caller.at("demo", "delete");
        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.err()).contains("--force");
        assertThat(caller.typing("y\r").at("demo", "delete --json").status()).isEqualTo(64);
        assertThat(runtime.list()).hasSize(1);
    }

    @Test
    void deleteByForceDoesNotAsk() {
        runtime.with("demo");
        assertThat(caller.at("demo", "delete --force")).isEqualTo(new Caller.Outcome(0, "deleted demo\n", ""));
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).isEmpty();
    }

    @Test
    void deleteCanKeepTheVolume() {
        runtime.with("demo");
        assertThat(caller.at("demo", "delete --force --keep-volume --json").out())
                .isEqualTo("{\"name\":\"demo\",\"workspace_kept\":true,\"home_kept\":true}\n");
        assertThat(runtime.list()).isEmpty();
        assertThat(runtime.volumes()).containsOnly("shed-demo-workspace", "shed-demo-home");
    }

    @Test
    void deleteSaysThatAVolumeInUseStays() {
        runtime.with("demo").usedElsewhere("shed-demo-workspace");
        assertThat(caller.at("demo", "delete --force --json"))
                .isEqualTo(new Caller.Outcome(
                        0,
                        "{\"name\":\"demo\",\"workspace_kept\":true,\"home_kept\":false}\n",
                        "its workspace is kept: another container uses the volume\n"));
        assertThat(runtime.volumes()).containsExactly("shed-demo-workspace");
    }

    @Test
    void deleteSaysThatBothVolumesStay() {
        runtime.with("demo").usedElsewhere("shed-demo-workspace").usedElsewhere("shed-demo-home");
        assertThat(caller.at("demo", "delete --force").err())
                .isEqualTo("its workspace and home are kept: another container uses the volumes\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y\r", "yes\r", "Y\n", "nx\u007f\u007fy\r"})
    void deleteAsksOnATerminalAndTakesYes(String keys) {
        caller.demoWithTwoSessions();
        var outcome = caller.typing(keys).at("demo", "delete");
        assertThat(outcome.err())
                .startsWith("delete demo? 2 sessions and its workspace and home (volumes shed-demo-workspace and"
                        + " shed-demo-home) will be lost [y/N] ");
        assertThat(outcome.status()).isZero();
        assertThat(runtime.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r",
                "n\r",
                "no\r",
                "y",
                "y\u0003",
                "yes\u0004",
                "yy\r",
                "yes please, everything\r",
                "\u001by\r "
            })
    void anythingElseIsNo(String keys) {
        runtime.with("demo");
        var outcome = caller.typing(keys).at("demo", "delete");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(runtime.list()).hasSize(1);
    }
}
