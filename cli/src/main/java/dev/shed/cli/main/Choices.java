package dev.shed.cli.main;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Quoted;
import java.util.ArrayList;
import java.util.List;

/// Turns the choices of an ambiguous name into complete commands that can be pasted.
final class Choices {
    private Choices() {}

    /// The failure with its choices as commands; any other failure unchanged.
    ///
    /// @param words of the command line
    /// @param own how many arguments after the verb belong to the client
    static CliFailure asCalls(CliFailure failure, List<String> words, int own) {
        if (failure.code() != CliFailure.Code.AMBIGUOUS) {
            return failure;
        }
        var calls = failure.hints().stream()
                .map(choice -> call(choice, words, own + 1))
                .toArray(String[]::new);
        return new CliFailure(failure.code(), String.valueOf(failure.getMessage()), calls);
    }

    /// @param choice `SERVER/SHED`, which replaces the argument that names the shed
    private static String call(String choice, List<String> words, int end) {
        var shed = choice.substring(choice.indexOf('/') + 1);
        var all = new ArrayList<>(words);
        for (int i = 1; i < Math.min(end, all.size()); i++) {
            var word = all.get(i);
            if (word.equals(shed) || word.startsWith(shed + "+")) {
                all.set(i, choice + word.substring(shed.length()));
                return "shed " + Quoted.line(all);
            }
        }
        return choice;
    }
}
