package dev.shed.cli.main;

import dev.shed.cli.call.Outcome;
import dev.shed.cli.ssh.SshProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/// Carries out the result of a verb. The launcher script (`shed`) passes a file for a line of shell, which it
/// runs after this process has ended, so that no Java virtual machine stays beside ssh. Without a launcher,
/// as on Windows, ssh runs as a child process.
final class HandOver {
    private final Optional<Path> plan;
    private final Map<String, String> environment;

    /// @param plan the launcher's file for the line, if there is one
    /// @param environment receives the variables about a failed attempt
    HandOver(Optional<Path> plan, Map<String, String> environment) {
        this.plan = plan;
        this.environment = environment;
    }

    /// Returns the exit status; empty if the verb must run again.
    Optional<Integer> run(Outcome outcome) throws IOException, InterruptedException {
        if (outcome instanceof Outcome.Done(int status)) {
            return Optional.of(status);
        }
        if (plan.isPresent()) {
            write(plan.get(), outcome.line());
            return Optional.of(0);
        }
        return child(outcome);
    }

    private static void write(Path file, String line) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            out.write(RawText.encode(line));
        }
    }

    private Optional<Integer> child(Outcome outcome) throws IOException, InterruptedException {
        return switch (outcome) {
            case Outcome.Done(int status) -> Optional.of(status);
            case Outcome.Replace(var command) -> Optional.of(SshProcess.passThrough(command));
            case Outcome.Watch(var command, var failures) -> {
                int status = SshProcess.passThrough(command);
                yield failures.contains(status) ? again(Outcome.FAILED, Integer.toString(status)) : Optional.of(status);
            }
            case Outcome.Keep(var command, var log) -> {
                int status = SshProcess.passThrough(command);
                yield status == SshProcess.SSH_FAILED ? again(Outcome.AGAIN, log.toString()) : Optional.of(status);
            }
        };
    }

    private Optional<Integer> again(String variable, String value) {
        environment.put(variable, value);
        return Optional.empty();
    }
}
