package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.SessionName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The tmux command line as argument vectors, and its listings as values (tmux(1), sections COMMANDS and
/// FORMATS). Names are only ever arguments of their own, and targets are exact (`=name`): `deb` never finds
/// `debug`.
public final class Tmux {
    /// The sessions of a shed that anybody is told of. More than a person has; a false tmux may list a hundred times
    /// as many, which all have to be kept, sorted and sent.
    public static final int MOST_SESSIONS = 1000;

    private static final String KEPT = "destroy-unattached";

    /// In the status line, for as long as it takes to read; `display-time` is 750 ms, which is not. A key takes it away
    /// and goes to the program. Until then tmux (3.3a) draws nothing new, which is why it is no longer.
    private static final List<String> TELLING =
            List.of(";", "display-message", "-d", "2500", "shed: this session is recorded");

    private Tmux() {}

    /// The terminal of an attaching client.
    ///
    /// @param size its size in cells
    /// @param trueColor whether it said that it shows 24-bit colours (`COLORTERM`); then tmux sends them
    /// @param id what the attach is called, if somebody may come back to it
    /// @param recorded whether it is shown that what it sees is recorded
    public record Client(WindowSize size, boolean trueColor, Optional<AttachLog.Id> id, boolean recorded) {
        public Client(WindowSize size, boolean trueColor) {
            this(size, trueColor, Optional.empty());
        }

        public Client(WindowSize size, boolean trueColor, Optional<AttachLog.Id> id) {
            this(size, trueColor, id, false);
        }

        /// `-u`: the terminal is UTF-8 whatever LANG says. `-T`: what terminfo does not say, for this
        /// client only.
        private Stream<String> options() {
            return trueColor ? Stream.of("-u", "-T", "RGB") : Stream.of("-u");
        }
    }

    /// Attaches to the session, creating it if it is not there.
    public static List<String> attachOrCreate(Client client, SessionName session, String directory) {
        return attaching(client, "new-session", "-A", "-s", session.value(), "-c", directory);
    }

    /// A session that is there.
    public record Target(String text) {
        public static Target of(SessionName session) {
            return new Target(exactly(session));
        }

        /// The one with this number, whatever it is called.
        public static Target of(int session) {
            return new Target("$" + session);
        }
    }

    /// Attaches to a session that is there.
    public static List<String> attach(Client client, Target session) {
        return attaching(client, "attach-session", "-t", session.text());
    }

    /// Attaches to a session that [#create] has made, which from then on goes by the user's `destroy-unattached` again.
    public static List<String> attachCreated(Client client, SessionName session) {
        var target = exactly(session);
        return attaching(client, "attach-session", "-t", target, ";", "set-option", "-u", "-t", target + ":", KEPT);
    }

    /// Attaches to a session that is there, to look only; the size of the window follows others, and its environment
    /// (`-E`) stays that of who works in it.
    public static List<String> watch(Client client, Target session) {
        return attaching(client, "attach-session", "-r", "-E", "-t", session.text());
    }

    /// Attaches without a terminal, until the end of its input, so that clients that only look have no say in sizes
    /// (`-r` is `ignore-size`): where all clients are such ones, tmux goes by their size. This one has none.
    public static List<String> holdSize(Target session) {
        return List.of("tmux", "-u", "-C", "attach-session", "-E", "-f", "read-only,no-output", "-t", session.text());
    }

    /// Succeeds if the session with this number is there.
    public static List<String> has(int session) {
        return List.of("tmux", "has-session", "-t", "$" + session);
    }

    /// Creates a session that must not be there yet, detached, at the size that its first client will have. The
    /// tmux server decides who is first, so two racing clients cannot both succeed.
    public static List<String> create(WindowSize size, SessionName session, String directory) {
        var columns = Integer.toString(size.columns());
        var rows = Integer.toString(size.rows());
        return sequence(
                List.of("new-session", "-d", "-s", session.value(), "-c", directory, "-x", columns, "-y", rows),
                // A tmux.conf that ends sessions without clients would end this one before there is a client.
                List.of("set-option", "-t", exactly(session) + ":", KEPT, "off"));
    }

    /// Creates a session that must not be there yet, detached, that runs a program. Its window stays if that fails,
    /// with
    /// what it has printed.
    ///
    /// @param command the program and its arguments
    public static List<String> run(SessionName session, String directory, List<String> command) {
        // tmux gives a command of one word to a shell, and reads the directory as a format. When a pane dies, it
        // scrolls
        // the first line away; that one is empty.
        var program = Stream.concat(Stream.of("sh", "-c", "echo; exec \"$@\"", "sh"), command.stream());
        var create = Stream.of("new-session", "-d", "-s", session.value(), "-c", directory.replace("#", "##"));
        return sequence(
                Stream.concat(create, program.map(Tmux::quoted)).toList(),
                List.of("set-option", "-t", exactly(session) + ":", KEPT, "off"),
                List.of("set-option", "-w", "-t", exactly(session) + ":", "remain-on-exit", "failed"));
    }

    /// A word as tmux takes it: a semicolon at its end would begin another command of tmux.
    private static String quoted(String word) {
        return word.endsWith(";") ? word.substring(0, word.length() - 1) + "\\;" : word;
    }

    /// Succeeds if the session is there.
    public static List<String> has(SessionName session) {
        return List.of("tmux", "has-session", "-t", exactly(session));
    }

    /// Ends a session.
    public static List<String> kill(SessionName session) {
        return List.of("tmux", "kill-session", "-t", exactly(session));
    }

    /// Gives a session another name, unless that is taken.
    public static List<String> rename(SessionName session, SessionName name) {
        // tmux reads the new name as a format; by its rule it has no `#` in it.
        return List.of("tmux", "-u", "rename-session", "-t", exactly(session), "--", name.value());
    }

    /// Shows the active pane of a session with so many lines of its history; [#parseScreen] reads the answer. One
    /// command list, so what it tells belongs together.
    ///
    /// @param join whether lines that the terminal has wrapped are put together again, with blanks at their end
    public static List<String> look(SessionName session, int history, boolean join) {
        // Described and captured only if it is there: display-message alone would tell of some other session.
        return look(exactly(session), exactly(session) + ":", history, join);
    }

    /// The same for a pane that is known.
    public static List<String> look(Pane pane, int history) {
        return look(pane.id(), pane.id(), history, false);
    }

    /// Shows the text of a pane as [Watch#look] does, with so many lines of its history, and behind it what its
    /// alternate screen hides; [#parseScreen] reads the answer.
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

    /// Reads the output of [#look].
    ///
    /// @throws IllegalArgumentException when it is not of the format asked for
    public static Screen parseScreen(String output) {
        int end = output.indexOf('\n');
        if (end < 0) {
            throw new IllegalArgumentException("no description of a pane");
        }
        return new Screen(Pane.parse(output.substring(0, end)), output.substring(end + 1));
    }

    /// Pastes what comes on stdin into a pane, byte for byte, bracketed if its program has asked for that, and into no
    /// other pane (synchronize-panes). Copy mode is left: in it tmux does not know what the program has asked for.
    ///
    /// @param buffer a name that nobody else uses; the buffer is gone afterwards
    public static List<String> paste(Pane pane, String buffer) {
        return sequence(
                List.of("load-buffer", "-b", buffer, "-"),
                List.of("copy-mode", "-q", "-t", pane.id()),
                answered(pane),
                pasting(pane, buffer, "-p"));
    }

    /// Gives a pane's program what comes on stdin as if it were typed, on the same way as [#paste].
    public static List<String> press(Pane pane, String buffer) {
        return sequence(
                List.of("load-buffer", "-b", buffer, "-"),
                List.of("copy-mode", "-q", "-t", pane.id()),
                answered(pane),
                pasting(pane, buffer));
    }

    /// Who types has heard the bell: this ends no session, but takes back the marks that bells have left in its
    /// windows.
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

    /// One tmux that runs several commands, each only if the one before succeeded.
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

    /// Lists all sessions and who is attached to them, also those of servers on sockets of other names;
    /// [#parseSessions] reads the answer.
    public static List<String> list() {
        return SessionList.argv();
    }

    /// Reads the output of [#list]. Of more than [#MOST_SESSIONS] sessions it gives one more than that.
    ///
    /// @throws IllegalArgumentException when a line is not of the format asked for
    public static List<TmuxSession> parseSessions(String output) {
        return SessionList.parse(output);
    }

    /// Reads the conversations that can be resumed from the output of [#list].
    public static List<Conversation> parseConversations(String output) {
        return Conversation.parse(output.lines().filter(Conversation::has).toList());
    }

    /// Whether tmux failed only because there is no session at all: no server runs, or one that has none left.
    public static boolean saysNoServer(String stderr) {
        return stderr.contains("no server running on ")
                || (stderr.contains("error connecting to ") && stderr.contains("(No such file or directory)"))
                // The last session ended while we asked.
                || stderr.contains("server exited")
                || stderr.contains("no sessions")
                // A server whose last session has ended, of a question that names none.
                || stderr.contains("no current target");
    }

    /// Whether tmux failed because a session that was named is not there.
    public static boolean saysNotFound(String stderr) {
        return stderr.contains("can't find ") || saysNoServer(stderr);
    }

    /// Whether tmux failed because it does not know what it was told: a command, or an option of one.
    public static boolean saysTooOld(String stderr) {
        return stderr.contains("unknown command") || stderr.contains("unknown flag") || stderr.contains("usage: ");
    }

    /// Whether tmux failed because a session of that name is there already.
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
                        Stream.of(command),
                        recording,
                        client.recorded() ? TELLING.stream() : Stream.<String>empty())
                .flatMap(words -> words)
                .toList();
    }

    private static String exactly(SessionName session) {
        return "=" + session.value();
    }
}
