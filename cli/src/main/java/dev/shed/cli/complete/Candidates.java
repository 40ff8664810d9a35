package dev.shed.cli.complete;

import java.util.List;

/// What belongs where the cursor is.
sealed interface Candidates {
    Candidates NOTHING = new Words(List.of());

    /// A word, and what it means.
    record Word(String text, String meaning) {
        Word(String text) {
            this(text, "");
        }
    }

    /// One of these.
    record Words(List<Word> words) implements Candidates {
        public Words {
            words = List.copyOf(words);
        }
    }

    /// What either of them is.
    record Either(Candidates first, Candidates second) implements Candidates {}

    /// A verb of the client.
    record Verbs() implements Candidates {}

    /// A shed, and a session of it behind a `+`.
    ///
    /// @param server the server that the line names, or nothing
    record Sheds(String server) implements Candidates {}

    /// A session of this shed.
    record Sessions(String shed) implements Candidates {}

    /// A port that something listens on in this shed.
    record Ports(String shed) implements Candidates {}

    /// A server of the configuration.
    record Servers() implements Candidates {}

    /// The value of an option, in one word with it.
    ///
    /// @param option the option, with its `=`
    record Value(String option, Candidates value) implements Candidates {}
}
