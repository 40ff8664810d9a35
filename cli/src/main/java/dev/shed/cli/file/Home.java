package dev.shed.cli.file;

import java.nio.file.Path;
import java.util.Map;

/// Where the client keeps its files: `~/.shed`, or the directory that `SHED_HOME` names.
///
/// @param directory the client's own directory
/// @param user the person's home directory, where `.ssh` is
public record Home(Path directory, Path user) {
    public static final String VARIABLE = "SHED_HOME";

    /// Reads `SHED_HOME` and `HOME`; where there is no `HOME` (Windows) the directory that Java knows.
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

    /// Which shed was last seen on which server.
    public Path cache() {
        return directory.resolve("cache");
    }

    /// Held while a file is changed that several clients may change at once.
    public Path lock() {
        return directory.resolve("lock");
    }

    public Path sshConfig() {
        return user.resolve(".ssh").resolve("config");
    }
}
