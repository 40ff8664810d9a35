package dev.shed.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.shed.cli.verb.Verbs;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells a failure as the gateway does: on stderr, or with `--json` as JSON on stdout.
final class Complaint {
    private Complaint() {}

    static void tell(Call call, List<String> words, CliFailure failure) {
        boolean json = own(words).stream().takeWhile(word -> !word.equals("--")).anyMatch("--json"::equals);
        if (json) {
            call.out().println(json(failure));
        } else {
            call.notice(failure.text());
        }
    }

    /// Without what is somebody else's: the command of `exec`, the text of `send`.
    private static List<String> own(List<String> words) {
        return words.stream()
                .findFirst()
                .flatMap(Verbs::find)
                .map(verb -> Grammar.beforeText(verb.spec(), words.subList(1, words.size())))
                .orElse(words);
    }

    private static String json(CliFailure failure) {
        var error = new LinkedHashMap<String, Object>();
        error.put("code", failure.code().name());
        error.put("message", failure.getMessage());
        error.put("hint", String.join("\n", failure.hints()));
        try {
            return JSON.std.asString(Map.of("error", error));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
