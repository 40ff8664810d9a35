package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.AgentPane;
import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.agent.ConversationLines;
import dev.shed.gateway.container.ExecSpec.Program.Argv;
import dev.shed.gateway.stream.Pace;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A listing of the sessions, clients and panes of a shed, in one answer. Each line is about one of them,
/// and its fields are separated by tabs. tmux replaces tabs and line breaks in text that a program in the
/// container can choose, so such text cannot forge a field or a line. Before the lines of a server on
/// another socket there is a line with the name of that socket. The first server is that of the usual
/// socket.
final class SessionList {
    private static final String SESSION = "session";
    private static final String SESSION_LINE = SESSION + "\t";
    private static final String CLIENT = "client";
    private static final String SOCKET = "socket";

    /// What the agents do could not be found out: that took too long, or was ended before.
    private static final String SLOW = "slow";

    /// Lists the usual server first, whose status is that of the answer, then the servers on sockets of other
    /// names in the same directory (`tmux -L`), which add nothing if they do not answer.
    ///
    /// A client of tmux passes its own output to its server, and a server that hangs never closes it. So
    /// the output is a pipe to sort(1), which prints its input as a whole or not at all, and keeps its
    /// order. Half a second is less than the time that a listing of several sheds waits for one of them.
    ///
    /// Last come the conversations of sessions that have ended ([ConversationLines]).
    ///
    /// A porter asks tmux by itself, and starts this shell only where there may be more to list. Then `$1` is
    /// the status of tmux, whose answer is on stdin; otherwise it is `ask`.
    ///
    /// `$2` to `$4` are the formats of sessions, clients and panes. The following words are the arguments
    /// of the shell that looks at the processes in the panes ([AgentPanes]). It is started only if a hook
    /// has written a record, or if a pane may have an agent: if its command may be one, or if it has a shell
    /// that is not at its prompt. Starting a program takes more time than everything else here, so this shell
    /// does what it can by itself. It reads as little as possible, because `read` has a system call for each
    /// byte: a shell without children, which the kernel tells in an empty file, is at its prompt; and the user
    /// matters only if there is another socket.
    private static final String SCRIPT = """
            ulimit -S -v 262144 2>/dev/null
            at_prompt() {
                IFS= read -r name <"/proc/$1/comm" && is_shell "$name" || return
                children=unknown
                IFS= read -r children <"/proc/$1/task/$1/children"
                [ -n "$children" ] || return 0
                IFS=' '
                ! runs "$1"
            }
            has_records() {
                for file in "$hooks"/*.json; do
                    [ ! -f "$file" ] || return 0
                    break
                done
                return 1
            }
            has_agents() {
                left=512
                IFS='\n'
                for line in $listed; do
                    case $line in 'pane\t'*) ;; *) return 1 ;; esac
                    left=$((left - 1))
                    [ "$left" -ge 0 ] || return 0
                    line=${line#*'\t'} pane=${line%%'\t'*} line=${line#*'\t'}
                    case $line in
                    'other\t'*) ;;
                    'sh\t'*) at_prompt "$pane" || return 0 ;;
                    *) return 0 ;;
                    esac
                done
                return 1
            }
            occupied() {
                has_records && return
                set -f
                has_agents
                found=$?
                set +f
                unset IFS
                return "$found"
            }
            look_at_agents() {
                timeout 5 sh "$@" 2>/dev/null
                case $? in 0 | 1 | 126 | 127) ;; *) echo slow ;; esac
            }
            user() {
                while read -r key _ uid _ && [ "$key" != Uid: ]; do :; done </proc/self/status
            }
            asked=$1
            shift
            case $asked in
            ask)
                listed=$(tmux -u list-panes -a -F "$3" ';' list-sessions -F "$1" ';' list-clients -F "$2")
                status=$?
                ;;
            *) listed=$(cat) status=$asked ;;
            esac
            [ "$status" -lt 126 ] || exit "$status"
            [ -z "$listed" ] || printf '%s\\n' "$listed"
            left=16 uid=
            for socket in "${TMUX_TMPDIR:-/tmp}"/tmux-*/*; do
                name=${socket##*/}
                case $name in default | *[[:cntrl:]]*) continue ;; esac
                [ -S "$socket" ] || continue
                [ -n "$uid" ] || user
                [ "$socket" = "${TMUX_TMPDIR:-/tmp}/tmux-$uid/$name" ] || continue
                left=$((left - 1))
                [ "$left" -ge 0 ] || break
                printf 'socket\\t%s\\n' "$name"
                timeout 0.5 tmux -u -S "$socket" list-sessions -F "$1" ';' list-clients -F "$2" </dev/null 2>/dev/null |
                    timeout 0.5 sort -s -k 1,1
                [ $? -eq 0 ] || break
            done
            shift 3
            if occupied 2>/dev/null; then
                printf '%s\\n' "$listed" | look_at_agents "$@" | head -c 524288
            fi
            """;

