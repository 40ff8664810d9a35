package dev.shed.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// Words for describing a verb's words.
public final class Grammar {
    private Grammar() {}

    /// A verb with a description, and `--help`.
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

    public static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .arity("0")
                .type(boolean.class)
                .description(description)
                .build();
    }

    public static OptionSpec value(String label, String description, String... names) {
        return oneOf(List.of(), label, description, names);
    }

    /// With the values that completion offers.
    public static OptionSpec oneOf(List<String> values, String label, String description, String... names) {
        return OptionSpec.builder(names)
                .arity("1")
                .type(String.class)
                .completionCandidates(values)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /// The option that names the server of what is not a shed.
    public static OptionSpec server() {
        return value("NAME", "The server to ask; without it the default server.", "--server");
    }

    public static PositionalParamSpec word(int index, String label, String description) {
        return positional(Integer.toString(index), "1", label, description);
    }

    public static PositionalParamSpec optionalWord(int index, String label, String description) {
        return positional(Integer.toString(index), "0..1", label, description);
    }

    /// All words from an index on.
    public static PositionalParamSpec words(int index, boolean required, String label, String description) {
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

    public static boolean has(ParseResult parsed, String option) {
        return parsed.hasMatchedOption(option);
    }

    public static Optional<String> value(ParseResult parsed, String option) {
        return Optional.ofNullable(parsed.matchedOptionValue(option, null));
    }

    public static Optional<String> word(ParseResult parsed, int index) {
        return Optional.ofNullable(parsed.matchedPositionalValue(index, null));
    }

    public static List<String> words(ParseResult parsed, int index) {
        return parsed.matchedPositionalValue(index, List.of());
    }

    /// The positions of the words that are neither options nor their values; behind `--` all.
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

    /// The words before the text or command that a verb ends in: only they can be the verb's options.
    public static List<String> beforeText(CommandSpec spec, List<String> words) {
        var positionals = positionals(spec, words);
        int first = spec.positionalParameters().stream()
                .filter(parameter -> List.of("TEXT", "COMMAND").contains(parameter.paramLabel()))
                .mapToInt(parameter -> parameter.index().min())
                .findFirst()
                .orElse(Integer.MAX_VALUE);
        // Where SHED+SESSION names the session no word does.
        boolean named = first == 2
                && !positionals.isEmpty()
                && words.get(positionals.getFirst()).contains("+");
        int text = named ? 1 : first;
        return positionals.size() > text ? words.subList(0, positionals.get(text)) : words;
    }

    private static boolean takesNext(CommandSpec spec, String word) {
        var option = spec.optionsMap().get(word);
        return option != null && option.arity().min() > 0;
    }
}
