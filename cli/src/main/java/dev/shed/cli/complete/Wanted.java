package dev.shed.cli.complete;

import java.util.List;

/// What belongs where the cursor is.
sealed interface Wanted {
    Wanted NOTHING = new Words(List.of());

    /// A word, and what it means.
    record Word(String text, String meaning) {
        Word(String text) {
            this(text, "");
        }
    }

    /// One of these.
    record Words(List<Word> words) implements Wanted {
        public Words {
            words = List.copyOf(words);
        }
    }

    /// What either of them is.
    record Either(Wanted first, Wanted second) implements Wanted {}

    /// A verb of the client.
    record Verbs() implements Wanted {}

    /// A shed, and a session of it behind a `+`.
    ///
    /// @param server the server that the line names, or nothing
    record Sheds(String server) implements Wanted {}

    /// A session of this shed.
    record Sessions(String shed) implements Wanted {}

    /// A port that something listens on in this shed.
    record Ports(String shed) implements Wanted {}

    /// A server of the configuration.
    record Servers() implements Wanted {}

    /// The value of an option, in one word with it.
    ///
    /// @param option the option, with its `=`
    record Value(String option, Wanted value) implements Wanted {}
}
