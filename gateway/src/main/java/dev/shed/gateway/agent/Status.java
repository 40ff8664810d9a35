package dev.shed.gateway.agent;

import dev.shed.gateway.failure.FailureText;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// What a session or a pane is doing, and how that is known.
///
/// @param message what it asks, or why it failed; one printable line of at most 200 characters
/// @param since when this began, if that is known
/// @param agent the coding agent that it is about, if there is one
/// @param conversation what the agent calls its conversation, a word of letters, digits, `-` and `_`
public record Status(
        State state,
        Optional<String> message,
        Optional<Instant> since,
        Optional<Agent> agent,
        Source source,
        Optional<String> conversation) {
    private static final int MAX_MESSAGE = 200;

    /// What it is doing; what needs somebody first.
    public enum State {
        /// it asks for permission
        NEEDS_APPROVAL,
        /// it asks a question, or for somebody
        NEEDS_INPUT,
        /// its program has ended with an error
        FAILED,
        /// its turn has ended, and nobody has looked since; as a source tells it, somebody may have looked
        DONE,
        WORKING,
        /// an agent runs, or may run, and nothing tells what it is doing
        UNKNOWN,
        IDLE;

        /// As it is called in JSON: `needs-approval` and so on.
        public String word() {
            return lower(this);
        }
    }

    /// What tells it, best first.
    public enum Source {
        /// the exit status of the pane's program
        EXIT,
        /// what the program tells its terminal by OSC 7501
        OSC,
        /// a question or record that a hook or plugin of the agent has written down, or a record of `shed-notify`
        HOOK,
        /// a record that the agent itself keeps
        RECORD,
        /// the title that the agent gives to its terminal
        TITLE,
        /// that the agent, or a program that may be one, runs, and nothing else
        PROCESS,
        /// a bell that nobody has seen, or a title that asks for somebody
        BELL,
        /// when there was output last
        OUTPUT;

        /// As it is called in JSON: `record` and so on.
        public String word() {
            return lower(this);
        }

        /// How reliable it is: `high`, `medium` or `low`.
        public String confidence() {
            return switch (this) {
                case EXIT, OSC, RECORD, HOOK -> "high";
                case TITLE, BELL -> "medium";
                case PROCESS, OUTPUT -> "low";
            };
        }
    }

    public Status {
        message = message.map(Status::line);
    }

    /// One that is about no conversation.
    public Status(
            State state, Optional<String> message, Optional<Instant> since, Optional<Agent> agent, Source source) {
        this(state, message, since, agent, source, Optional.empty());
    }

    /// What is said by an agent.
    static Status of(Agent agent, State state, Source source) {
        return new Status(state, Optional.empty(), Optional.empty(), Optional.of(agent), source);
    }

    /// What is not known.
    ///
    /// @param agent empty if it is not known either whether there is one
    static Status unknown(Optional<Agent> agent) {
        return new Status(State.UNKNOWN, Optional.empty(), Optional.empty(), agent, Source.PROCESS);
    }

    /// Whether it is about something that is or may be an agent, or a program has failed or told it, and it is not a
    /// guess from output.
    public boolean isReported() {
        return agent.isPresent() || (source != Source.BELL && source != Source.OUTPUT);
    }

    /// Whether an agent shows a dialog, in which Enter would choose.
    public boolean isBlocked() {
        return agent.isPresent() && needsSomebody();
    }

    /// Whether an agent or program tells that somebody is needed: it asks, or has failed.
    public boolean isUrgent() {
        return isReported() && (needsSomebody() || state == State.FAILED);
    }

    /// Whether it goes on only when somebody answers.
    public boolean needsSomebody() {
        return state == State.NEEDS_APPROVAL || state == State.NEEDS_INPUT;
    }

    /// The same in another state.
    public Status as(State other) {
        return new Status(other, message, since, agent, source, conversation);
    }

    /// The same with another beginning.
    public Status from(Optional<Instant> beginning) {
        return new Status(state, message, beginning, agent, source, conversation);
    }

    /// The same about another conversation.
    Status about(Optional<String> other) {
        return new Status(state, message, since, agent, source, other);
    }

    /// Whether it says the same, whenever that began and in whichever conversation.
    public boolean isLike(Status other) {
        return from(other.since).about(other.conversation).equals(other);
    }

    /// How it is known, for people: `needs-approval: permission prompt (record of claude-code)`.
    public String text() {
        return state.word()
                + message.map(text -> ": " + text).orElse("")
                + agent.map(who -> " (" + source.word() + " of " + who.word() + ")")
                        .orElse("");
    }

    /// For a table: what an agent is doing, and whether somebody is attached, as `working, detached`. A
    /// narrow table cuts the end.
    public String besides(boolean attached) {
        var word = attached ? "attached" : "detached";
        return isReported() ? state.word() + ", " + word : word;
    }

    private static String line(String text) {
        int length = text.codePointCount(0, text.length());
        var beginning = text.substring(0, text.offsetByCodePoints(0, Math.min(MAX_MESSAGE, length)));
        return FailureText.printable(beginning);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
