package dev.shed.gateway.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Sessions as a table for people.
///
/// @param wide with everything that JSON has
/// @param now what times are relative to
record SessionTable(boolean wide, boolean explain, Instant now) {
    private static final List<String> FIXED = List.of("SHED", "SESSION", "STATUS", "CREATED", "WINDOWS");
    private static final List<String> MORE = List.of("ACTIVITY", "SINCE", "COMMAND", "DIRECTORY", "CLIENTS", "TITLES");

    String of(List<SessionRow> rows) {
        var table = new TextTable(header().toArray(String[]::new));
        rows.forEach(row -> table.row(cells(row).toArray(String[]::new)));
        return table.toString();
    }

    private List<String> header() {
        var header = new ArrayList<>(FIXED);
        if (wide) {
            header.addAll(MORE);
        }
        if (explain) {
            header.addAll(wide ? List.of("EVIDENCE") : List.of("ACTIVITY", "EVIDENCE"));
        }
        return header;
    }

    private List<String> cells(SessionRow row) {
        var cells = new ArrayList<>(List.of(
                row.shedName(),
                row.name(),
                row.attached() ? "attached" : "detached",
                ago(row.createdAt()),
                Integer.toString(row.windowCount())));
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

    private String ago(String time) {
        return RelativeTime.of(Instant.parse(time), now);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
