package dev.shed.cli.main;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Terminal;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.ssh.LinkLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Runs the most frequent commands once, to record their classes in a JDK AOT cache (scripts/install-cli). No
/// ssh that it runs connects anywhere.
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
        environment.put(Home.VARIABLE, directory.toString());
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var call = new Call(Home.of(environment), environment, new Terminal(true, true, true), nowhere, nowhere);
        // Nothing listens on port 1 of this machine.
        var two = Settings.EMPTY.with(new Server("a", "127.0.0.1", 1)).with(new Server("b", "127.0.0.1", 1));
        call.save(two);
        call.cache().learn("a", List.of("one"), Instant.now());
        var plan = Files.createFile(directory.resolve("plan"));
        for (var line : LINES) {
            run(call, line, plan);
        }
        comeBack(call, plan);
    }

    private static void run(Call call, String line, Path plan) throws IOException, InterruptedException {
        var outcome = new Shed(call).outcome(RawText.arguments(line.split(" ")));
        if (!(outcome instanceof Outcome.Done)) {
            new HandOver(Optional.of(plan), call.environment()).run(outcome);
        }
    }

    /// Runs the reconnection to a server that answers again.
    private static void comeBack(Call call, Path plan) throws IOException, InterruptedException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> greet(socket));
            var server = new Server("c", "127.0.0.1", socket.getLocalPort());
            call.save(call.settings().with(server));
            var log = LinkLog.create(call.home(), server);
            Files.writeString(log.file(), "Authenticated to c\n", StandardOpenOption.APPEND);
            call.environment().put(Outcome.AGAIN, log.file().toString());
            run(call, "attach one", plan);
        }
    }

    private static void greet(ServerSocket socket) {
        try {
            while (true) {
                try (var connection = socket.accept()) {
                    connection.getOutputStream().write("SSH-2.0-training\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException _) {
            // The server socket was closed.
        }
    }
}
