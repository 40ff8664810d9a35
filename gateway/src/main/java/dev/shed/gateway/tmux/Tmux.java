package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.agent.ConversationLines;
import dev.shed.gateway.container.ExecSpec.Program.Argv;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.SessionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tmux command line as argument vectors, and its listings as values (tmux(1), sections COMMANDS and
/// FORMATS). Names are only ever arguments of their own, and targets are exact (`=name`): `deb` never finds
/// `debug`.
public final class Tmux {
    /// The most sessions of a shed that are reported: more than anybody has. A false tmux may list a
    /// hundred times as many, which would all have to be kept, sorted and sent.
    public static final int MOST_SESSIONS = 1000;

    private static final String KEPT = "destroy-unattached";

    /// How long a message is in the status line: as long as it takes to read; the default `display-time` of
    /// 750 ms is too short. A key removes it, and goes to the program. Until then tmux (3.3a) draws nothing
    /// new, so it is not longer.
    public static final Duration TO_READ = Duration.ofMillis(2500);

    private static final List<String> TELLING =
            List.of(";", "display-message", "-d", Long.toString(TO_READ.toMillis()), "shed: this session is recorded");

    private Tmux() {}

    /// The terminal of an attaching client.
    ///
    /// @param size its size in cells
    /// @param trueColor whether it announced 24-bit colours (`COLORTERM`); then tmux sends them
    /// @param id the id of the attach, if a client may return to it
    /// @param recorded whether to show that the session is recorded
    /// @param relay the path of the program that is a relay before the shells of new panes
    public record Client(
            WindowSize size, boolean trueColor, Optional<AttachLog.Id> id, boolean recorded, Optional<String> relay) {
        public Client(WindowSize size, boolean trueColor) {
            this(size, trueColor, Optional.empty());
        }

        public Client(WindowSize size, boolean trueColor, Optional<AttachLog.Id> id) {
            this(size, trueColor, id, false, Optional.empty());
        }

        /// `-u`: the terminal is UTF-8, whatever LANG says. `-T`: features of this client's terminal that
        /// terminfo does not list.
        private Stream<String> options() {
            return trueColor ? Stream.of("-u", "-T", "RGB") : Stream.of("-u");
        }
    }

    /// Attaches to the session, and creates it if it does not exist.
    public static List<String> attachOrCreate(Client client, SessionName session, String directory) {
        return attaching(client, "new-session", "-A", "-s", session.value(), "-c", path(directory));
    }

    /// A session that exists.
    public record Target(String text) {
        public static Target of(SessionName session) {
            return new Target(exactly(session));
        }

        /// The session with this number, whatever its name.
        public static Target of(int session) {
            return new Target("$" + session);
        }
    }

    /// Attaches to a session that exists.
    public static List<String> attach(Client client, Target session) {
        return attaching(client, "attach-session", "-t", session.text());
    }

    /// Attaches to a session that [#create] has created. From then on the user's `destroy-unattached`
    /// applies to it again.
    public static List<String> attachCreated(Client client, SessionName session) {
        var target = exactly(session);
        return attaching(client, "attach-session", "-t", target, ";", "set-option", "-u", "-t", target + ":", KEPT);
    }

    /// Attaches read-only to a session that exists. The size of the window follows other clients, and the
    /// session's environment does not change (`-E`).
    public static List<String> watch(Client client, Target session) {
        return attaching(client, "attach-session", "-r", "-E", "-t", session.text());
    }

    /// Attaches without a terminal, until the end of its input, so that read-only clients do not change
    /// sizes. They have `ignore-size`, but if all clients have it, tmux uses their sizes. This client has
    /// no size.
    public static List<String> holdSize(Target session) {
        return List.of("tmux", "-u", "-C", "attach-session", "-E", "-f", "read-only,no-output", "-t", session.text());
    }

    /// Succeeds if the session with this number exists.
    public static List<String> has(int session) {
        return List.of("tmux", "has-session", "-t", "$" + session);
    }

    /// Creates a session that must not exist yet, detached, with the size that its first client will have.
    /// The tmux server decides which client is first, so two racing clients cannot both succeed.
    ///
    /// @param relay the path of the program that is a relay before the shells of new panes
    public static List<String> create(WindowSize size, SessionName session, String directory, Optional<String> relay) {
        var columns = Integer.toString(size.columns());
        var rows = Integer.toString(size.rows());
        var create =
                Stream.of("new-session", "-d", "-s", session.value(), "-c", path(directory), "-x", columns, "-y", rows);
        return sequence(
                Stream.concat(shellRelay(relay), create).toList(),
                // With a tmux.conf that ends sessions without clients, this one would end before it has a client.
                List.of("set-option", "-t", exactly(session) + ":", KEPT, "off"));
    }

    /// Starts a server if none runs. The arguments of the client that starts it are those of the server for as long as
    /// it lives, and every user of the container can read them. With `exit-empty on` the server ends at once.
    public static List<String> startServer() {
        return List.of("tmux", "-u", "start-server");
    }

    /// Creates a session that must not be there yet, detached, that runs a program. Its window stays if
    /// that fails, with what it has printed.
    public static List<String> run(SessionName session, String directory, SessionProgram program) {
        var target = exactly(session) + ":";
        var create = started(program, "new-session", "-d", "-s", session.value(), "-c", path(directory));
        return sequence(create, List.of("set-option", "-t", target, KEPT, "off"), SessionProgram.stays(target));
    }

    /// Runs a program in a further window of a session to which nobody is attached. The window stays if that fails.
    public static List<String> window(SessionName session, String directory, SessionProgram program) {
        var target = exactly(session) + ":";
        var create = started(program, "new-window", "-t", target, "-c", path(directory));
        return sequence(create, SessionProgram.stays(target), List.of("select-window", "-t", target + "^"));
    }

    private static List<String> started(SessionProgram program, String... command) {
        return Stream.of(
                        Stream.of(command),
                        program.windowName(),
                        program.words().stream().map(Tmux::quoted))
                .flatMap(words -> words)
                .toList();
    }

    /// A directory as tmux takes it, which reads it as a format.
    private static String path(String directory) {
        return quoted(directory.replace("#", "##"));
    }

    /// A word as tmux takes it: a semicolon at its end would begin another command of tmux.
    static String quoted(String word) {
        return word.endsWith(";") ? word.substring(0, word.length() - 1) + "\\;" : word;
    }

    /// Succeeds if the session exists.
    public static List<String> has(SessionName session) {
        return List.of("tmux", "has-session", "-t", exactly(session));
    }

    /// Makes tmux ask for all programs that have ended: it can miss that one has ended.
    public static List<String> askForEnded() {
        return List.of("sh", "-c", "kill -CHLD \"$(tmux -u display-message -p '#{pid}')\"", "shed-ended");
    }

    /// Lists the clients at terminals and the session that each one shows. [#parseShown] reads the answer.
    public static List<String> shown() {
        return List.of("tmux", "-u", "list-clients", "-F", "#{client_name}\t#{session_name}");
    }

    /// Reads the output of [#shown]: the session of each client.
    public static Map<String, String> parseShown(String output) {
        return output.lines()
                .limit(MOST_SESSIONS)
                .map(line -> line.split("\t", 2))
                .filter(fields -> fields.length == 2)
                .collect(Collectors.toMap(fields -> fields[0], fields -> fields[1], (one, _) -> one));
    }

    /// Shows a line of text in the status line of one client, as it is: tmux would read it as a format and as a time.
    /// A key removes it, and goes to the program.
    public static List<String> tell(String client, String text) {
        var literal = quoted(text.replace("#", "##").replace("%", "%%"));
        return List.of("tmux", "-u", "display-message", "-c", client, "-d", Long.toString(TO_READ.toMillis()), literal);
    }

    /// Ends a session.
    public static List<String> kill(SessionName session) {
        return List.of("tmux", "kill-session", "-t", exactly(session));
    }

    /// Renames a session, unless the new name is in use.
    public static List<String> rename(SessionName session, SessionName name) {
        // tmux reads the new name as a format. A SessionName contains no `#`.
        return List.of("tmux", "-u", "rename-session", "-t", exactly(session), "--", name.value());
    }

    /// Prints the active pane of a session with some lines of its history. [#parseScreen] reads the answer.
    /// It is one list of commands, so description and text belong together.
    ///
    /// @param join whether lines that the terminal has wrapped are joined; they then keep blanks at their end
    public static List<String> look(SessionName session, int history, boolean join) {
        // has-session comes first: if the session does not exist, display-message would describe another one.
        return look(exactly(session), exactly(session) + ":", history, join);
    }

    /// Prints a pane with some lines of its history. [#parseScreen] reads the answer.
    public static List<String> look(Pane pane, int history) {
        return look(pane.id(), pane.id(), history, false);
    }

    /// Prints the text of a pane as [Watch#look] does, with some lines of its history, and then the primary
    /// screen that its alternate screen hides. [#parseScreen] reads the answer.
    public static List<String> text(Pane pane, int history) {
        var id = pane.id();
        return sequence(
                List.of("has-session", "-t", id),
                List.of("display-message", "-p", "-t", id, Pane.FORMAT),
                List.of("capture-pane", "-pJ", "-S", Integer.toString(-history), "-t", id),
                List.of("capture-pane", "-pJaq", "-t", id));
    }

    private static List<String> look(String session, String pane, int history, boolean join) {
        var tell = List.of("display-message", "-p", "-t", pane, Pane.FORMAT);
        var capture = List.of("capture-pane", join ? "-peJ" : "-pe", "-S", Integer.toString(-history), "-t", pane);
        return sequence(List.of("has-session", "-t", session), tell, capture);
    }

    /// Reads the output of [#look] and [#text].
    ///
    /// @throws IllegalArgumentException if it is not of that format
    public static Screen parseScreen(String output) {
        int end = output.indexOf('\n');
        if (end < 0) {
            throw new IllegalArgumentException("no description of a pane");
        }
        return new Screen(Pane.parse(output.substring(0, end)), output.substring(end + 1));
    }

    /// Pastes stdin into a pane, byte for byte, and into no other pane (synchronize-panes). The paste is
    /// bracketed if the program has asked for that. Copy mode is ended first: in it tmux does not know what
    /// the program has asked for.
    ///
    /// @param buffer a name that nothing else uses; the buffer is deleted afterwards
    public static List<String> paste(Pane pane, String buffer) {
        return sequence(
                List.of("load-buffer", "-b", buffer, "-"),
                List.of("copy-mode", "-q", "-t", pane.id()),
                answered(pane),
                pasting(pane, buffer, "-p"));
    }

    /// Sends stdin to the program of a pane as if it were typed, otherwise like [#paste].
    public static List<String> press(Pane pane, String buffer) {
        return sequence(
                List.of("load-buffer", "-b", buffer, "-"),
                List.of("copy-mode", "-q", "-t", pane.id()),
                answered(pane),
                pasting(pane, buffer));
    }

    /// Clears the bell flags of the session's windows, because a user who types has noticed them. With
    /// `-C`, kill-session ends no session.
    private static List<String> answered(Pane pane) {
        return List.of("kill-session", "-C", "-t", pane.id());
    }

    /// Removes a buffer that could not be pasted.
    public static List<String> forget(String buffer) {
        return List.of("tmux", "delete-buffer", "-b", buffer);
    }

    private static List<String> pasting(Pane pane, String buffer, String... options) {
        return Stream.concat(Stream.of("paste-buffer", "-r", "-d", "-b", buffer, "-t", pane.id()), Stream.of(options))
                .toList();
    }

    /// One tmux that runs several commands, each only if the previous one succeeded.
    @SafeVarargs
    private static List<String> sequence(List<String>... commands) {
        var words = new ArrayList<>(List.of("tmux", "-u"));
        for (var command : commands) {
            if (words.size() > 2) {
                words.add(";");
            }
            words.addAll(command);
        }
        return List.copyOf(words);
    }

    /// Lists all sessions with their clients and panes, also those of servers on sockets with other names.
    /// [#parseSessions] reads the answer.
    public static Argv list() {
        return SessionList.argv();
    }

    /// Reads the output of [#list]. If there are more than [#MOST_SESSIONS] sessions, it returns one more
    /// than that.
    ///
    /// @throws IllegalArgumentException if a line is not of these formats
    public static List<TmuxSession> parseSessions(String output) {
        return SessionList.parse(output);
    }

    /// Whether the output of [#list] has what the agents in the sessions do: the shed was not too slow for that.
    public static boolean tellsAgents(String output) {
        return !SessionList.isSlow(output);
    }

    /// Reads the conversations that can be resumed from the output of [#list].
    public static List<Conversation> parseConversations(String output) {
        return ConversationLines.parse(
                output.lines().filter(ConversationLines::has).toList());
    }

    /// Asks whether the program in the active pane of a session has ended. [#parseProgramEnd] reads the answer.
    public static List<String> programEnd(SessionName session) {
        return List.of(
                "tmux",
                "-u",
                "display-message",
                "-p",
                "-t",
                exactly(session) + ":",
                "#{pane_dead} #{pane_dead_status}");
    }

    /// How the program of [#programEnd] has ended: `with status 3`, or empty if it runs.
    public static Optional<String> parseProgramEnd(String output) {
        var fields = output.strip().split(" ", 2);
        if (!fields[0].equals("1")) {
            return Optional.empty();
        }
        boolean known = fields.length > 1 && fields[1].matches("[0-9]{1,3}");
        return Optional.of(known ? "with status " + fields[1] : "by a signal");
    }

    /// Whether tmux failed only because there is no session: no server runs, or it has no sessions left.
    public static boolean saysNoServer(String stderr) {
        return stderr.contains("no server running on ")
                || (stderr.contains("error connecting to ") && stderr.contains("(No such file or directory)"))
                // The last session ended meanwhile.
                || stderr.contains("server exited")
                || stderr.contains("no sessions")
                // The last session of the server has ended, and the command names no session.
                || stderr.contains("no current target");
    }

    /// Whether tmux failed because the words of a command take more than one message to its server.
    public static boolean saysTooLong(String stderr) {
        return stderr.contains("command too long");
    }

    /// Whether tmux failed because a session, window or pane does not exist.
    public static boolean saysNotFound(String stderr) {
        return stderr.contains("can't find ") || saysNoServer(stderr);
    }

    /// Whether tmux failed because it does not know a command or one of its options.
    public static boolean saysTooOld(String stderr) {
        return stderr.contains("unknown command") || stderr.contains("unknown flag") || stderr.contains("usage: ");
    }

    /// Whether tmux failed because a session of that name exists already.
    public static boolean saysDuplicate(String stderr) {
        return stderr.contains("duplicate session: ");
    }

    private static List<String> attaching(Client client, String... command) {
        var recording =
                client.id().stream().flatMap(id -> Stream.concat(Stream.of(";"), AttachLog.recording(id).stream()));
        return Stream.of(
                        Stream.of("tmux"),
                        client.options(),
                        ResizeHooks.setting().stream(),
                        shellRelay(client.relay()),
                        Stream.of(command),
                        recording,
                        client.recorded() ? TELLING.stream() : Stream.<String>empty())
                .flatMap(words -> words)
                .toList();
    }

    private static Stream<String> shellRelay(Optional<String> program) {
        return program.stream().flatMap(path -> ShellRelay.setting(path).stream());
    }

    private static String exactly(SessionName session) {
        return "=" + session.value();
    }
}
