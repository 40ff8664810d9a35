package dev.shed.gateway.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The script that watches panes, with a tmux that prints a file, and a timeout that can end it.
class AgentPanesScriptTest {
    private static final String FIRST = "pane\t999999999\t-\t$3\twork\t%5\t0\t\t\tnode\tfirst";
    private static final String SECOND = FIRST.replace("first", "second");

    @TempDir
    Path directory;

    private Process watch;
    private BufferedReader output;

    @BeforeEach
    void start() throws IOException {
        program("tmux", "echo >>calls\n. ./ends\nexec cat answer\n");
        program("timeout", "shift\nexec \"$@\"\n");
        put("ends", "");
        put("answer", FIRST + "\n");
        var words = new ArrayList<>(AgentPanes.watch());
        words.set(0, "/bin/sh");
        var builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().put("PATH", directory + ":/usr/bin:/bin");
        builder.environment().put("XDG_STATE_HOME", directory.toString());
        watch = builder.start();
        output = watch.inputReader(UTF_8);
    }

    @AfterEach
    void end() {
        watch.descendants().forEach(ProcessHandle::destroyForcibly);
        watch.destroyForcibly();
    }

    private void program(String name, String script) throws IOException {
        var file = put(name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /// The script may read the file at any time.
    private Path put(String name, String text) throws IOException {
        var written = Files.writeString(directory.resolve(name + ".new"), text);
        return Files.move(written, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> listing() throws IOException {
        var lines = new ArrayList<String>();
        for (var line = output.readLine(); !AgentPanes.END.equals(line); line = output.readLine()) {
            assertThat(line).isNotNull();
            lines.add(line);
        }
        return lines;
    }

    private void awaitLooks() throws Exception {
        long before = looks();
        Await.until("two more looks", () -> looks() >= before + 2);
    }

    private long looks() {
        try {
            return Files.size(directory.resolve("calls"));
        } catch (IOException _) {
            return 0;
        }
    }

    /// As timeout(1) ends it, the one of BusyBox, and the kernel; and a client that takes the signal for its end.
    @ParameterizedTest
    @CsvSource({"'', 124", "'', 143", "'', 137", "'', 0", "part, 124"})
    void aTmuxThatDoesNotTellInTimeChangesNothing(String part, int status) throws Exception {
        assertThat(listing()).containsExactly(FIRST);

        put("ends", "printf %%s '%s'; exit %d\n".formatted(part, status));
        awaitLooks();
        put("answer", SECOND + "\n");
        put("ends", "");

        assertThat(listing()).containsExactly(SECOND);
    }

    @Test
    void aServerThatIsGoneHasNoPanes() throws Exception {
        assertThat(listing()).containsExactly(FIRST);

        put("ends", "exit 1\n");

        assertThat(listing()).containsExactly("");
    }

    @Test
    void ofALongListingTheBeginningIsTold() throws Exception {
        assertThat(listing()).containsExactly(FIRST);

        put("answer", (SECOND + "\n").repeat(3000));

        assertThat(listing()).hasSizeGreaterThan(1000).startsWith(SECOND, SECOND);
    }
}
