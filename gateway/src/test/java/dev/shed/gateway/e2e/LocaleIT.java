package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A client's language and colours are its own, and only what the container has.
class LocaleIT {
    private static final String GERMAN = "SetEnv=LANG=de_DE.UTF-8 LC_ALL=en_US.UTF-8 NO_COLOR=1 TERM_PROGRAM=x";

    @Test
    void whatTheContainerLacksIsReplacedAndNothingBecomesTheServers() throws Exception {
        try (var gateway = LiveGateway.start()) {
            var shed = gateway.place().newShed();
            try (var terminal = Terminal.ssh(gateway.place(), "-o", GERMAN, shed + "@gw")) {
                terminal.awaitPrompt();
                assertThat(terminal.ask("$LANG [$LC_ALL] [$NO_COLOR]")).isEqualTo("C.UTF-8 [] []");
                assertThat(terminal.ask("äöü")).isEqualTo("äöü");
                terminal.detach();
            }
            var global = gateway.ssh(shed + "@gw", "tmux show-environment -g").orFail();
            assertThat(global).contains("LANG=C.UTF-8\n").doesNotContain("NO_COLOR", "LC_ALL", "de_DE");

            var send =
                    "SetEnv=LANG=de_DE.UTF-8 LC_CTYPE=UTF-8 LC_TIME=en_US.UTF-8 LC_NAME=C LC_X1=mine LC_TERMINAL=iTerm2";
            var line = "echo $LANG [$LC_CTYPE] $LC_TIME $LC_NAME $LC_X1 $LC_TERMINAL; locale 2>&1 >&- | wc -l";
            assertThat(gateway.ssh("-o", send, shed + "@gw", line).orFail())
                    .isEqualTo("C.UTF-8 [] en_US.UTF-8 C mine iTerm2\n0\n");
            assertThat(gateway.ssh("-o", "SetEnv=LANG=en_US.UTF-8", shed + "@gw", "echo $LANG")
                            .orFail())
                    .isEqualTo("en_US.UTF-8\n");
        }
    }
}
