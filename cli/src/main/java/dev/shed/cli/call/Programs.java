package dev.shed.cli.call;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds programs on the PATH.
public final class Programs {
    private static final List<String> WINDOWS = List.of(".exe", ".cmd", ".bat");

    private final List<Path> directories;

    public Programs(Call call) {
        var path = call.variable("PATH").orElse("");
        this.directories = Stream.of(path.split(Pattern.quote(File.pathSeparator), -1))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .toList();
    }

    /// The first of these programs that exists.
    public Optional<Path> find(List<String> names) {
        return names.stream().flatMap(name -> find(name).stream()).findFirst();
    }

    private Optional<Path> find(String name) {
        var names = Call.isWindows() ? WINDOWS.stream().map(name::concat).toList() : List.of(name);
        return directories.stream()
                .flatMap(directory -> names.stream().map(directory::resolve))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
