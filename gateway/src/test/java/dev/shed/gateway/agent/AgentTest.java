package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentTest {
    @ParameterizedTest
    @CsvSource({
        "claude, CLAUDE_CODE",
        "/usr/local/bin/claude --permission-mode default, CLAUDE_CODE",
        "node /usr/local/bin/codex -a on-request, CODEX",
        "/usr/bin/node --no-warnings=DEP0040 /usr/local/bin/gemini, GEMINI",
        "node /usr/lib/node_modules/@google/gemini-cli/dist/index.js, GEMINI",
        "node /usr/lib/node_modules/@openai/codex/bin/codex.js, CODEX",
        "node /usr/local/bin/opencode, OPENCODE",
        "sh /home/dev/.local/bin/claude, CLAUDE_CODE",
        "-bash /opt/bin/codex, CODEX",
    })
    void isKnownByItsCommandLine(String line, Agent agent) {
        assertThat(Agent.of(List.of(line.split(" ", -1)))).contains(agent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bash",
                "-bash",
                "vim claude",
                "less /usr/local/bin/claude",
                "node",
                "node server.js claude",
                "claude-registry",
                "/usr/bin/python3 /usr/local/bin/codex",
                "git diff gemini"
            })
    void anythingElseIsNone(String line) {
        assertThat(Agent.of(List.of(line.split(" ", -1)))).isEmpty();
    }

    @Test
    void noCommandLineIsNone() {
        assertThat(Agent.of(List.of())).isEmpty();
    }
}
