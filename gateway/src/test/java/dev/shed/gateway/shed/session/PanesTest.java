package dev.shed.gateway.shed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.session.Panes.View;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PanesTest {
    /// A shed whose tmux hangs delays nobody for longer than other verbs wait for it.
    @Test
    void onlyAHistoryMayTakeAMinute() {
        assertThat(new View(0, true, true).limit()).isEqualTo(ContainerCommands.LIMIT);
        assertThat(new View(1, false, false).limit()).isEqualTo(Duration.ofMinutes(1));
    }
}
