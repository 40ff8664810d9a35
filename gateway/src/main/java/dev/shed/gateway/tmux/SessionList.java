package dev.shed.gateway.tmux;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What tmux lists of its sessions and of who is attached to them, in one answer: a line for each, its fields
/// separated by tabs. Tabs and line feeds in what a container can choose are replaced by tmux itself, so nothing can
/// forge a field or a line.
final class SessionList {
    private static final String SESSION = "session";
    private static final String CLIENT = "client";

    static final String SESSIONS = String.join(
            "\t",
            SESSION,
            "#{session_created}",
            safe("session_name"),
            safe("pane_current_command"),
            safe("pane_current_path"),
            safe("pane_title"),
            Activity.WINDOWS,
            "#{W:" + safe("window_name") + "\t}");

    static final String CLIENTS = String.join(
            "\t",
            CLIENT,
            safe("client_session"),
            "#{client_control_mode}",
            "#{client_readonly}",
            safe("client_tty"),
            "#{client_created}",
            "#{client_activity}",
            "#{client_width}",
            "#{client_height}");

    private static final int SESSION_FIELDS = 8;
    private static final int CLIENT_FIELDS = 9;

    private final List<Fields> sessions = new ArrayList<>();
    private final Map<String, List<TmuxClient>> clients = new HashMap<>();

    /// The fields of one line.
    private record Fields(List<String> values) {
        String text(int index) {
            return values.get(index);
        }

        int number(int index) {
            return Integer.parseInt(values.get(index));
        }

        Instant time(int index) {
            return Instant.ofEpochSecond(Long.parseLong(values.get(index)));
        }
    }

    private SessionList() {}

    private static String safe(String variable) {
        return "#{s/[\t\n]/?/:" + variable + "}";
    }

    /// Reads the answer; sessions in its order.
    ///
    /// @throws IllegalArgumentException when a line is not of the formats asked for
    static List<TmuxSession> parse(String output) {
        try {
            var list = new SessionList();
            output.lines().forEach(list::take);
            return list.sessions.stream().map(list::session).toList();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time that tmux tells", e);
        }
    }

    private void take(String line) {
        var fields = List.of(line.split("\t", -1));
        if (fields.getFirst().equals(SESSION) && fields.size() >= SESSION_FIELDS) {
            sessions.add(new Fields(fields));
        } else if (fields.getFirst().equals(CLIENT) && fields.size() == CLIENT_FIELDS) {
            client(new Fields(fields));
        } else {
            throw new IllegalArgumentException("not a line of a listing: " + line);
        }
    }

    private void client(Fields fields) {
        boolean listensOnly = fields.text(2).equals("1");
        if (!listensOnly) {
            var client = new TmuxClient(
                    fields.text(4),
                    fields.text(3).equals("1"),
                    fields.time(5),
                    fields.time(6),
                    fields.number(7),
                    fields.number(8));
            clients.computeIfAbsent(fields.text(1), _ -> new ArrayList<>()).add(client);
        }
    }

    private TmuxSession session(Fields fields) {
        var values = fields.values();
        var title = fields.text(5);
        return new TmuxSession(
                fields.text(2),
                fields.time(1),
                // Each name is followed by a tab, so the last field is always empty.
                values.subList(SESSION_FIELDS - 1, values.size() - 1),
                new TmuxSession.Front(fields.text(3), fields.text(4), title),
                Activity.Signs.parse(fields.text(6), title),
                clients.getOrDefault(fields.text(2), List.of()));
    }
}
