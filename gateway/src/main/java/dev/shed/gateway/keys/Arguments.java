package dev.shed.gateway.keys;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The arguments of a command: options with a value (`--role user`, `--role=user`), flags (`--json`), and
/// operands.
///
/// @param options values by the names of the options; a flag has an empty value
public record Arguments(Map<String, String> options, List<String> operands) {
    /// Parses arguments; fails with `USAGE` if one is not known or lacks its value.
    ///
    /// @param valued the options that take a value
    /// @param flags the options without a value
    /// @param synopsis shown if the arguments are invalid
    public static Arguments parse(List<String> words, Set<String> valued, Set<String> flags, String synopsis) {
        var options = new HashMap<String, String>();
        var operands = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (word.equals("--")) {
                operands.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (!word.startsWith("--")) {
                operands.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            var name = equals < 0 ? word : word.substring(0, equals);
            boolean takesValue = valued.contains(name);
            if (!takesValue && !(flags.contains(name) && equals < 0)) {
                throw usage("unknown option '" + word + "'", synopsis);
            }
            if (takesValue && equals < 0 && i + 1 == words.size()) {
                throw usage(name + " needs a value", synopsis);
            }
            var value = !takesValue ? "" : equals < 0 ? words.get(++i) : word.substring(equals + 1);
            if (options.put(name, value) != null) {
                throw usage(name + " is given twice", synopsis);
            }
        }
        return new Arguments(Map.copyOf(options), List.copyOf(operands));
    }

    /// The value of an option; empty if it was not given.
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    boolean has(String flag) {
        return options.containsKey(flag);
    }

    /// The operands; fails with `USAGE` if their number is not `count`.
    public List<String> operands(int count, String synopsis) {
        if (operands.size() != count) {
            throw usage(
                    operands.size() < count
                            ? "an argument is missing"
                            : "unexpected argument '" + operands.get(count) + "'",
                    synopsis);
        }
        return operands;
    }

    /// The failure for wrong arguments.
    public static ShedException usage(String problem, String synopsis) {
        return new ShedException(Failure.usage(problem, synopsis));
    }
}
