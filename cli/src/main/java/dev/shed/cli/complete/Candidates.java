package dev.shed.cli.complete;

import java.util.List;

/// What can be completed at the cursor.
sealed interface Candidates {
    Candidates NOTHING = new Words(List.of());

    /// A word and its description.
    record Word(String text, String meaning) {
        Word(String text) {
            this(text, "");
        }
    }

    /// One of these words.
    record Words(List<Word> words) implements Candidates {
        public Words {
            words = List.copyOf(words);
        }
    }

    /// Either of two.
    record Either(Candidates first, Candidates second) implements Candidates {}

    /// A verb of the client.
    record Verbs() implements Candidates {}

    /// A shed, optionally with `+` and a session.
    ///
    /// @param server the server in the command line, or empty
    record Sheds(String server) implements Candidates {}

    /// A session of this shed.
    record Sessions(String shed) implements Candidates {}

    /// A port of this shed on which a process listens.
    record Ports(String shed) implements Candidates {}

    /// A question of an agent, by its id.
    ///
    /// @param server the server in the command line, or empty
    record Questions(String server) implements Candidates {}

    /// A configured server.
    record Servers() implements Candidates {}

    /// The value of an option, in the same word.
    ///
    /// @param option the option, with its `=`
    record Value(String option, Candidates value) implements Candidates {}
}
