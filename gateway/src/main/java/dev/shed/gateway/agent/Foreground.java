package dev.shed.gateway.agent;

import java.util.List;
import java.util.Optional;

/// The process in the foreground of a pane, and what it has written about itself.
///
/// @param argv its command line
/// @param process empty if only its command is known
/// @param record what Claude Code keeps about itself
/// @param report what it tells its terminal by OSC 7501
/// @param hook what a hook or plugin, or `shed-notify`, has written about a process of it
/// @param questions the questions that wait for an answer; the one that was asked first stands first
public record Foreground(
        List<String> argv,
        Optional<ProcessId> process,
        Optional<ClaudeRecord> record,
        Optional<HookRecord> report,
        Optional<HookRecord> hook,
        List<QuestionFile> questions) {
    public Foreground {
        argv = List.copyOf(argv);
        questions = List.copyOf(questions);
    }

    /// One of which only its command is known.
    static Foreground of(List<String> argv) {
        return of(argv, Optional.empty());
    }

    /// One of which nothing is known that it has written.
    static Foreground of(List<String> argv, Optional<ProcessId> process) {
        return new Foreground(argv, process, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /// What the agent calls its conversation, if that is known.
    Optional<String> conversation() {
        return record.flatMap(ClaudeRecord::conversation).or(() -> hook.flatMap(HookRecord::conversation));
    }

    /// The agent that it is, if it is one. What has written a question is believed who it is.
    public Optional<Agent> agent() {
        return questions.stream().map(QuestionFile::agent).findFirst().or(() -> Agent.of(argv));
    }
}
