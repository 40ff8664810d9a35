package dev.shed.gateway.command;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.name.ShedName;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Parses arguments into a verb's fields, and formats a verb's help, with picocli. picocli only parses and
/// never executes, so that all failures are handled in the same place.
final class Grammar {
    /// The minimum that picocli supports, and the maximum that is easy to read.
    private static final int MIN_COLUMNS = 55;

    private static final int MAX_COLUMNS = 100;

    private static final int USUAL_COLUMNS = 80;

    private Grammar() {}

    /// Sets the fields of `verb`. Fails with `USAGE` or `INVALID_NAME` if the arguments are invalid.
    static void parse(Verb verb, List<String> arguments) {
        var line = line(verb);
        try {
            line.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new ShedException(failure(e), e);
        }
    }

    /// The words of a call, with `--` inserted before the text that it ends in, so that no word of the text
    /// is parsed as an option.
    static List<String> withEndOfOptions(Verb verb, LoginName address, List<String> words) {
        var before = verb.wordsBeforeText(address);
        if (before.isEmpty()) {
            return words;
        }
        var spec = line(verb).getCommandSpec();
        int operands = 0;
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            if (word.equals("--")) {
                return words;
            }
            if (!word.startsWith("-") || word.length() == 1) {
                if (operands++ == before.getAsInt()) {
                    return Stream.of(words.subList(0, i), List.of("--"), words.subList(i, words.size()))
                            .flatMap(List::stream)
                            .toList();
                }
            } else if (takesNext(spec, word)) {
                i++;
            }
        }
        return words;
    }

    private static boolean takesNext(CommandSpec spec, String word) {
        var option = spec.optionsMap().get(word);
        return option != null && option.arity().min() > 0;
    }

    /// The synopsis: one line for each place that the verb can be called from.
    static String synopsis(Verb verb) {
        return String.join("\n", line(verb).getCommandSpec().usageMessage().customSynopsis());
    }

    /// The verb's description in one line.
    static String description(Verb verb) {
        return String.join(" ", line(verb).getCommandSpec().usageMessage().description());
    }

    /// The complete help of a verb.
    ///
    /// @param columns the terminal's width; 0 if unknown
    static String help(Verb verb, int columns) {
        int width = columns == 0 ? USUAL_COLUMNS : Math.clamp(columns, MIN_COLUMNS, MAX_COLUMNS);
        var line = line(verb).setUsageHelpWidth(width);
        var usage = line.getCommandSpec().usageMessage();
        UsageText.keepWords(line.getCommandSpec());
        var help = line.getHelp();
        return line.getCommandName() + ": " + String.join(" ", usage.description()) + "\n"
                + "\nUsage:\n" + indented(usage.customSynopsis())
                + "\nArguments and options:\n" + UsageText.restored(help.parameterList() + help.optionList())
                + (usage.exitCodeList().isEmpty() ? "" : "\nExit status:\n" + help.exitCodeList())
                + "\nExample:\n" + indented(usage.footer());
    }

    private static String indented(String[] lines) {
        var text = new StringBuilder();
        for (var line : lines) {
            text.append("  ").append(line).append('\n');
        }
        return text.toString();
    }

    private static CommandLine line(Verb verb) {
        return new CommandLine(verb)
                .registerConverter(ShedName.class, ShedName::parse)
                .registerConverter(SessionName.class, SessionName::parse)
                // Otherwise an argument `@FILE` would make picocli read arguments from a file on the
                // gateway's host.
                .setExpandAtFiles(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    }

    private static Failure failure(ParameterException e) {
        if (e.getCause() instanceof ShedException named) {
            return named.failure();
        }
        var verb = (Verb) e.getCommandLine().getCommandSpec().userObject();
        return Failure.usage(message(e), synopsis(verb));
    }

    private static String message(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched ->
                (unmatched.isUnknownOption() ? "unknown option '" : "unexpected argument '")
                        + unmatched.getUnmatched().getFirst() + "'";
            case MissingParameterException missing
            when !missing.getMissing().isEmpty() ->
                missing.getMissing().getFirst().isPositional()
                        ? missing.getMissing().getFirst().paramLabel() + " is missing"
                        : lowerCase(missing);
            default -> lowerCase(e);
        };
    }

    private static String lowerCase(ParameterException e) {
        var message = String.valueOf(e.getMessage());
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
