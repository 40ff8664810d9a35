package dev.shed.cli.call;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A verb of the client.
public interface Verb {
    /// Its words, for parsing, help, completion and manual pages. Built by hand: reading annotations would cost more
    /// than the rest of the start.
    CommandSpec spec();

    /// How many of the words behind the verb are the client's to parse; the others are somebody else's and stay as
    /// they are.
    default int parsed(List<String> words) {
        return words.size();
    }

    /// The number of leading words that may be options. Later words are text or a command.
    default int own(List<String> words) {
        return words.size();
    }

    /// What a call of it comes to.
    ///
    /// @param parsed the parsed words
    /// @param words all words behind the verb, as given
    Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException;
}
