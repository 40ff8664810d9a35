package dev.shed.cli.verb;

import dev.shed.cli.failure.CliFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// Finds `--server NAME` or `-s NAME` in arguments that are not parsed otherwise.
final class ServerOption {
    private static final Set<String> NAMES = Set.of("-s", "--server");
    private static final String WITH_VALUE = "--server=";

    private ServerOption() {}

    /// Removes the option from the arguments and returns its value.
    static Optional<String> take(CommandSpec spec, List<String> words) {
        int end = Grammar.options(spec, words);
        for (int i = 0; i < end; i++) {
            var word = words.get(i);
            if (word.startsWith(WITH_VALUE)) {
                return Optional.of(words.remove(i).substring(WITH_VALUE.length()));
            }
            if (NAMES.contains(word)) {
                if (i + 1 == end) {
                    throw CliFailure.usage("--server needs the name of a server", "shed server list");
                }
                words.remove(i);
                return Optional.of(words.remove(i));
            }
        }
        return Optional.empty();
    }
}
