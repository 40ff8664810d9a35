package dev.shed.gateway.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// OpenSSH's own programs, in a directory with the keys of a test.
record OpenSsh(Path directory) {
    /// How a program ended.
    record Result(int status, String output) {}

    void keygen(String... arguments) throws IOException, InterruptedException {
        var result = finish(start("ssh-keygen", List.of(arguments)));
        if (result.status != 0) {
            throw new IOException(result.output);
        }
    }

    /// A login with the key of that name, and its certificate if there is one beside it.
    Process ssh(String key, int port, String userName, String command, String... options) throws IOException {
        var arguments = new ArrayList<>(List.of("-F", "none", "-n", "-p", Integer.toString(port), "-i", key));
        for (var option : List.of("BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none")) {
            arguments.addAll(List.of("-o", option));
        }
        for (var option : options) {
            arguments.addAll(List.of("-o", option));
        }
        arguments.addAll(List.of(userName + "@127.0.0.1", command));
        return start("ssh", arguments);
    }

    static Result finish(Process process) throws IOException, InterruptedException {
        try (var out = process.getInputStream()) {
            var output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end; so far: " + output);
            }
            return new Result(process.exitValue(), output);
        } finally {
            process.destroy();
        }
    }

    /// What stands in a file from now on; nobody reads a half of it.
    void put(String file, String text) throws IOException {
        var next = Files.writeString(directory.resolve(".next"), text);
        Files.move(next, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    private Process start(String program, List<String> arguments) throws IOException {
        var argv = new ArrayList<>(List.of(program));
        argv.addAll(arguments);
        return new ProcessBuilder(argv)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
