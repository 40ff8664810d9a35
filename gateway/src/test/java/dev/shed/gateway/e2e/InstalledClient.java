package dev.shed.gateway.e2e;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import com.github.difflib.DiffUtils;
import dev.shed.cli.main.Shed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import picocli.CommandLine;

/// The client as scripts/install-cli installs it, once for all tests of this virtual machine.
final class InstalledClient {
    private static final Path PREFIX = install();

    private InstalledClient() {}

    /// The directory that holds `bin/shed`.
    static Path prefix() {
        return PREFIX;
    }

    private static Path install() {
        try {
            var directory = Files.createTempDirectory("shed-client");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
            var prefix = directory.resolve("prefix");
            var jar = gather(Files.createDirectories(directory.resolve("jar")));
            var script = project().resolve("scripts").resolve("install-cli").toString();
            var java = System.getProperty("java.home");
            Run.run(List.of(script, "--prefix", prefix.toString(), "--java", java, "--jar", jar.toString()))
                    .orFail();
            return prefix;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Path project() {
        return Path.of(System.getProperty("shed.project", "..")).toAbsolutePath();
    }

    /// The client's jar, with its libraries beside it, from where this test has its classes.
    private static Path gather(Path directory) throws IOException {
        var libraries = Files.createDirectory(directory.resolve("lib"));
        for (var type : List.of(CommandLine.class, DiffUtils.class, JSON.class, JsonFactory.class)) {
            var library = source(type);
            Files.copy(library, libraries.resolve(library.getFileName()));
        }
        var client = source(Shed.class);
        var jar = directory.resolve("shed-cli.jar");
        return Files.isDirectory(client) ? pack(client, jar) : Files.copy(client, jar);
    }

    private static Path source(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    private static void remove(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
