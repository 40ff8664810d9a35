package dev.shed.gateway.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.failure.ShedException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingsProgramTest {
    private static final String CAST = """
            {"version":2,"width":80,"height":24,"timestamp":1769860800,"title":"demo+work","env":{}}
            [0.000010, "m", "attached: alice@laptop from 192.0.2.1:4711"]
            [0.000011, "r", "80x24"]
            [0.500000, "o", "$ ls\\r\\n"]
            [0.700000, "m", "attached: bob from 192.0.2.2:4711"]
            [3661.250000, "o", "\\u001b[31mred"]
            """;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void record() throws IOException {
        Files.writeString(directory.resolve("demo+work.20260131T120000Z.cast"), CAST);
        Files.writeString(directory.resolve("broken.cast"), "no recording\n");
        Files.createSymbolicLink(directory.resolve("link.cast"), directory.resolve("broken.cast"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        out.reset();
        new RecordingsProgram(directory, new PrintStream(out, true, UTF_8)).run(List.of(words));
        return out.toString(UTF_8);
    }

    @Test
    void listSaysWhatIsThere() throws Exception {
        assertThat(run("list")).isEqualTo("""
                NAME                         SHED   SESSION   BEGAN                  LENGTH    SIZE   WHO
                demo+work.20260131T120000Z   demo   work      2026-01-31T12:00:00Z   1:01:01   %-4d   alice@laptop, bob
                """.formatted(CAST.getBytes(UTF_8).length));
        assertThat(run("list", "--json"))
                .isEqualTo(
                        "{\"recordings\":[{\"name\":\"demo+work.20260131T120000Z\",\"shed_name\":\"demo\",\"session\":\"work\","
                                + "\"began\":\"2026-01-31T12:00:00Z\",\"length_ms\":3661250,\"bytes\":"
                                + CAST.getBytes(UTF_8).length + ",\"who\":[\"alice@laptop\",\"bob\"]}]}\n");
    }

    @Test
    void columnsLineUpBesideWideNames() throws Exception {
        var wide = CAST.replace("demo+work", "demo+日本");
        Files.writeString(directory.resolve("demo+日本.20260131T120001Z.cast"), wide);
        assertThat(run("list").lines())
                .anySatisfy(line -> assertThat(line).startsWith("demo+work.20260131T120000Z   demo   work      2026-"))
                .anySatisfy(line -> assertThat(line).startsWith("demo+日本.20260131T120001Z   demo   日本      2026-"));
    }

    @Test
    void aRecordingThatIsBeingWrittenIsListedAndPlayed() throws Exception {
        Files.writeString(directory.resolve("demo+work.20260131T120000Z.cast"), CAST + "[3700.1, \"o\", \"cu");
        assertThat(run("list")).contains("1:01:01");
        assertThat(run("play", "demo+work.20260131T120000Z", "--speed", "100000"))
                .startsWith("$ ls\r\n\033[31mred\033[?1049l");
    }

    @Test
    void playingTakesTheTimeThatItTookButForPauses() throws Exception {
        var pauses = new ArrayList<Duration>();
        var pace = new RecordingReader.Pace(2, Duration.ofSeconds(10));
        new Player(out, pace, pauses::add).play(new BufferedReader(new StringReader(CAST)));
        assertThat(pauses).containsExactly(Duration.ofMillis(250), Duration.ofSeconds(5));
        assertThat(out.toString(UTF_8)).isEqualTo("$ ls\r\n\033[31mred" + Player.RESET);
    }

    @Test
    void exportGivesTheFileAsItIs() throws Exception {
        assertThat(run("export", "demo+work.20260131T120000Z")).isEqualTo(CAST);
        var to = directory.resolve("exported");
        assertThat(run("export", "demo+work.20260131T120000Z.cast", to.toString()))
                .isEmpty();
        assertThat(to).hasContent(CAST);
    }

    @Test
    void nothingIsListedWhereNothingIs() throws Exception {
        var none = new RecordingsProgram(directory.resolve("none"), new PrintStream(out, true, UTF_8));
        none.run(List.of("list", "--json"));
        assertThat(out.toString(UTF_8)).isEqualTo("{\"recordings\":[]}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lst",
                "list x",
                "play",
                "play ../x",
                "play nosuch",
                "export link",
                "play broken --speed 0",
                "play broken --speed",
                "play broken --spede 2",
                "export"
            })
    void whatIsNoCallIsRefused(String words) {
        assertThatThrownBy(() -> run(words.isEmpty() ? new String[0] : words.split(" ", -1)))
                .isInstanceOf(ShedException.class);
    }
}
