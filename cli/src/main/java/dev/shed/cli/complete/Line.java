package dev.shed.cli.complete;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The arguments after a verb, up to the cursor; the last one is being typed. The labels in the verb's
/// description determine what it can be.
final class Line {
    private static final String END_OF_OPTIONS = "--";

    private static final Set<String> SOMEBODY_ELSES = Set.of("COMMAND", "TEXT");

    private final CommandSpec spec;
    private final List<String> before;
    private final String current;
    private final List<String> positionals = new ArrayList<>();
    private String server = "";
    private boolean sessionGiven;
    private boolean optionsEnded;
    /// Whether the command to run in the shed has begun.
    private boolean commandBegan;

    private Line(CommandSpec spec, List<String> before, String current) {
        this.spec = spec;
        this.before = before;
        this.current = current;
    }

    /// @param words the arguments after the verb; at least one, which may be empty
    static Candidates candidates(CommandSpec spec, List<String> words) {
        var subcommand = spec.subcommands().get(words.getFirst());
        if (subcommand != null && words.size() > 1) {
            return candidates(subcommand.getCommandSpec(), words.subList(1, words.size()));
        }
        return new Line(spec, words.subList(0, words.size() - 1), words.getLast()).candidates();
    }

    private Candidates candidates() {
        var open = read();
        if (commandBegan) {
            return Candidates.NOTHING;
        }
        if (open.isPresent()) {
            return value(open.get());
        }
        int equals = current.indexOf('=');
        if (!optionsEnded && current.startsWith("--") && equals > 0) {
            var option = takesValue(current.substring(0, equals));
            return option.<Candidates>map(known -> new Candidates.Value(current.substring(0, equals + 1), value(known)))
                    .orElse(Candidates.NOTHING);
        }
        if (!optionsEnded && current.startsWith("-")) {
            return options();
        }
        return positional();
    }

    /// Classifies the arguments before the cursor; returns the option whose value is being typed.
    private Optional<OptionSpec> read() {
        for (int i = 0; i < before.size(); i++) {
            var word = before.get(i);
            if (optionsEnded || !word.startsWith("-") || word.equals("-")) {
                commandBegan |= parameter(positionals.size())
                        .filter(parameter -> SOMEBODY_ELSES.contains(parameter.paramLabel()))
                        .isPresent();
                positionals.add(word);
            } else if (word.equals(END_OF_OPTIONS)) {
                optionsEnded = true;
            } else if (takesValue(word).isPresent()) {
                if (++i == before.size()) {
                    return takesValue(word);
                }
                keep(takesValue(word), before.get(i));
            } else {
                int equals = word.indexOf('=');
                keep(takesValue(word.substring(0, Math.max(0, equals))), word.substring(equals + 1));
            }
        }
        return Optional.empty();
    }

    private void keep(Optional<OptionSpec> option, String value) {
        var name = option.map(OptionSpec::longestName).orElse("");
        if (name.equals("--server")) {
            server = value;
        }
        sessionGiven |= name.equals("--session");
    }

    private Optional<OptionSpec> takesValue(String name) {
        return Optional.ofNullable(spec.optionsMap().get(name))
                .filter(option -> option.arity().min() > 0);
    }

    private Candidates options() {
        return new Candidates.Words(spec.options().stream()
                .filter(option -> !option.hidden())
                .filter(option -> List.of(option.names()).stream().noneMatch(before::contains))
                .map(option -> new Candidates.Word(option.longestName(), meaning(option.description())))
                .toList());
    }

    private Candidates positional() {
        var word = parameter(positionals.size()).map(this::named).orElse(Candidates.NOTHING);
        // A subcommand can only be the first argument.
        if (spec.subcommands().isEmpty() || !before.isEmpty()) {
            return word;
        }
        return word.equals(Candidates.NOTHING) ? subcommands(spec) : new Candidates.Either(subcommands(spec), word);
    }

    private Optional<PositionalParamSpec> parameter(int index) {
        // If SHED+SESSION or an option names the session, there is no argument for it.
        boolean named = index > 0
                && label(1, "SESSION")
                && (sessionGiven || shed().filter(shed -> shed.contains("+")).isPresent());
        int place = named ? index + 1 : index;
        return spec.positionalParameters().stream()
                .filter(parameter -> parameter.index().contains(place))
                .findFirst();
    }

    private boolean label(int index, String label) {
        return spec.positionalParameters().stream()
                .anyMatch(parameter -> parameter.index().contains(index)
                        && parameter.paramLabel().equals(label));
    }

    static Candidates subcommands(CommandSpec spec) {
        return new Candidates.Words(spec.subcommands().entrySet().stream()
                .map(entry -> new Candidates.Word(
                        entry.getKey(),
                        meaning(entry.getValue().getCommandSpec().usageMessage().description())))
                .toList());
    }

    private Candidates value(OptionSpec option) {
        return switch (option.longestName()) {
            // A session that is started has no name yet.
            case "--session" -> label(1, "NEW") ? Candidates.NOTHING : sessions();
            case "--server" -> new Candidates.Servers();
            default -> candidates(option);
        };
    }

    private Candidates named(PositionalParamSpec parameter) {
        return switch (parameter.paramLabel()) {
            case "SHED" -> new Candidates.Sheds(server);
            case "SESSION" -> sessions();
            case "ID" -> new Candidates.Questions(server);
            case "PORT" -> shed().<Candidates>map(Candidates.Ports::new).orElse(Candidates.NOTHING);
            case "SERVER" -> new Candidates.Servers();
            case "VERB" -> new Candidates.Verbs();
            default -> candidates(parameter);
        };
    }

    private static Candidates candidates(ArgSpec argument) {
        var words = new ArrayList<Candidates.Word>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(word -> words.add(new Candidates.Word(word)));
        }
        return new Candidates.Words(words);
    }

    private Candidates sessions() {
        return shed().filter(shed -> !shed.contains("+"))
                .<Candidates>map(Candidates.Sessions::new)
                .orElse(Candidates.NOTHING);
    }

    /// The shed in this line, with its server if that is given.
    private Optional<String> shed() {
        return positionals.stream()
                .findFirst()
                .map(shed -> server.isEmpty() || shed.contains("/") ? shed : server + "/" + shed);
    }

    /// The first sentence of a description.
    static String meaning(String... description) {
        var text = description.length == 0 ? "" : description[0].replace("%%", "%");
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end);
    }

    /// The verbs by name, with their descriptions.
    static List<Candidates.Word> verbs(Map<String, CommandSpec> all) {
        return all.entrySet().stream()
                .map(entry -> new Candidates.Word(
                        entry.getKey(), meaning(entry.getValue().usageMessage().description())))
                .toList();
    }
}
