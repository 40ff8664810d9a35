package dev.shed.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClientHintsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh shed@HOST create scratch|shed create gw/scratch",
                "ssh shed@HOST delete demo|shed delete gw/demo",
                "ssh shed@HOST sessions [SHED] [--wide]|shed sessions [gw/SHED] [--wide]",
                "ssh -s demo@HOST start|shed start gw/demo",
                "ssh -s demo+debug@HOST peek|shed peek gw/demo+debug",
                "ssh demo@HOST|shed attach gw/demo",
                "ssh -t demo@HOST \"tmux -L other attach -t x\"|shed exec gw/demo -- tmux -L other attach -t x",
                "ssh demo+debug@HOST|shed attach gw/demo+debug",
                "ssh -s SHED@HOST \"wait SESSION --timeout 10m\"|shed wait gw/SHED SESSION --timeout 10m",
                "without a session: ssh demo@HOST COMMAND|without a session: shed exec gw/demo -- COMMAND",
                "try again in a moment|try again in a moment",
            })
    void aCallOfSshBecomesTheClients(String ssh, String client) {
        assertThat(ClientHints.of(ssh, "gw/")).isEqualTo(client);
        assertThat(ClientHints.of(ssh, "")).isEqualTo(client.replace("gw/", ""));
    }

    /// The default server is not the one that was asked.
    @ParameterizedTest
    @CsvSource({
        "list, list",
        "list --json, list --json",
        "whoami, whoami",
        "version, version",
        "inbox, inbox",
        "approve ID, approve ID",
        "recordings list, recordings list"
    })
    void aVerbAboutNoShedNamesTheServerThatWasAsked(String ssh, String client) {
        assertThat(ClientHints.of("ssh shed@HOST " + ssh, "gw/")).isEqualTo("shed " + client + " --server gw");
        assertThat(ClientHints.of("ssh shed@HOST " + ssh, "")).isEqualTo("shed " + client);
    }

    /// A shed's verb and the lobby's are one call of the client.
    @Test
    void whatComesToTheSameIsSaidOnce() {
        var synopsis = "ssh -s SHED@HOST \"delete [--force]\"\nssh shed@HOST delete SHED [--force]";
        assertThat(FailureText.advice(synopsis, new CommandStyle(Optional.of("/"), Optional.empty())))
                .isEqualTo("shed delete SHED [--force]");
        assertThat(FailureText.advice(synopsis, CommandStyle.PLAIN)).isEqualTo(synopsis);
    }

    /// Whatever is added to the failures.
    @ParameterizedTest
    @MethodSource("dev.shed.gateway.failure.FailureTest#failures")
    void noHintOfAFailureIsLeftForSsh(Failure failure) {
        assertThat(failure.hint().lines().map(line -> ClientHints.of(line, "gw/")))
                .noneMatch(line -> line.contains("@HOST"));
    }
}