    private static final String PROGRAM =
            AgentPanes.HOOKS + AgentPanes.PROCESSES + SCRIPT + ConversationLines.LIST + "exit \"$status\"\n";

    static final String SESSIONS = String.join(
            "\t",
            SESSION,
            "#{session_created}",
            safe("session_name"),
            safe("pane_current_command"),
            safe("pane_current_path"),
            safe("pane_title"),
            Activity.WINDOWS,
            safe("session_group"),
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

    /// What the script asks of the usual server.
    private static final List<String> ASKING = List.of(
            "tmux",
            "-u",
            "list-panes",
            "-a",
            "-F",
            AgentPanes.FORMAT,
            ";",
            "list-sessions",
            "-F",
            SESSIONS,
            ";",
            "list-clients",
            "-F",
            CLIENTS);

    private static final int SESSION_FIELDS = 9;
    private static final int CLIENT_FIELDS = 9;

    /// The most lines about panes that are read. Of the panes in later lines only the command of the active
    /// one is known.
    private static final int MAX_PANE_LINES = 4096;

    private final List<Fields> sessions = new ArrayList<>();
    private final Map<SessionKey, List<TmuxClient>> clients = new HashMap<>();
    private final List<String> paneLines = new ArrayList<>();
    private final Pace pace = new Pace();
    private String socket = "";

    /// Whether what the agents do is not known.
    private boolean slow;

    /// A session of a server.
    private record SessionKey(String socket, String session) {}

    /// The fields of one line.
    private record Fields(String socket, List<String> values) {
        String text(int index) {
            return values.get(index);
        }

        int number(int index) {
            return Integer.parseInt(values.get(index));
        }

        boolean isTrue(int index) {
            return values.get(index).equals("1");
        }

        Instant time(int index) {
            return Instant.ofEpochSecond(Long.parseLong(values.get(index)));
        }
    }

    private SessionList() {}

    /// The command that prints the listing.
    static Argv argv() {
        var words = new ArrayList<>(
                List.of("sh", "-c", PROGRAM, "shed-sessions", "ask", SESSIONS, CLIENTS, AgentPanes.FORMAT));
        words.addAll(AgentPanes.script());
        return new Argv(words, ASKING);
    }

    private static String safe(String variable) {
        return "#{s/[\t\r\n]/?/:" + variable + "}";
    }

    /// Reads the answer. The sessions are in its order.
    ///
    /// @throws IllegalArgumentException if a line is not of these formats
    static List<TmuxSession> parse(String output) {
        try {
            var list = new SessionList();
            output.lines().forEach(list::take);
            var panes = AgentPanes.parse(list.paneLines).stream()
                    .map(pane -> list.slow ? pane.untold() : pane)
                    .collect(Collectors.groupingBy(AgentPane::name));
            return list.sessions.stream()
                    .flatMap(fields -> list.readable(fields, panes))
                    .toList();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time that tmux tells", e);
        }
    }

    /// Whether the shed was too slow to find out what its agents do. It has listed its sessions.
    static boolean isSlow(String output) {
        return output.lines().anyMatch(SLOW::equals);
    }

    private void take(String line) {
        pace.step();
        if (line.equals(SLOW)) {
            slow = true;
            return;
        }
        if (ConversationLines.has(line)) {
            return;
        }
        if (AgentPanes.has(line)) {
            if (paneLines.size() < MAX_PANE_LINES) {
                paneLines.add(line);
            }
            return;
        }
        if (isOver() && line.startsWith(SESSION_LINE)) {
            return;
        }
        try {
            read(line);
        } catch (IllegalArgumentException | DateTimeException e) {
            if (socket.isEmpty()) {
                throw e;
            }
        }
    }

    private void read(String line) {
        var fields = List.of(line.split("\t", -1));
        if (fields.getFirst().equals(SESSION) && fields.size() >= SESSION_FIELDS) {
            sessions.add(new Fields(socket, fields));
        } else if (fields.getFirst().equals(CLIENT) && fields.size() == CLIENT_FIELDS) {
            client(new Fields(socket, fields));
        } else if (fields.getFirst().equals(SOCKET) && fields.size() == 2) {
            socket = fields.getLast();
        } else {
            throw new IllegalArgumentException("not a line of a listing: " + line);
        }
    }

    /// Whether there is one session more than are reported, which shows that there are more.
    private boolean isOver() {
        return sessions.size() > Tmux.MOST_SESSIONS;
    }

    private void client(Fields fields) {
        boolean controlMode = fields.isTrue(2);
        boolean listensOnly = controlMode && fields.text(4).isEmpty();
        if (listensOnly) {
            return;
        }
        // A client in control mode has no height before it has sent one.
        int rows = controlMode && fields.text(8).isEmpty() ? 0 : fields.number(8);
        var client = new TmuxClient(
                fields.text(4), fields.isTrue(3), controlMode, fields.time(5), fields.time(6), fields.number(7), rows);
        clients.computeIfAbsent(new SessionKey(fields.socket(), fields.text(1)), _ -> new ArrayList<>())
                .add(client);
    }

    /// Leaves out a session of another server that cannot be read. What such a server says must not spoil
    /// the listing of the usual one.
    private Stream<TmuxSession> readable(Fields fields, Map<String, List<AgentPane>> panes) {
        try {
            return Stream.of(session(fields, panes));
        } catch (IllegalArgumentException | DateTimeException e) {
            if (fields.socket().isEmpty()) {
                throw e;
            }
            return Stream.empty();
        }
    }

    private TmuxSession session(Fields fields, Map<String, List<AgentPane>> panes) {
        var values = fields.values();
        var title = fields.text(5);
        return new TmuxSession(
                fields.text(2),
                fields.time(1),
                // Each name is followed by a tab, so the last field is always empty.
                values.subList(SESSION_FIELDS - 1, values.size() - 1),
                new TmuxSession.Front(fields.text(3), fields.text(4), title),
                Activity.Signs.parse(fields.text(6), title),
                clients.getOrDefault(new SessionKey(fields.socket(), fields.text(2)), List.of()),
                fields.text(7),
                fields.socket(),
                panes(fields, panes));
    }

    /// The panes of a session. Of a session of another server, and of one whose panes were not read, only the
    /// command of the active pane is known.
    private List<AgentPane> panes(Fields fields, Map<String, List<AgentPane>> panes) {
        boolean usual = fields.socket().isEmpty();
        var known = usual ? panes.get(fields.text(2)) : null;
        if (known != null) {
            return known;
        }
        var active = AgentPane.of(fields.text(2), fields.text(3), fields.text(5));
        return List.of(usual && slow ? active.untold() : active);
    }
}
