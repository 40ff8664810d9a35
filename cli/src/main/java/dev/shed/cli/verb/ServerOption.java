package dev.shed.cli.verb;

import dev.shed.cli.failure.CliFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// `--server NAME`, or `-s NAME`, among words that are otherwise not ours.
final class ServerOption {
    private static final Set<String> NAMES = Set.of("-s", "--server");
    private static final String WITH_VALUE = "--server=";

    private ServerOption() {}

    /// Takes it out of the words, if it is there.
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
