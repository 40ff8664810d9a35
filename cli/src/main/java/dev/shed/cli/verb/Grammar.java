package dev.shed.cli.verb;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Target;
import dev.shed.cli.text.Printable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Helpers for the description of a verb's arguments.
public final class Grammar {
    private Grammar() {}

    /// A verb with a description and `--help`.
    public static CommandSpec verb(String name, String description, String... examples) {
        var spec = CommandSpec.create().name(name).addOption(help());
        spec.usageMessage()
                .description(description.replace("%", "%%"))
                .autoWidth(false)
                .optionListHeading("%nOptions:%n")
                .parameterListHeading("%n");
        if (examples.length > 0) {
            spec.usageMessage()
                    .footerHeading("%nExamples:%n")
                    .footer(List.of(examples).stream()
                            .map(example -> "  " + example.replace("%", "%%"))
                            .toArray(String[]::new));
        }
        return spec;
    }

    static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build();
    }

    static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .arity("0")
                .type(boolean.class)
                .description(description)
                .build();
    }

    static OptionSpec value(String label, String description, String... names) {
        return oneOf(List.of(), label, description, names);
    }

    /// An option with the values that completion offers.
    static OptionSpec oneOf(List<String> values, String label, String description, String... names) {
        return OptionSpec.builder(names)
                .arity("1")
                .type(String.class)
                .completionCandidates(values)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /// The option that names the server, for every verb that connects to one.
    static OptionSpec server() {
        return value("NAME", "The server to ask.", "-s", "--server");
    }

    /// The option that names the session, for every verb that is about one.
    static OptionSpec session(String description) {
        return value("NAME", description, "-S", "--session");
    }

    /// The shed in the first argument, on the server of [#server] if that is given.
    static Target target(ParseResult parsed) {
        return Target.parse(required(parsed, 0)).withServer(value(parsed, "--server"));
    }

    static PositionalParamSpec word(int index, String label, String description) {
        return positional(Integer.toString(index), "1", label, description);
    }

    static PositionalParamSpec optionalWord(int index, String label, String description) {
        return positional(Integer.toString(index), "0..1", label, description);
    }

    /// All arguments from an index on.
    static PositionalParamSpec words(int index, boolean required, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index + "..*")
                .arity(required ? "1..*" : "0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static PositionalParamSpec positional(String index, String arity, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .arity(arity)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    static boolean has(ParseResult parsed, String option) {
        return parsed.hasMatchedOption(option);
    }

    static Optional<String> value(ParseResult parsed, String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, null));
    }

    static Optional<String> word(ParseResult parsed, int index) {
        return Optional.ofNullable(parsed.matchedPositionalValue(index, null));
    }

    /// A required argument.
    static String required(ParseResult parsed, int index) {
        return word(parsed, index).orElseThrow(() -> missing(parsed.commandSpec(), index));
    }

    /// The failure for a missing argument.
    static CliFailure missing(CommandSpec spec, int index) {
        var label = spec.positionalParameters().get(index).paramLabel();
        return CliFailure.usage(label + " is missing", help(spec));
    }

    /// The failure for an error of picocli.
    public static CliFailure failure(ParameterException e) {
        return CliFailure.usage(message(e), help(e.getCommandLine().getCommandSpec()));
    }

    private static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return (unmatched.isUnknownOption() ? "unknown option '" : "unexpected argument '")
                    + Printable.of(unmatched.getUnmatched().getFirst()) + "'";
        }
        var message = Printable.of(String.valueOf(e.getMessage()));
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String help(CommandSpec spec) {
        return spec.qualifiedName(" ") + " --help";
    }

    static List<String> words(ParseResult parsed, int index) {
        return parsed.matchedPositionalValue(index, List.of());
    }

    /// The indices of the arguments that are neither options nor their values; after `--`, of all.
    public static List<Integer> positionals(CommandSpec spec, List<String> words) {
        var found = new java.util.ArrayList<Integer>();
        boolean options = true;
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (options && word.equals("--")) {
                options = false;
            } else if (options && word.startsWith("-") && word.length() > 1) {
                i += takesNext(spec, word) ? 1 : 0;
            } else {
                found.add(i);
            }
        }
        return found;
    }

    /// How many of the arguments can be options: those before `--`, and before the text or command of the
    /// last parameter.
    static int options(CommandSpec spec, List<String> words) {
        int dashes = words.indexOf("--");
        int end = dashes < 0 ? words.size() : dashes;
        var text = spec.positionalParameters().stream()
                .filter(parameter -> parameter.arity().max() > 1)
                .findFirst();
        if (text.isEmpty()) {
            return end;
        }
        var positionals = positionals(spec, words);
        int first = text.get().index().min() - (isSessionNamed(spec, words, positionals) ? 1 : 0);
        return positionals.size() > first ? Math.min(end, positionals.get(first)) : end;
    }

    /// Whether SHED+SESSION, or an option before the next argument, names the session. Then there is no
    /// argument for it.
    private static boolean isSessionNamed(CommandSpec spec, List<String> words, List<Integer> positionals) {
        int second = positionals.size() > 1 ? positionals.get(1) : words.size();
        return (!positionals.isEmpty() && words.get(positionals.getFirst()).contains("+"))
                || Optional.ofNullable(spec.optionsMap().get("--session"))
                        .filter(option -> words.subList(0, second).stream().anyMatch(word -> isOption(option, word)))
                        .isPresent();
    }

    /// Whether a word is the option, or the option with its value.
    static boolean isOption(OptionSpec option, String word) {
        return List.of(option.names()).contains(word) || word.startsWith(option.longestName() + "=");
    }

    private static boolean takesNext(CommandSpec spec, String word) {
        var option = spec.optionsMap().get(word);
        return option != null && option.arity().min() > 0;
    }
}
