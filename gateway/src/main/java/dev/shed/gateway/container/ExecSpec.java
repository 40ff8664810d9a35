package dev.shed.gateway.container;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process to start in a container, as the shed's user. No part of it becomes shell text.
///
/// @param program the program to run
/// @param environment variables in addition to those that a login sets (HOME, USER, LOGNAME, SHELL, PATH)
/// @param directory the working directory; if empty, the user's home
/// @param terminal the PTY to create; if empty, stdin, stdout and stderr are separate pipes
public record ExecSpec(
        Container container,
        Program program,
        Map<String, String> environment,
        Optional<Directory> directory,
        Optional<Terminal> terminal) {
    /// A working directory.
    ///
    /// @param path a relative path starts at the user's home
    /// @param required whether it is an error if the directory cannot be entered; if false, the user's home
    /// is used instead
    public record Directory(String path, boolean required) {
        public static Directory required(String path) {
            return new Directory(path, true);
        }
    }

    /// The program to run.
    public sealed interface Program {
        /// A program with its arguments, found in PATH.
        ///
        /// @param asking empty, or of a listing the command that is tried first, if the porter can do so:
        /// if its answer is all there is, `words` are not run. They are `sh -c SCRIPT NAME ask …` then
        /// (docs/porter-protocol.md, section 5), and there is no stdin
        record Argv(List<String> words, List<String> asking) implements Program {
            public Argv {
                words = List.copyOf(words);
                asking = List.copyOf(asking);
            }

            /// A program that is run in any case.
            public Argv(List<String> words) {
                this(words, List.of());
            }
        }

        /// The first of several programs that exists, without arguments. Distributions install a program in
        /// different places.
        ///
        /// @param paths absolute, best first
        record FirstOf(List<String> paths) implements Program {
            public FirstOf {
                paths = List.copyOf(paths);
            }
        }

        /// `$SHELL -c line`, with the line unchanged, as sshd runs a command.
        ///
        /// @param line any bytes but NUL
        record ShellCommand(ByteString line) implements Program {
            public ShellCommand(String line) {
                this(ByteString.of(line));
            }
        }

        /// The user's login shell, interactive if it has a terminal.
        record LoginShell() implements Program {}

        /// `$SHELL -c line` in a new window of a tmux session. It runs in the directory of the active pane
        /// unless the spec names one, with the session's environment and not the spec's. The command keeps
        /// running after this process is closed. If the spec has a terminal, the command gets the window as
        /// its terminal, at the window's size.
        ///
        /// @param line any bytes but NUL
        record InSession(SessionName session, ByteString line) implements Program {}
    }

    /// A PTY.
    ///
    /// @param term the client's TERM; if the container's terminfo does not have it, the nearest type that it
    /// has is used
    /// @param modes the terminal modes in the encoding of RFC 4254, section 8; empty for the kernel's
    /// defaults
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
