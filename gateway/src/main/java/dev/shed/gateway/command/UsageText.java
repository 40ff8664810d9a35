package dev.shed.gateway.command;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The help of a verb, in which lines end only at blanks. picocli also ends them inside a path or an address, behind
/// a slash or before a dot. So these characters are letters for it, which are replaced when the lines are made.
final class UsageText {
    private static final String BREAKING = "./:=,+";

    /// The first of as many small letters (IPA extensions), which no text of the gateway has.
    private static final char LETTER = '\u0250';

    private UsageText() {}

    /// Makes words of the descriptions of `spec` that picocli keeps whole.
    static void keepWords(CommandSpec spec) {
        for (var option : List.copyOf(spec.options())) {
            spec.remove(option);
            spec.addOption(OptionSpec.builder(option)
                    .description(kept(option.description()))
                    .build());
        }
        for (var parameter : List.copyOf(spec.positionalParameters())) {
            spec.remove(parameter);
            spec.addPositional(PositionalParamSpec.builder(parameter)
                    .description(kept(parameter.description()))
                    .build());
        }
    }

    private static String[] kept(String[] lines) {
        return Stream.of(lines).map(UsageText::kept).toArray(String[]::new);
    }

    private static String kept(String line) {
        var text = new StringBuilder(line);
        IntStream.range(0, line.length() - 1)
                .filter(i -> BREAKING.indexOf(line.charAt(i)) >= 0 && line.charAt(i + 1) != ' ')
                .forEach(i -> text.setCharAt(i, (char) (LETTER + BREAKING.indexOf(line.charAt(i)))));
        return text.toString();
    }

    /// The help with the words as they were.
    static String restored(String text) {
        var restored = text;
        for (int i = 0; i < BREAKING.length(); i++) {
            restored = restored.replace((char) (LETTER + i), BREAKING.charAt(i));
        }
        return restored;
    }
}
