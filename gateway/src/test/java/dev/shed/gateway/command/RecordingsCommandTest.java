package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recordings over ssh, by role.
class RecordingsCommandTest {
    private static final String DEMO = "demo+work.20260131T120000Z";
    private static final String OTHER = "other+default.20260131T120000Z";

    @TempDir
    private Path directory;

    private Caller caller;

    @BeforeEach
    void record() throws IOException {
        caller = new Caller(new FakeRuntime(), directory);
        Files.createDirectory(directory.resolve("recordings"));
        write(DEMO, cast("demo+work"));
        write(OTHER, cast("other+default"));
        write("broken", "no recording\n");
        write("strange", cast("No shed's name"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve("recordings").resolve(name + ".cast"), text);
    }

    private static String cast(String title) {
        return """
                {"version":2,"width":80,"height":24,"timestamp":1769860800,"title":"%s","env":{}}
                [0.000010, "m", "attached: alice@laptop from 192.0.2.1:4711"]
                [0.010000, "o", "$ ls\\r\\n"]
                [61.250000, "o", "\\u001b[31mred"]
                """.formatted(title);
    }

    @Test
    void anAdministratorListsThem() {
        assertThat(caller.lobby("recordings list").out()).isEqualTo("""
                NAME                              BEGAN                   LENGTH     SIZE    WHO
                demo+work.20260131T120000Z        2026-01-31T12:00:00Z    0:01:01    %d     alice@laptop
                other+default.20260131T120000Z    2026-01-31T12:00:00Z    0:01:01    %d     alice@laptop
                """.formatted(
                        cast("demo+work").length(), cast("other+default").length()));
        assertThat(caller.lobby("recordings list --json").out())
                .startsWith("{\"recordings\":[{\"name\":\"" + DEMO + "\",\"shed_name\":\"demo\",\"session\":\"work\","
                        + "\"began\":\"2026-01-31T12:00:00Z\",\"length_ms\":61250,\"bytes\":");
    }

    @Test
    void anAdministratorPlaysAndFetchesThem() {
        assertThat(caller.lobby("recordings play " + DEMO + " --speed 1000 --idle-limit 1ms")
                        .out())
                .startsWith("$ ls\r\n\033[31mred");
        assertThat(caller.lobby("recordings export " + OTHER).out()).isEqualTo(cast("other+default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "play " + DEMO, "export " + DEMO, "export nosuch"})
    void nobodyElseDoes(String words) {
        for (var role : new Role[] {Role.VIEWER, Role.RESPONDER, Role.USER}) {
            assertThat(caller.as(role).lobby("recordings " + words).status()).isEqualTo(77);
        }
        assertThat(caller.limitedTo("peek").lobby("recordings " + words).status())
                .isEqualTo(77);
    }

    /// `sheds=` holds for an administrator's key, too, and the recording of a shed that one may not see is not there.
    @Test
    void ofShedsThatTheKeyMayNotSeeThereAreNone() {
        caller.as(Role.ADMIN, "demo");
        assertThat(caller.lobby("recordings list").out()).contains(DEMO).doesNotContain("other");
        var unseen = caller.lobby("recordings export " + OTHER);
        var unknown = caller.lobby("recordings export " + OTHER.replace("2026", "2027"));
        assertThat(unseen.err()).isEqualTo(unknown.err()).contains("'other'");
        assertThat(unseen.status()).isEqualTo(unknown.status());
        assertThat(unseen.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lst",
                "list " + DEMO,
                "list --speed 2",
                "play",
                "play demo+nosuch",
                "play ../x",
                "play " + DEMO + " --speed 0",
                "play " + DEMO + " --speed NaN",
                "play " + DEMO + " --speed 1001",
                "export",
                "export broken/../" + DEMO,
                "export " + DEMO + " --idle-limit 2s"
            })
    void whatIsNoCallIsRefused(String words) {
        var outcome = caller.lobby("recordings " + words);
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(64);
        assertThat(outcome.out()).isEmpty();
    }
}
