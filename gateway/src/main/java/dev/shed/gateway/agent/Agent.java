package dev.shed.gateway.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A coding agent that is known by its program.
public enum Agent {
    CLAUDE_CODE("claude-code", "claude", "@anthropic-ai/claude-code"),
    CODEX("codex", "codex", "@openai/codex"),
    OPENCODE("opencode", "opencode", "opencode-ai"),
    GEMINI("gemini", "gemini", "@google/gemini-cli");

    /// Programs that run the one that their arguments name.
    private static final Set<String> INTERPRETERS =
            Set.of("node", "nodejs", "bun", "deno", "sh", "bash", "dash", "ash", "zsh");

    private final String word;
    private final String program;
    private final String directory;

    /// @param npmPackage where npm installs its program
    Agent(String word, String program, String npmPackage) {
        this.word = word;
        this.program = program;
        this.directory = "/node_modules/" + npmPackage + "/";
    }

    /// As `install-agents` and JSON call it.
    public String word() {
        return word;
    }

    /// The agent that calls itself so: by its word, or by its program.
    static Optional<Agent> named(String name) {
        return Arrays.stream(values())
                .filter(agent -> agent.word.equals(name) || agent.program.equals(name))
                .findFirst();
    }

    String program() {
        return program;
    }

    /// The command line that continues a conversation; empty for an agent that cannot.
    List<String> resuming(String conversation) {
        return switch (this) {
            case CLAUDE_CODE -> List.of(program, "--resume", conversation);
            case CODEX -> List.of(program, "resume", conversation);
            case OPENCODE -> List.of(program, "-s", conversation);
            case GEMINI -> List.of();
        };
    }

    /// The agent that a command line runs, if it is one. npm installs most agents as scripts of Node.js.
    public static Optional<Agent> of(List<String> argv) {
        int program = program(argv);
        return program < argv.size() ? at(argv.get(program)) : Optional.empty();
    }

    /// What a command line gives to the agent that it runs.
    static List<String> arguments(List<String> argv) {
        return argv.subList(Math.min(program(argv) + 1, argv.size()), argv.size());
    }

    /// Where the program stands in a command line.
    private static int program(List<String> argv) {
        if (argv.isEmpty() || !INTERPRETERS.contains(fileName(argv.getFirst()))) {
            return 0;
        }
        int place = 1;
        while (place < argv.size() && argv.get(place).startsWith("-")) {
            place++;
        }
        return place;
    }

    private static Optional<Agent> at(String path) {
        var name = fileName(path).replaceFirst("\\.[cm]?js$", "");
        return Arrays.stream(values())
                .filter(agent -> agent.program.equals(name) || path.contains(agent.directory))
                .findFirst();
    }

    /// A login shell has a dash before its name.
    private static String fileName(String path) {
        var name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith("-") ? name.substring(1) : name;
    }
}
