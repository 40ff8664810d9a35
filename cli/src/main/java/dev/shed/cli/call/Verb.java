package dev.shed.cli.call;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// A verb of the client.
public interface Verb {
    /// The verb's arguments, for parsing, help, completion and manual pages. They are built without
    /// annotations, since reading those would take longer than the rest of the start.
    CommandSpec spec();

    /// How many of the arguments the client parses. All later ones are passed on unchanged.
    default int parsed(List<String> words) {
        return words.size();
    }

    /// How many of the leading arguments may be options. Later ones are text or a command.
    default int own(List<String> words) {
        return words.size();
    }

    /// Runs the verb.
    ///
    /// @param parsed the parsed arguments
    /// @param words all arguments after the verb, as given
    Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException;
}
