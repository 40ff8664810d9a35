package dev.shed.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.name.SessionName;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which options of an agent are kept for its resumed conversation.
class AgentOptionsTest {
    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "claude --model opus --permission-mode plan | --model opus --permission-mode plan",
                "claude --model=opus fix --verbose | --model=opus --verbose",
                "/usr/local/bin/claude --add-dir /a /b --dangerously-skip-permissions hello"
                        + " | --add-dir /a /b --dangerously-skip-permissions",
                "claude --continue --fork-session --effort high | --effort high",
                "claude --resume 0b7d --session-id 0b7e -r -c --from-pr 7 --teleport x | -",
                "claude -p fix --print --output-format json --max-turns 3 | -",
                "claude -w tree --tmux --bg --name fix --remote-control phone | -",
                "claude --model | -",
                "claude --add-dir --verbose | --verbose",
                "claude -- --model opus | -",
                "claude fix -- --model opus | -",
                "node --no-warnings /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js --model opus | --model opus",
                "codex -m o3 -a never -s read-only -c a.b=c --search | -m o3 -a never -s read-only -c a.b=c --search",
                "codex -mo3 --config=a=b -p work | -mo3 --config=a=b -p work",
                "codex resume 0b7d -m o3 --last --all | -m o3",
                "codex exec --json -o out fix | -",
                "codex -i a.png b.png -C /tmp --worktree | -",
                "node /usr/local/bin/codex -m o3 | -m o3",
                "opencode -m mock/one --agent plan --prompt hello --auto | -m mock/one --agent plan --auto",
                "opencode --auto false -m mock/one | -m mock/one",
                "opencode --auto=false -m mock/one | -m mock/one",
                "opencode -s ses_1 -c --continue --fork --session=ses_2 /workspace/x | -",
                "bash -c claude --model opus | --model opus",
                "vim --model opus | -",
                "gemini --model pro | -",
            })
    void onlyThoseThatHoldForAResumedConversation(String command, String kept) {
        var argv = words(command);
        var agent = Agent.of(argv).orElse(Agent.CLAUDE_CODE);
        assertThat(AgentOptions.of(agent, argv)).isEqualTo(new AgentOptions(words(kept == null ? "" : kept), false));
    }

    @Test
    void theOptionsOfAnotherAgentAreNot() {
        for (var other : List.of("claude --model opus", "node")) {
            assertThat(AgentOptions.of(Agent.CODEX, words(other))).isEqualTo(AgentOptions.NONE);
        }
        assertThat(AgentOptions.of(Agent.CODEX, List.of())).isEqualTo(AgentOptions.NONE);
    }

    /// An empty word is a value as well, and one with blanks is one word.
    @Test
    void aWordStaysAsItIs() {
        var given = List.of("claude", "--tools", "", "--append-system-prompt", "--model x; $(id) 'y'", "--model", "-r");
        assertThat(AgentOptions.of(given).words()).isEqualTo(given.subList(1, given.size()));
    }

    @Test
    void ifOneCannotBeKeptNoneIs() {
        for (var value : List.of("a\nb", "\u001e", "\u007f", "x".repeat(2048))) {
            assertThat(AgentOptions.of(List.of("claude", "--verbose", "--model", value)))
                    .isEqualTo(AgentOptions.LOST);
        }
        var many = Stream.concat(Stream.of("claude"), Collections.nCopies(65, "--verbose").stream())
                .toList();
        assertThat(AgentOptions.of(many)).isEqualTo(AgentOptions.LOST);
        assertThat(AgentOptions.of(many.subList(0, 65)).words()).hasSize(64);
        assertThat(AgentOptions.of(List.of("claude", "--verbose", "a\nb")).words())
                .containsExactly("--verbose");
    }

    @Test
    void whatIsNotedOfACommandHasNothingElse() {
        assertThat(AgentOptions.note(words("claude --model opus my-secret")))
                .hasValue("{\"version\":1,\"agent\":\"claude-code\",\"options\":[\"--model\",\"opus\"]}");
        assertThat(AgentOptions.note(List.of("claude", "--verbose", "--model", "a\nb")))
                .hasValue("{\"version\":1,\"agent\":\"claude-code\",\"options\":[],\"lost\":true}");
        assertThat(AgentOptions.note(words("claude fix"))).isEmpty();
        assertThat(AgentOptions.note(words("make --model opus"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"agent\":\"claude-code\",\"options\":[\"--model\",\"opus\"]} | --model opus",
                "{\"agent\":\"claude-code\",\"options\":[\"--resume\",\"x\",\"--print\",\"fix\"]} | -",
                "{\"agent\":\"claude-code\",\"options\":[\"--model\",7,\"--verbose\",{}]} | --model 7 --verbose",
                "{\"agent\":\"codex\",\"options\":[\"--model\",\"opus\"]} | -",
                "{\"agent\":\"claude-code\",\"options\":\"--verbose\"} | -",
                "{\"agent\":\"claude-code\"} | -",
                "[] | -",
            })
    void aNoteIsReadByTheSameRules(String json, String kept) throws JsonProcessingException {
        assertThat(AgentOptions.read(Agent.CLAUDE_CODE, new JsonMapper().readTree(json)))
                .isEqualTo(new AgentOptions(words(kept == null ? "" : kept), false));
    }

    /// The scripts read 8 KiB of a note, and 12 KiB of one with a directory.
    @ParameterizedTest
    @ValueSource(strings = {"x", "\"", "\\", "é", "漢", "😀"})
    void whatIsKeptFitsIntoANote(String character) throws JsonProcessingException {
        var text = character.repeat((2048 - 63) / character.length());
        var command = Stream.of(List.of("claude", "--add-dir", text), Collections.nCopies(62, ""))
                .flatMap(List::stream)
                .toList();
        var options = AgentOptions.of(command);
        assertThat(options.words())
                .isEqualTo(command.subList(1, command.size()))
                .hasSize(64);
        var note = AgentOptions.note(command).orElseThrow();
        assertThat(note.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(8192 - 40);
        assertThat(AgentOptions.read(Agent.CLAUDE_CODE, new JsonMapper().readTree(note)))
                .isEqualTo(options);

        var directory = "/" + character.repeat(1023 / character.length());
        var conversation = new Conversation(
                SessionName.parse("one"), Agent.CLAUDE_CODE, "x".repeat(128), directory, options, List.of());
        assertThat(conversation.noteOfStart().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(12288);
        assertThat(ConversationLines.parse(List.of("noted\tone\t" + conversation.noteOfStart())))
                .containsExactly(conversation);
    }

    @Provide
    Arbitrary<List<String>> commandLines() {
        var word = Arbitraries.of(
                "--model",
                "--model=x",
                "--add-dir",
                "--verbose",
                "--resume",
                "-p",
                "--",
                "-",
                "",
                "x",
                "-m",
                "-mx",
                "--print",
                "-c",
                "--tools",
                "claude",
                "node");
        return word.list().ofMaxSize(12);
    }

    /// What is kept is kept again after each time that the conversation is resumed, and no word is made up.
    @Property
    void whatIsKeptIsKeptAgain(@ForAll("commandLines") List<String> words) {
        for (var agent : Agent.values()) {
            var argv = Stream.concat(Stream.of(agent.word().replace("-code", "")), words.stream())
                    .toList();
            var kept = AgentOptions.of(agent, argv).words();
            assertThat(kept).allMatch(argv::contains);
            var again = Stream.concat(
                            agent.resuming("0b7d").isEmpty()
                                    ? Stream.of(argv.getFirst())
                                    : agent.resuming("0b7d").stream(),
                            kept.stream())
                    .toList();
            assertThat(AgentOptions.of(agent, again).words()).isEqualTo(kept);
        }
    }
}
