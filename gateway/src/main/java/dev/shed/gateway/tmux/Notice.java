package dev.shed.gateway.tmux;

import dev.shed.gateway.tmux.Activity.Signs;
import java.util.Optional;

/// A line of the output of [Watch]. Sessions are named by tmux's number, which a server never uses twice.
public sealed interface Notice {
    /// The beginning of a snapshot.
    ///
    /// @param identity of the server; different servers have different ones
    record Server(String identity) implements Notice {}

    /// A session that existed when the watch began.
    record There(int session, String name) implements Notice {}

    /// A client that was attached when the watch began.
    record Looking(String client, int session) implements Notice {}

    /// The end of the snapshot.
    record Begun() implements Notice {}

    record Created(int session, String name) implements Notice {}

    record Closed(int session) implements Notice {}

    record Renamed(int session, String name) implements Notice {}

    /// A client attached, or switched to this session.
    record Attached(String client, int session) implements Notice {}

    record Detached(String client) implements Notice {}

    record Bell(int session) implements Notice {}

    /// The bells, output and title of a session, which have changed.
    record Shows(int session, Signs signs) implements Notice {}

    /// Notices may be missing; the watch has to begin anew.
    record Lost() implements Notice {}

    /// The most characters of a name or title that are kept. [Watch] has tmux cut them to as many columns,
    /// but another program may have taken its place.
    int MAX_NAME = 256;

    /// Reads a line; empty if it is none of the lines of a watch.
    static Optional<Notice> parse(String line) {
        try {
            return line.isEmpty() ? Optional.empty() : Optional.of(read(line.charAt(0), line.substring(1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private static Notice read(char kind, String rest) {
        return switch (kind) {
            case 'p' -> new Server(cut(rest.strip()));
            case 'e' -> new Begun();
            case 'l' -> new Lost();
            case 'd' -> new Detached(atTerminal(rest.strip()));
            case 's' -> new There(number(rest), cut(tail(rest)));
            case 'c' -> new Created(number(rest), cut(tail(rest)));
            case 'r' -> new Renamed(number(rest), cut(tail(rest)));
            case 'x' -> new Closed(number(rest));
            case 'b' -> new Bell(number(rest));
            case 'k' -> new Looking(atTerminal(tail(rest)), number(rest));
            case 'a' -> new Attached(atTerminal(tail(rest)), number(rest));
            case 'w' -> shows(rest);
            default -> throw new IllegalArgumentException("unknown kind " + kind);
        };
    }

    /// Refuses a client without a terminal, which tmux names by its process: it shows nobody anything.
    private static String atTerminal(String client) {
        if (client.startsWith("client-")) {
            throw new IllegalArgumentException("a client without a terminal");
        }
        return cut(client);
    }

    private static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }

    private static Notice shows(String rest) {
        int end = rest.indexOf('|');
        return new Shows(number(rest), Signs.parse(tail(rest.substring(0, end)), cut(rest.substring(end + 1))));
    }

    /// ` $7 rest`: the 7.
    private static int number(String text) {
        if (!text.startsWith(" $")) {
            throw new IllegalArgumentException("no session: " + text);
        }
        int end = text.indexOf(' ', 2);
        return Integer.parseUnsignedInt(text, 2, end < 0 ? text.length() : end, 10);
    }

    /// ` $7 rest`: the rest.
    private static String tail(String text) {
        return text.substring(text.indexOf(' ', 2) + 1);
    }
}
