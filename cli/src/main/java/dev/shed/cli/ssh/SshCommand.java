package dev.shed.cli.ssh;

import dev.shed.cli.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A program to run: ssh, or an editor that uses it.
///
/// @param words the program and its arguments
/// @param environment variables to set for it
public record SshCommand(List<String> words, Map<String, String> environment) {
    public SshCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    public SshCommand(List<String> words) {
        this(words, Map.of());
    }

    /// Its variables as assignments in shell.
    public String exports() {
        var exports = new StringBuilder();
        new TreeMap<>(environment)
                .forEach((name, value) -> exports.append("export ")
                        .append(name)
                        .append('=')
                        .append(Quoted.word(value))
                        .append("; "));
        return exports.toString();
    }
}
