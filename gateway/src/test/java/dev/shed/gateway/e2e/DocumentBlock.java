package dev.shed.gateway.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A fenced block of a document, and the marks before it: comments of HTML, which a reader does
/// not see. CONTRIBUTING.md lists the languages and the marks.
///
/// @param line where it begins in the document, from 1
/// @param language what is written behind the fence
record DocumentBlock(String document, int line, String language, List<String> lines, List<Mark> marks) {
    private static final String FENCE = "```";

    private static final Pattern MARK = Pattern.compile("<!-- (not run|run [a-z]+): (.*) -->");

    private static final Set<String> LANGUAGES =
            Set.of("sh", "console", "yaml", "ssh-config", "authorized_keys", "json", "text");

    private static final Set<String> MARKS = Set.of("not run", "run before", "run after", "run in", "run at");

    /// A comment before a block.
    record Mark(String name, String value) {}

    /// The blocks of a document, in order.
    static List<DocumentBlock> of(String document, String text) {
        var blocks = new ArrayList<DocumentBlock>();
        var marks = new ArrayList<Mark>();
        var lines = text.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            var line = lines.get(at);
            var mark = MARK.matcher(line);
            if (line.startsWith(FENCE)) {
                int end = end(document, lines, at);
                var language = line.substring(FENCE.length()).strip();
                blocks.add(
                        new DocumentBlock(document, at + 1, language, lines.subList(at + 1, end), List.copyOf(marks)));
                marks.clear();
                at = end;
            } else if (mark.matches()) {
                marks.add(new Mark(mark.group(1), mark.group(2)));
            } else {
                marks.clear();
            }
        }
        return blocks;
    }

    private static int end(String document, List<String> lines, int begin) {
        for (int at = begin + 1; at < lines.size(); at++) {
            if (lines.get(at).equals(FENCE)) {
                return at;
            }
        }
        throw new AssertionError(document + ":" + (begin + 1) + ": the block does not end");
    }

    private List<String> marked(String name) {
        return marks.stream()
                .filter(mark -> mark.name().equals(name))
                .map(Mark::value)
                .toList();
    }

    /// Why the block is not run; empty if it is.
    Optional<String> notRun() {
        return marked("not run").stream().findFirst();
    }

    /// Lines of shell that make what the block needs.
    List<String> before() {
        return marked("run before");
    }

    /// Lines of shell that remove what the block has made.
    List<String> after() {
        return marked("run after");
    }

    /// The shed in a session of which a script is typed; empty for the reader's machine.
    Optional<String> shed() {
        return marked("run in").stream().findFirst();
    }

    /// Whether its commands are typed at a terminal, one after the other.
    boolean isTyped() {
        return !marked("run at").isEmpty();
    }

    /// Why nobody could know what to do with this block; empty if somebody can.
    Optional<String> objection() {
        if (!LANGUAGES.contains(language)) {
            return Optional.of("its language '" + language + "' is none of " + LANGUAGES);
        }
        var unknown = marks.stream().map(Mark::name).filter(name -> !MARKS.contains(name));
        if (language.equals("text") && notRun().isEmpty()) {
            return Optional.of("it is no text that runs, and no mark <!-- not run: REASON --> says why");
        }
        if (notRun().filter(String::isBlank).isPresent()) {
            return Optional.of("its mark has no reason");
        }
        return unknown.findFirst().map(name -> "there is no mark '" + name + "'");
    }

    /// The same block with other lines.
    DocumentBlock with(List<String> others) {
        return new DocumentBlock(document, line, language, others, marks);
    }

    @Override
    public String toString() {
        return document + ":" + line;
    }
}
