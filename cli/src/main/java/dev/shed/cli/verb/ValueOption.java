package dev.shed.cli.verb;

import dev.shed.cli.failure.CliFailure;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Finds an option with a value in arguments that are not parsed otherwise.
final class ValueOption {
    private ValueOption() {}

    /// Removes the option from the arguments and returns its value; empty if the verb has no such option.
    static Optional<String> take(CommandSpec spec, String name, List<String> words) {
        return Optional.ofNullable(spec.optionsMap().get(name))
                .flatMap(option -> take(option, words, Grammar.options(spec, words)));
    }

    private static Optional<String> take(OptionSpec option, List<String> words, int end) {
        for (int i = 0; i < end; i++) {
            if (!Grammar.isOption(option, words.get(i))) {
                continue;
            }
            var word = words.remove(i);
            int equals = word.indexOf('=');
            if (equals > 0) {
                return Optional.of(word.substring(equals + 1));
            }
            if (i + 1 == end) {
                throw CliFailure.usage(option.longestName() + " needs a " + option.paramLabel());
            }
            return Optional.of(words.remove(i));
        }
        return Optional.empty();
    }
}
