package dev.shed.gateway.command;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.inbox.OpenQuestion;
import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import java.time.Instant;
import java.util.List;

/// Questions as a table for people, with each question below its row, so that it can be read on a narrow
/// terminal.
final class QuestionTable {
    private static final int GAP = 2;
    private static final String INDENT = "  ";

    /// A question that is longer is cut.
    private static final int MAX_LINES = 6;

    /// Of an output whose width is not known.
    private static final int USUAL_COLUMNS = 80;

    private QuestionTable() {}

    /// @param columns the width of the output; 0 if it is not known
    static String text(List<OpenQuestion> questions, Instant now, int columns) {
        var table = new TextTable(GAP, List.of("ID", "SHED", "SESSION", "AGENT", "SINCE")).dropping("AGENT", "SINCE");
        for (var open : questions) {
            table.row(
                    open.id(),
                    open.place().shed().name().value(),
                    open.place().session(),
                    open.status().agent().map(Agent::word).orElse("-"),
                    open.status()
                            .since()
                            .map(since -> RelativeTime.of(since, now))
                            .orElse("-"));
        }
        var lines = table.lines(columns);
        var text = new StringBuilder(lines.getFirst()).append('\n');
        for (int i = 0; i < questions.size(); i++) {
            text.append(lines.get(i + 1)).append('\n');
            var question = questions.get(i).question();
            paragraph(text, question.text(), columns);
            paragraph(text, question.choices(), columns);
        }
        return text.toString();
    }

    /// Breaks a text between words where it can.
    private static void paragraph(StringBuilder text, String words, int columns) {
        int width = Math.max(1, (columns == 0 ? USUAL_COLUMNS : columns) - INDENT.length());
        var rest = words;
        for (int line = 1; !rest.isEmpty(); line++) {
            var part = line == MAX_LINES ? TextTable.clip(rest, width) : beginning(rest, width);
            text.append(INDENT).append(part).append('\n');
            rest = line == MAX_LINES ? "" : rest.substring(part.length()).strip();
        }
    }

    /// As many words as fit, or as much of a word.
    private static String beginning(String text, int width) {
        int end = 0;
        int used = 0;
        int blank = -1;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            used += TextTable.width(Character.toString(point));
            if (used > width) {
                return text.substring(0, blank > 0 ? blank : Math.max(end, Character.charCount(text.codePointAt(0))));
            }
            blank = point == ' ' ? end : blank;
            end += Character.charCount(point);
        }
        return text;
    }
}
