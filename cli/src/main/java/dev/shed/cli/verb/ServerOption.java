package dev.shed.cli.verb;

import dev.shed.cli.CliFailure;
import java.util.List;
import java.util.Optional;

/// `--server NAME` among words that are otherwise not ours.
final class ServerOption {
    private static final String OPTION = "--server";

    private ServerOption() {}

    /// Takes it out of the words, if it is there.
    static Optional<String> take(List<String> words) {
        int end = words.contains("--") ? words.indexOf("--") : words.size();
        for (int i = 0; i < end; i++) {
            var word = words.get(i);
            if (word.startsWith(OPTION + "=")) {
                return Optional.of(words.remove(i).substring(OPTION.length() + 1));
            }
            if (word.equals(OPTION)) {
                if (i + 1 == end) {
                    throw CliFailure.usage(OPTION + " needs the name of a server", "shed server list");
                }
                words.remove(i);
                return Optional.of(words.remove(i));
            }
        }
        return Optional.empty();
    }
}
