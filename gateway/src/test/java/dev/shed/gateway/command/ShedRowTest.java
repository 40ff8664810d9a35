package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ContainerDetails.Ending;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShedRowTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "143 | false | stopped from outside (signal 15)",
                "143 | true  | 'stopped by itself (ended by signal 15, out of memory)'",
                "137 | false | stopped by itself (ended by signal 9)",
                "3   | false | stopped by itself (exit 3)",
            })
    void whatDockerStopStoppedDidNotStopByItself(int exitCode, boolean outOfMemory, String words) {
        var reason = new Ending(exitCode, outOfMemory, "", Optional.empty()).words();
        var row = new ShedRow("demo", "stopped", "2026-01-25T10:00:00Z", "image", null, 0, false, reason);
        assertThat(row.statusWords()).isEqualTo(words);
    }
}
