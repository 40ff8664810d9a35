package dev.shed.gateway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The options of an agent that hold for a conversation that is continued: its model, its tools and what it may do,
/// directories and settings. No other words of a command line: no prompt, and nothing that chooses another conversation
/// or another way to run.
///
/// What files and processes of a container tell is read by the same rules. If there are too many words, or one with a
/// control character, none is kept: with a part of them an agent could do what all of them forbid.
///
/// @param words the options, with their values
/// @param lost whether none is kept because not all can be
public record AgentOptions(List<String> words, boolean lost) {
    static final AgentOptions NONE = new AgentOptions(List.of(), false);
    static final AgentOptions LOST = new AgentOptions(List.of(), true);

    private static final JsonMapper MAPPER = new JsonMapper();

    /// More than anybody types; the notes of a shed are read with each listing of its sessions.
    private static final int MAX_WORDS = 64;

    /// In characters, which take at most three bytes in UTF-8, and no more if JSON escapes them.
    private static final int MAX_LENGTH = 2048;

    /// How much is read of a command line, in bytes: as much as tmux takes of one.
    private static final int MAX_COMMAND = 16384;

    /// For people: which ones are kept.
    public static final String LIMITS =
            "only up to " + MAX_WORDS + " words and " + MAX_LENGTH + " characters are kept, without control characters";

    private static final String NAME = "options";
    private static final String IS_LOST = "lost";

    /// Behind it agents take no options.
    private static final String END = "--";

    private enum Kind {
        FLAG,
        VALUE,
        /// up to the next option
        VALUES
    }

    private static final Map<Agent, Map<String, Kind>> KEPT = Map.of(
            Agent.CLAUDE_CODE,
            kept(
                    "--allow-dangerously-skip-permissions --ax-screen-reader --bare --brief --chrome"
                            + " --dangerously-skip-permissions --disable-slash-commands"
                            + " --exclude-dynamic-system-prompt-sections --no-chrome --restricted --safe-mode"
                            + " --strict-mcp-config --verbose",
                    "--agent --agents --append-system-prompt --append-system-prompt-file --autocompact --effort"
                            + " --fallback-model --model --permission-mode --plugin-dir --setting-sources --settings"
                            + " --system-prompt --system-prompt-file --system-prompt-snapshot",
                    "--add-dir --allowedTools --allowed-tools --betas --disallowedTools --disallowed-tools"
                            + " --mcp-config --tools"),
            Agent.CODEX,
            kept(
                    "--approve-for-me --dangerously-bypass-approvals-and-sandbox --dangerously-bypass-hook-trust"
                            + " --full-auto --no-alt-screen --no-daemon --oss --search --strict-config",
                    "--add-dir --ask-for-approval -a --config -c --disable --enable --local-provider --model -m"
                            + " --profile -p --sandbox -s",
                    ""),
            Agent.OPENCODE,
            kept("--auto --mini --no-replay --pure", "--agent --hostname --model -m --port --replay-limit", ""));

    public AgentOptions {
        words = List.copyOf(words);
    }

    private static Map<String, Kind> kept(String flags, String values, String lists) {
        var kinds = new HashMap<String, Kind>();
        List.of(flags.split(" ")).forEach(name -> kinds.put(name, Kind.FLAG));
        List.of(values.split(" ")).forEach(name -> kinds.put(name, Kind.VALUE));
        List.of(lists.split(" ")).forEach(name -> kinds.put(name, Kind.VALUES));
        return Map.copyOf(kinds);
    }

    /// Those of a command line that runs an agent.
    public static AgentOptions of(List<String> command) {
        return Agent.of(command)
                .map(agent -> among(agent, Agent.arguments(command)))
                .orElse(NONE);
    }

    /// Those of a running process by its command line, in which U+001F ends each word. A process that has ended
    /// meanwhile has none, and one that has replaced its command line may have a part of it.
    static AgentOptions ofRunning(Agent agent, String command) {
        if (command.getBytes(StandardCharsets.UTF_8).length >= MAX_COMMAND) {
            return LOST;
        }
        boolean whole = command.endsWith("\u001f");
        var words = whole ? command.substring(0, command.length() - 1).split("\u001f", -1) : new String[0];
        return of(agent, List.of(words));
    }

    /// Those of a command line; none if it does not run that agent.
    static AgentOptions of(Agent agent, List<String> argv) {
        return Agent.of(argv).filter(agent::equals).isPresent() ? of(argv) : NONE;
    }

    /// What is noted of a command that is about to run, as a line of JSON; empty if it has none of these options.
    public static Optional<String> note(List<String> command) {
        var options = of(command);
        return options.equals(NONE)
                ? Optional.empty()
                : Agent.of(command).map(agent -> {
                    var note = MAPPER.createObjectNode().put("version", 1).put("agent", agent.word());
                    options.writeInto(note);
                    return note.toString();
                });
    }

    /// Adds them to a note.
    void writeInto(ObjectNode note) {
        words.forEach(note.putArray(NAME)::add);
        if (lost) {
            note.put(IS_LOST, true);
        }
    }

    /// Those in a note about that agent.
    static AgentOptions read(Agent agent, JsonNode note) {
        if (!note.path("agent").asText().equals(agent.word())) {
            return NONE;
        }
        if (note.path(IS_LOST).asBoolean()) {
            return LOST;
        }
        return among(
                agent,
                StreamSupport.stream(note.path(NAME).spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    /// @param words what stands behind the name of the program
    private static AgentOptions among(Agent agent, List<String> words) {
        var known = KEPT.getOrDefault(agent, Map.of());
        var options = new ArrayList<String>();
        int next = 0;
        while (next < words.size() && !words.get(next).equals(END)) {
            int length = length(known, words.subList(next, words.size()));
            options.addAll(words.subList(next, next + length));
            next += Math.max(1, length);
        }
        return isSound(options) ? new AgentOptions(options, false) : LOST;
    }

    /// How many words the option takes that stands first; 0 if it is none that is kept.
    private static int length(Map<String, Kind> known, List<String> words) {
        var kind = known.get(words.getFirst());
        if (kind == null) {
            return hasItsValue(known, words.getFirst()) ? 1 : 0;
        }
        return switch (kind) {
            // OpenCode's parser takes `--auto false` for the contrary.
            case FLAG -> words.size() > 1 && words.get(1).equals("false") ? 0 : 1;
            case VALUE -> words.size() > 1 ? 2 : 0;
            case VALUES -> {
                int length = 1;
                while (length < words.size() && !words.get(length).startsWith("-")) {
                    length++;
                }
                yield length > 1 ? length : 0;
            }
        };
    }

    /// Whether a word is an option that is kept together with its value, as `--model=opus` or `-mopus`.
    private static boolean hasItsValue(Map<String, Kind> known, String word) {
        int end = word.startsWith("--") ? word.indexOf('=') : 2;
        if (end < 2 || end >= word.length()) {
            return false;
        }
        var kind = known.get(word.substring(0, end));
        return kind == Kind.VALUE || kind == Kind.VALUES;
    }

    private static boolean isSound(List<String> options) {
        return options.size() <= MAX_WORDS
                && options.stream().mapToInt(String::length).sum() <= MAX_LENGTH
                && options.stream().allMatch(word -> word.chars().noneMatch(Character::isISOControl));
    }
}
