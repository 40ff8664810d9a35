package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.ExecSpec.Terminal;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecWrapperTest {
    private static final String HOSTILE = "'; $(reboot) \"`id`\n#{x}";

    private final ExecWrapper wrapper = new ExecWrapper("gw-1");

    @Test
    void programAndDirectoryArePositional() {
        var words =
                wrapper.argv(spec(new Program.Argv(List.of("tmux", HOSTILE)), Optional.of(HOSTILE), Optional.empty()));

        assertThat(words.subList(0, 2)).containsExactly("sh", "-c");
        assertThat(words.subList(3, words.size()))
                .containsExactly("shed-exec/gw-1", "", "", HOSTILE, "", "argv", "tmux", HOSTILE);
    }

    @Test
    void theScriptIsTheSameForEverything() {
        var plain = wrapper.argv(spec(new Program.LoginShell(), Optional.empty(), Optional.empty()));
        var hostile = wrapper.argv(spec(new Program.ShellCommand(HOSTILE), Optional.of(HOSTILE), terminal()));

        assertThat(hostile.get(2)).isEqualTo(plain.get(2)).doesNotContain("reboot");
        assertThat(plain.subList(4, plain.size())).containsExactly("", "", "", "", "login");
        assertThat(hostile.subList(4, hostile.size())).containsExactly("45", "123", HOSTILE, "", "line", HOSTILE);
    }

    @Test
    void termIsSetWithATerminalOnly() {
        assertThat(ExecWrapper.environment(spec(new Program.LoginShell(), Optional.empty(), terminal())))
                .containsExactlyInAnyOrder("LANG=C.UTF-8", "TERM=xterm-kitty");
        assertThat(ExecWrapper.environment(spec(new Program.LoginShell(), Optional.empty(), Optional.empty())))
                .containsExactly("LANG=C.UTF-8");
    }

    @Test
    void onlyItsOwnMarkIsKnownAgain() {
        var words = wrapper.argv(spec(new Program.LoginShell(), Optional.empty(), Optional.empty()));
        var arguments = words.subList(1, words.size());

        assertThat(wrapper.marks(arguments)).isTrue();
        assertThat(new ExecWrapper("gw-12").marks(arguments)).isFalse();
        assertThat(wrapper.marks(List.of("-c", "sleep 1", "x", "shed-exec/gw-1")))
                .isFalse();
        assertThat(wrapper.marks(List.of())).isFalse();
    }

    /// It will not be otherwise in a moment.
    @Test
    void aCommandInASessionIsShownTheWayWithoutOne() {
        var inSession = new Program.InSession(SessionName.parse("work"), ByteString.of("make"));
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> wrapper.argv(spec(inSession, Optional.empty(), Optional.empty())))
                .satisfies(e -> assertThat(e.failure().hint()).isEqualTo("without a session: ssh demo@HOST COMMAND"));
    }

    private static Optional<Terminal> terminal() {
        return Optional.of(new Terminal("xterm-kitty", new WindowSize(45, 123)));
    }

    private static ExecSpec spec(Program program, Optional<String> directory, Optional<Terminal> terminal) {
        var container = new Container(
                "id",
                ShedName.parse("demo"),
                Container.State.RUNNING,
                Instant.EPOCH,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new ExecSpec(
                container, program, Map.of("LANG", "C.UTF-8"), directory.map(ExecSpec.Directory::required), terminal);
    }
}
