package dev.shed.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.call.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The client's own variables, of which the launcher has a copy.
class VariablesTest {
    @Test
    void theLauncherDropsWhatThePersonsShellHasOfThem() throws IOException {
        var own = new ArrayList<>(Variables.ALL);
        own.addAll(List.of(Outcome.AGAIN, Outcome.FAILED));
        // A person's own width counts; the launcher drops it where stdout is no terminal.
        own.remove(Variables.COLUMNS);
        var unset = Files.readAllLines(Path.of("src/main/sh/shed")).stream()
                .filter(line -> line.startsWith("unset "))
                .toList();
        assertThat(unset).hasSize(1);
        assertThat(unset.getFirst().substring("unset ".length()).split(" ", -1))
                .containsExactlyInAnyOrderElementsOf(own);
    }
}
