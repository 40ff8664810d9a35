package dev.shed.gateway.container;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process to start in a container, as the shed's user. Nothing in it becomes part of shell text.
///
/// @param program what to run
/// @param environment variables beside those that a login sets anyway (HOME, USER, LOGNAME, SHELL, PATH)
/// @param directory where to start; the user's home when empty
/// @param terminal a PTY of this kind and size, or none: then stdin, stdout and stderr are pipes of their own
public record ExecSpec(
        Container container,
        Program program,
        Map<String, String> environment,
        Optional<Directory> directory,
        Optional<Terminal> terminal) {
    /// Where to start.
    ///
    /// @param path a relative one starts at the user's home
    /// @param required whether it is an error when it cannot be entered; else the user's home does
    public record Directory(String path, boolean required) {
        public static Directory required(String path) {
            return new Directory(path, true);
        }
    }

    /// What to run.
    public sealed interface Program {
        /// A program with its arguments, found in PATH.
        record Argv(List<String> words) implements Program {
            public Argv {
                words = List.copyOf(words);
            }
        }

        /// The first of several programs that is there, without arguments: distributions differ in where they
        /// put it.
        ///
        /// @param paths absolute, best first
        record FirstOf(List<String> paths) implements Program {
            public FirstOf {
                paths = List.copyOf(paths);
            }
        }

        /// `$SHELL -c line`, the line exactly as given, as sshd runs a command.
        ///
        /// @param line any bytes but NUL
        record ShellCommand(ByteString line) implements Program {
            public ShellCommand(String line) {
                this(ByteString.of(line));
            }
        }

        /// The user's login shell, interactive when it has a terminal.
        record LoginShell() implements Program {}

        /// `$SHELL -c line` in a new window of a tmux session, in the directory of its active pane unless the
        /// spec names one, with the session's own environment and not the spec's. The command keeps running
        /// after this process is closed. With a terminal in the spec it has the window for one, at the
        /// window's size.
        ///
        /// @param line any bytes but NUL
        record InSession(SessionName session, ByteString line) implements Program {}
    }

    /// A PTY.
    ///
    /// @param term the client's TERM; where the container does not know it, the nearest one that it does know
    /// is used
    /// @param modes the terminal's modes as RFC 4254 section 8 encodes them; empty for the kernel's own
    public record Terminal(String term, WindowSize size, ByteString modes) {
        public Terminal(String term, WindowSize size) {
            this(term, size, ByteString.EMPTY);
        }

        public Terminal withSize(WindowSize other) {
            return new Terminal(term, other, modes);
        }
    }

    public ExecSpec {
        environment = Map.copyOf(environment);
    }
}
