package dev.shed.cli.verb;

import dev.shed.cli.text.Age;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A list that gateways return, and its table in the gateway's format.
///
/// @param verb the gateway's verb
/// @param field the list in its JSON
/// @param columns of the table
/// @param droppable the headings of the columns that may be dropped, in that order
record Listed(List<String> verb, String field, List<Column> columns, List<String> droppable) {
    static final String SHEDS = "sheds";
    private static final String NOTHING = "-";

    /// @param heading of the column
    /// @param cell formats its value in a row
    /// @param rare whether the column is shown only if a row has a value
    record Column(String heading, Cell cell, boolean rare) {
        Column(String heading, Cell cell) {
            this(heading, cell, false);
        }
    }

    /// Formats a value of a row of JSON.
    @FunctionalInterface
    interface Cell {
        /// The text of the cell; ages are relative to the server's clock.
        String of(Map<String, Object> row, Instant now);
    }

    static Listed sheds() {
        var columns = List.of(
                field("SHED", "name"),
                new Column("STATUS", (row, _) -> status(row)),
                age("CREATED", "created_at"),
                field("REPO", "repo"),
                field("SESSIONS", "session_count"));
        return new Listed(List.of("list"), SHEDS, columns, List.of("REPO", "CREATED", "SESSIONS"));
    }

    /// @param wide whether all fields of the JSON are shown
    /// @param explain whether the source of the activity is shown
    static Listed sessions(boolean wide, boolean explain) {
        var columns = new ArrayList<>(List.of(
                field("SHED", "shed_name"),
                field("SESSION", "name"),
                new Column("STATUS", (row, _) -> sessionStatus(row)),
                age("CREATED", "created_at"),
                field("WINDOWS", "window_count"),
                rare("GROUP", "group"),
                rare("SOCKET", "socket")));
        if (wide || explain) {
            columns.add(field("ACTIVITY", "activity"));
        }
        if (wide) {
            columns.add(age("SINCE", "activity_at"));
            columns.add(field("COMMAND", "command"));
            columns.add(field("DIRECTORY", "cwd"));
            columns.add(new Column("CLIENTS", (row, _) -> orDash(joined(row, "clients"))));
            columns.add(new Column("TITLES", (row, _) -> orDash(joined(row, "windows"))));
        }
        if (explain) {
            columns.add(field("EVIDENCE", "evidence"));
        }
        var droppable = Stream.of(
                        "TITLES",
                        "CLIENTS",
                        "DIRECTORY",
                        "WINDOWS",
                        "CREATED",
                        "SINCE",
                        "COMMAND",
                        "GROUP",
                        "STATUS",
                        "ACTIVITY")
                .filter(heading -> explain || !heading.equals("STATUS"))
                .toList();
        return new Listed(
                explain ? List.of("sessions", "--explain") : List.of("sessions"),
                "sessions",
                List.copyOf(columns),
                droppable);
    }

    /// This list without the columns that are empty in these rows.
    Listed of(List<Map<String, Object>> rows) {
        var told = columns.stream()
                .filter(column -> !column.rare()
                        || rows.stream()
                                .anyMatch(row -> !NOTHING.equals(column.cell().of(row, Instant.EPOCH))))
                .toList();
        return new Listed(verb, field, told, droppable);
    }

    List<String> headings() {
        return columns.stream().map(Column::heading).toList();
    }

    List<String> cells(Map<String, Object> row, Instant now) {
        return columns.stream().map(column -> column.cell().of(row, now)).toList();
    }

    private static Column field(String heading, String field) {
        return new Column(heading, (row, _) -> text(row, field));
    }

    private static Column rare(String heading, String field) {
        return new Column(heading, (row, _) -> text(row, field), true);
    }

    private static Column age(String heading, String field) {
        return new Column(heading, (row, now) -> Age.of(text(row, field), now));
    }

    private static String text(Map<?, ?> row, String field) {
        return Optional.ofNullable(row.get(field)).map(String::valueOf).orElse(NOTHING);
    }

    private static boolean isTrue(Map<?, ?> row, String field) {
        return Boolean.TRUE.equals(row.get(field));
    }

    /// The status. A login starts a stopped shed unless it was stopped on purpose, so that is shown.
    private static String status(Map<String, Object> row) {
        var status = text(row, "status");
        if (!status.equals("stopped") || isTrue(row, "stopped_on_purpose")) {
            return status;
        }
        var reason = text(row, "reason");
        if (reason.startsWith("stopped ")) {
            return reason;
        }
        return reason.equals(NOTHING) ? "stopped by itself" : "stopped by itself (" + reason + ")";
    }

    /// `attached` or `detached`, followed by the status if it comes from an agent or from the exit of a
    /// program.
    private static String sessionStatus(Map<String, Object> row) {
        var attached = isTrue(row, "attached") ? "attached" : "detached";
        boolean reported = row.containsKey("agent") || "exit".equals(row.get("source"));
        return reported ? text(row, "status") + ", " + attached : attached;
    }

    private static String joined(Map<String, Object> row, String field) {
        return (row.get(field) instanceof List<?> values ? values.stream() : Stream.of())
                .map(value -> value instanceof Map<?, ?> client ? client(client) : String.valueOf(value))
                .collect(Collectors.joining(", "));
    }

    /// An attached client, in the gateway's format.
    private static String client(Map<?, ?> client) {
        var who = client.get("identity") == null
                ? text(client, "terminal") + " by hand"
                : text(client, "identity") + " from " + text(client, "peer");
        return who
                + (isTrue(client, "read_only") ? " (read-only)" : "")
                + (isTrue(client, "control_mode") ? " (control mode)" : "");
    }

    private static String orDash(String text) {
        return text.isEmpty() ? NOTHING : text;
    }
}
