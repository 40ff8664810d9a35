package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.e2e.Run.Result;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The real gateway in a virtual machine of its own, as `shed-gateway serve` runs it: it can be killed, and started
/// again with the same port and state.
final class ChildGateway implements AutoCloseable {
    /// A gateway of a test ends before the second compiler (C2) has saved what it costs. The first that ends leaves
    /// an archive of its classes: the others take 2.5 s of processor time to their first login then, and not 3.9.
    private static final String COMPILED_FAST = "-XX:TieredStopAtLevel=1 ";

    private static final String ARCHIVED = "-XX:+AutoCreateSharedArchive -Xlog:cds*=off -XX:SharedArchiveFile="
            + Path.of("target", "child-gateway.jsa").toAbsolutePath() + " ";

    private static final Pattern JVM = Pattern.compile("^GATEWAY_JVM=\\((.*)\\)$", Pattern.MULTILINE);

    private final Place place;
    private final List<String> options;
    private Process process;

    private ChildGateway(Place place, List<String> options) throws IOException {
        this.place = place;
        this.options = options;
        this.process = serve();
    }

    /// Starts one whose state is new.
    private static ChildGateway begin(Place place, List<String> options) throws IOException {
        LiveGateway.RSA_KEY.putInto(place.state());
        var gateway = new ChildGateway(place, options);
        LiveGateway.RSA_KEY.takeFrom(place.state());
        return gateway;
    }

    /// Starts one in a virtual machine with these options.
    static ChildGateway start(String... options) throws IOException {
        var place = Place.make();
        place.listensAt(freePort());
        writeConfig(place, place.port());
        return begin(place, List.of(options));
    }

    /// Starts one with more settings, as YAML.
    static ChildGateway configured(String settings) throws IOException {
        return configured(Place.make(), settings);
    }

    /// The same in a place that was made before.
    static ChildGateway configured(Place place, String settings) throws IOException {
        place.listensAt(freePort());
        Files.writeString(writeConfig(place, place.port()), settings, StandardOpenOption.APPEND);
        return begin(place, List.of());
    }

    /// Starts one with the configuration and state that are in a place.
    static ChildGateway inPlace(Place place) throws IOException {
        return new ChildGateway(place, List.of());
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

    private Process serve() throws IOException {
        var builder =
                main(place, "serve", "--config", place.path("gateway.yaml").toString());
        // No archive is made of a directory.
        var archived = archivable().noneMatch(Files::isDirectory) ? ARCHIVED : "";
        builder.environment()
                .put("JDK_JAVA_OPTIONS", jvm() + " " + COMPILED_FAST + archived + String.join(" ", options));
        var started = builder.redirectError(place.path("gateway.log").toFile()).start();
        var line = Run.line(started.inputReader(UTF_8));
        if (line == null || !line.contains("listening on")) {
            throw new AssertionError("the gateway did not start: " + Files.readString(place.path("gateway.log")));
        }
        return started;
    }

    /// The options with which `scripts/shed-gateway` starts its virtual machine.
    private static String jvm() throws IOException {
        var script = Path.of(System.getProperty("shed.project", "..")).resolve("scripts/lib/java.sh");
        return JVM.matcher(Files.readString(script))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    /// What it says next, as a program.
    String line() throws IOException {
        return String.valueOf(Run.line(process.inputReader(UTF_8)));
    }

    void signal(String name) throws IOException {
        Run.run(List.of("kill", "-s", name, Long.toString(process.pid()))).orFail();
    }

    /// A builder for the program `shed-gateway`, with the log set up as for people.
    static ProcessBuilder main(Place place, String... arguments) {
        return program(place, List.of(), archivable(), "dev.shed.gateway.Main", List.of(arguments));
    }

    /// A builder for a program of this class path in a virtual machine of its own.
    ///
    /// @param before what precedes the command line, such as `nice`
    static ProcessBuilder program(Place place, List<String> before, String main, List<String> arguments) {
        return program(place, before, classPath(), main, arguments);
    }

    private static ProcessBuilder program(
            Place place, List<String> before, Stream<Path> classPath, String main, List<String> arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var words = new ArrayList<>(before);
        words.addAll(List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml",
                "-Dshed.state=" + place.state(),
                "-cp",
                classPath.map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                main));
        words.addAll(arguments);
        return place.program(words.toArray(String[]::new));
    }

    /// This virtual machine's, for one that begins in another directory.
    private static Stream<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath());
    }

    /// Without the tests' classes, which are in a directory.
    private static Stream<Path> archivable() {
        return classPath().filter(entry -> !entry.endsWith("test-classes"));
    }

    Place place() {
        return place;
    }

    long pid() {
        return process.pid();
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

    /// Waits for its end and returns its exit status.
    int status() throws IOException {
        return Run.status(process);
    }

    boolean endsWithin(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    void startAgain() throws IOException {
        process = serve();
    }

    @Override
    public void close() throws IOException {
        try (place) {
            stop();
        }
    }
}
