package dev.shed.cli.file;

import java.nio.file.Path;
import java.util.Map;

/// The directories of the client's files: `~/.shed`, or the value of `SHED_HOME`.
///
/// @param directory the client's own directory
/// @param user the user's home directory, with `.ssh`
public record Home(Path directory, Path user) {
    public static final String VARIABLE = "SHED_HOME";

    /// Reads `SHED_HOME` and `HOME`. Without `HOME`, as on Windows, Java's `user.home` is used.
    public static Home of(Map<String, String> environment) {
        var user = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        var own = environment.getOrDefault(VARIABLE, "");
        return new Home(own.isEmpty() ? user.resolve(".shed") : Path.of(own).toAbsolutePath(), user);
    }

    public Path config() {
        return directory.resolve("config.yaml");
    }

    public Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    /// The cache of sheds by server.
    public Path cache() {
        return directory.resolve("cache");
    }

    /// The lock file for changes that several clients may make at the same time.
    public Path lock() {
        return directory.resolve("lock");
    }

    public Path sshConfig() {
        return user.resolve(".ssh").resolve("config");
    }
}
