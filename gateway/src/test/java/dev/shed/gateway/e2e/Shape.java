package dev.shed.gateway.e2e;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Compares what a program has printed with what a document shows. `…` stands for anything within a line, or for any
/// lines if it is alone. Widths of columns, ages, times, fingerprints, versions, and numbers of lines and events are
/// those of the day. An id may be another one, but then the same one everywhere.
final class Shape {
    private static final String ANYTHING = "…";
    private static final String AGE = "(?:just now|\\d+(?:mo|[mhdwy]) ago)";
    private static final String FINGERPRINT = "SHA256:[\\w+/]+";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";
    private static final String VERSION = "\\d+(?:\\.\\d+)+[\\w+.~-]*";
    private static final String LINE = "line \\d+";
    private static final String LARGE = "\\d{5,}";

    /// Ten lower-case letters and digits, both of them.
    private static final Pattern ID = Pattern.compile("\\b(?=[a-z]*\\d)(?=\\d*[a-z])[a-z0-9]{10}\\b");

    /// What may differ, as a document has it.
    private static final Pattern VARIABLE = Pattern.compile("(?<any>" + ANYTHING + ")|(?<age>" + AGE
            + ")|(?<fingerprint>SHA256:[\\w+/" + ANYTHING + "]+)|(?<time>" + TIME + ")|(?<id>" + ID + ")|(?<version>"
            + VERSION + ")|(?<line>" + LINE + ")|(?<large>" + LARGE + ")");

    private Shape() {}

    /// Whether the text has this shape.
    ///
    /// @param ids the real id for each one of the document; new ones are added
    static boolean matches(List<String> shown, String text, Map<String, String> ids) {
        var pattern =
                Pattern.compile(shown.stream().map(line -> pattern(line, ids)).collect(Collectors.joining()) + "\n*");
        var found = pattern.matcher(text.lines().map(line -> plain(line) + "\n").collect(Collectors.joining()));
        if (!found.matches()) {
            return false;
        }
        shown.stream().flatMap(line -> ID.matcher(line).results()).forEach(id -> {
            if (!ids.containsKey(id.group())) {
                ids.put(id.group(), found.group(group(id.group())));
            }
        });
        return true;
    }

    /// The text with the real ids in place of those of the document.
    static String withReal(String text, Map<String, String> ids) {
        return ID.matcher(text).replaceAll(id -> ids.getOrDefault(id.group(), id.group()));
    }

    private static String plain(String line) {
        return line.replaceAll("\\s+", " ").stripTrailing();
    }

    private static String pattern(String line, Map<String, String> ids) {
        if (line.equals(ANYTHING)) {
            return "(?:.*\n)*?";
        }
        var pattern = new StringBuilder();
        var text = plain(line);
        int from = 0;
        for (var variable : VARIABLE.matcher(text).results().toList()) {
            pattern.append(Pattern.quote(text.substring(from, variable.start())))
                    .append(pattern(variable, ids));
            from = variable.end();
        }
        return pattern.append(Pattern.quote(text.substring(from))).append("\n").toString();
    }

    private static String pattern(MatchResult variable, Map<String, String> ids) {
        var kind = variable.namedGroups().keySet().stream()
                .filter(name -> variable.group(name) != null)
                .findFirst()
                .orElseThrow();
        return switch (kind) {
            case "any" -> ".*?";
            case "age" -> AGE;
            case "fingerprint" -> FINGERPRINT;
            case "time" -> TIME;
            case "version" -> VERSION;
            case "line" -> LINE;
            case "large" -> LARGE;
            default -> id(variable.group(), ids);
        };
    }

    private static String id(String id, Map<String, String> ids) {
        return ids.containsKey(id) ? Pattern.quote(ids.get(id)) : "(?<" + group(id) + ">[a-z0-9]{10})";
    }

    private static String group(String id) {
        return "id" + id;
    }
}
