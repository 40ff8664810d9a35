package dev.shed.cli.text;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Quotes words for a POSIX shell: the container's, the parser of the gateway's verbs, and the launcher's.
public final class Quoted {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private Quoted() {}

    public static String word(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    public static String line(List<String> words) {
        return words.stream().map(Quoted::word).collect(Collectors.joining(" "));
    }
}
