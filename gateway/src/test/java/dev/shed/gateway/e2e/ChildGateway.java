package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.e2e.Run.Result;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The real gateway in a virtual machine of its own, as `shed-gateway serve` runs it: it can be killed, and started
/// again with the same port and state.
final class ChildGateway implements AutoCloseable {
    private final Place place;
    private Process process;

    private ChildGateway(Place place) throws IOException {
        this.place = place;
        this.process = serve(place);
    }

    static ChildGateway start() throws IOException {
        var place = Place.make();
        place.listensAt(freePort());
        writeConfig(place, place.port());
        return new ChildGateway(place);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static Path writeConfig(Place place, int port) throws IOException {
        return Files.writeString(
                place.path("gateway.yaml"), """
                state: %s
                listen:
                  port: %d
                access:
                  authorized-keys: %s
                engine:
                  host: %s
                """.formatted(place.state(), port, place.authorizedKeys(), Place.ENGINE));
    }

    private static Process serve(Place place) throws IOException {
        var process = main(
                        place, "serve", "--config", place.path("gateway.yaml").toString())
                .redirectError(place.path("gateway.log").toFile())
                .start();
        // Closed with the process.
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        var line = Run.line(out);
        if (line == null || !line.contains("listening on")) {
            throw new AssertionError("the gateway did not start: " + Files.readString(place.path("gateway.log")));
        }
        return process;
    }

    /// A builder for the program `shed-gateway`, with the log set up as for people.
    static ProcessBuilder main(Place place, String... arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var words = new ArrayList<>(List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml",
                "-Dshed.state=" + place.state(),
                "-cp",
                classPath(),
                "dev.shed.gateway.Main"));
        words.addAll(List.of(arguments));
        return place.program(words.toArray(String[]::new));
    }

    /// This virtual machine's, for one that begins in another directory.
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    Place place() {
        return place;
    }

    Result ssh(String... arguments) throws IOException {
        return place.ssh(arguments);
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /// SIGTERM, as an operator stops it.
    void stop() throws IOException {
        process.destroy();
        Run.status(process);
    }

    void startAgain() throws IOException {
        process = serve(place);
    }

    @Override
    public void close() throws IOException {
        try (place) {
            stop();
        }
    }
}
