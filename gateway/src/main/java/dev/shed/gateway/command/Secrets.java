package dev.shed.gateway.command;

import dev.shed.gateway.shed.Repository;
import java.util.ArrayList;
import java.util.List;

/// Removes secrets from the line of a verb before it is logged: the values of variables, and credentials in
/// URLs.
final class Secrets {
    private static final String OPTION = "--env";
    private static final String REPO = "--repo";
    private static final String MASK = "***";

    private Secrets() {}

    /// The words of a line, without secrets.
    static List<String> removed(List<String> words) {
        var safe = new ArrayList<String>();
        var before = "";
        for (var word : words) {
            safe.add(removed(before, word));
            before = word;
        }
        return safe;
    }

    private static String removed(String before, String word) {
        if (before.equals(OPTION) || word.startsWith(OPTION + "=")) {
            return masked(word);
        }
        if (word.startsWith(REPO + "=")) {
            return REPO + "=" + Repository.withoutLogin(word.substring(REPO.length() + 1));
        }
        return before.equals(REPO) ? Repository.withoutLogin(word) : Repository.withoutLogins(word);
    }

    /// `NAME=VALUE` or `--env=NAME=VALUE` with the value removed.
    private static String masked(String word) {
        int from = word.startsWith(OPTION + "=") ? OPTION.length() + 1 : 0;
        int equals = word.indexOf('=', from);
        return equals < 0 ? word.substring(0, from) + MASK : word.substring(0, equals + 1) + MASK;
    }
}
