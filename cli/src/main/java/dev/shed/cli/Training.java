package dev.shed.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Goes through what people do most, so that a JDK's AOT cache knows the classes (scripts/install-cli). Runs no ssh
/// that
/// reaches anybody.
final class Training {
    private static final List<String> LINES = List.of(
            "attach one",
            "exec one -- true",
            "exec one true",
            "sessions",
            "sessions --all",
            "sessions --all --json",
            "list",
            "list --all",
            "create three",
            "kill one default",
            "stop one",
            "console one",
            "peek one",
            "send one default text",
            "server list",
            "config",
            "exec unknown -- true",
            "nosuch",
            "--help",
            "attach --help");

    private Training() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        var environment = new HashMap<>(System.getenv());
        environment.put("SHED_HOME", directory.toString());
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var call = new Call(Home.of(environment), environment, new Terminal(true, true, true), nowhere, nowhere);
        // Nobody listens on port 1 of this machine.
        var two = Settings.EMPTY.with(new Server("a", "127.0.0.1", 1)).with(new Server("b", "127.0.0.1", 1));
        call.save(two);
        call.cache().learn("a", List.of("one"), Instant.now());
        var plan = Files.createFile(directory.resolve("plan"));
        for (var line : LINES) {
            var outcome = new Shed(call).outcome(RawText.arguments(line.split(" ")));
            if (!(outcome instanceof Outcome.Done)) {
                new HandOver(Optional.of(plan), environment).run(outcome);
            }
        }
    }
}
