package dev.shed.gateway.command;

import dev.shed.gateway.text.RelativeTime;
import dev.shed.gateway.text.TextTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// Sessions as a table for people.
///
/// @param wide with everything that JSON has
/// @param explain with what the activity was taken from
/// @param coloured whether STATUS is yellow where somebody is needed
/// @param now what times are relative to
record SessionTable(boolean wide, boolean explain, boolean coloured, Instant now) {
    private static final List<String> FIXED = List.of("SHED", "SESSION", "STATUS", "CREATED", "WINDOWS");
    private static final List<String> MORE = List.of("ACTIVITY", "SINCE", "COMMAND", "DIRECTORY", "CLIENTS", "TITLES");

    /// The address of a session stays, SOCKET included, and so does EVIDENCE, which somebody has asked for and which
    /// STATUS may give way to: it says what the status is.
    private static final List<String> DROPPABLE = List.of(
            "TITLES", "CLIENTS", "DIRECTORY", "WINDOWS", "CREATED", "SINCE", "COMMAND", "GROUP", "STATUS", "ACTIVITY");

    /// @param columns the width of the output; 0 for no limit
    String of(List<SessionRow> rows, List<ConversationRow> resumable, int columns) {
        boolean groups = rows.stream().anyMatch(row -> row.group() != null);
        boolean sockets = rows.stream().anyMatch(row -> row.socket() != null);
        var table = new TextTable(header(groups, sockets).toArray(String[]::new)).dropping(droppable());
        for (var row : rows) {
            table.row(cells(row, groups, sockets));
            if (coloured && row.urgent()) {
                table.colour(FIXED.indexOf("STATUS"));
            }
        }
        resumable.forEach(row -> table.row(cells(row, groups, sockets)));
        return table.text(columns);
    }

    private String[] droppable() {
        return DROPPABLE.stream()
                .filter(heading -> explain || !heading.equals("STATUS"))
                .toArray(String[]::new);
    }

    /// @param groups whether a session is in a group, which is told only then
    /// @param sockets the same of sockets
    private List<String> header(boolean groups, boolean sockets) {
        var header = new ArrayList<>(FIXED);
        if (groups) {
            header.add("GROUP");
        }
        if (sockets) {
            header.add("SOCKET");
        }
        if (wide) {
            header.addAll(MORE);
        }
        if (explain) {
            header.addAll(wide ? List.of("EVIDENCE") : List.of("ACTIVITY", "EVIDENCE"));
        }
        return header;
    }

    private List<String> cells(SessionRow row, boolean groups, boolean sockets) {
        var cells = new ArrayList<>(List.of(
                row.shedName(),
                row.name(),
                row.statusWords(),
                ago(row.createdAt()),
                Integer.toString(row.windowCount())));
        if (groups) {
            cells.add(Objects.requireNonNullElse(row.group(), "-"));
        }
        if (sockets) {
            cells.add(Objects.requireNonNullElse(row.socket(), "-"));
        }
        if (wide || explain) {
            cells.add(row.activity());
        }
        if (wide) {
            cells.add(ago(row.activityAt()));
            cells.add(row.command());
            cells.add(row.cwd());
            cells.add(
                    orDash(row.clients().stream().map(SessionRow.Client::words).collect(Collectors.joining(", "))));
            cells.add(orDash(String.join(", ", row.windows())));
        }
        if (explain) {
            cells.add(orDash(row.evidence() == null ? "" : row.evidence()));
        }
        return cells;
    }

    /// What is not there has neither windows nor clients.
    private List<String> cells(ConversationRow row, boolean groups, boolean sockets) {
        var cells = new ArrayList<>(List.of(row.shedName(), row.name(), "resumable"));
        int others = header(groups, sockets).size() - cells.size();
        cells.addAll(Collections.nCopies(others, "-"));
        if (wide) {
            cells.set(header(groups, sockets).indexOf("COMMAND"), row.agent());
            cells.set(header(groups, sockets).indexOf("DIRECTORY"), row.directory());
        }
        if (explain) {
            cells.set(cells.size() - 1, "conversation " + row.conversation() + " of " + row.agent());
        }
        return cells;
    }

    private String ago(String time) {
        return RelativeTime.of(Instant.parse(time), now);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
