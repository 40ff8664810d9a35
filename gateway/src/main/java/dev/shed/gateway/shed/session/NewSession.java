package dev.shed.gateway.shed.session;

import dev.shed.gateway.name.SessionName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A session that runs a command instead of a shell.
///
/// @param name its name; without one, a free name is chosen
/// @param branch the branch of the git worktree where it starts; without one it starts where all sessions do
/// @param command the program and its arguments, at least one word
public record NewSession(Optional<SessionName> name, Optional<String> branch, List<String> command) {
    private static final int MAX_NAME = 48;

    /// How many sessions of one kind are given names. More than a person has.
    private static final int MOST = 100;

    public NewSession {
        command = List.copyOf(command);
    }

    /// The names that it may have, best first: the given one only, or `claude`, `claude-2` and so on, after the
    /// branch or the program.
    Stream<SessionName> names() {
        if (name.isPresent()) {
            return name.stream();
        }
        var base = nameOf(branch.orElseGet(() -> fileName(command.getFirst())));
        return IntStream.rangeClosed(1, MOST)
                .mapToObj(number -> number == 1 ? base : base + "-" + number)
                .map(SessionName::parse);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String nameOf(String text) {
        var plain = text.replaceAll("[^A-Za-z0-9_-]+", "-").replaceFirst("^[_-]+", "");
        var name = plain.substring(0, Math.min(plain.length(), MAX_NAME)).replaceFirst("-+$", "");
        return name.isEmpty() ? "run" : name;
    }
}
