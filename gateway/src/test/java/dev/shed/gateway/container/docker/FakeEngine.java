package dev.shed.gateway.container.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.container.docker.engine.HttpExchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// An engine that answers what a test tells it to: for refusals, which no real engine gives when asked to.
public final class FakeEngine implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();

    private record Rule(Pattern request, int status, String body) {}

    public FakeEngine(Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        on("GET /_ping", 200, "OK");
        on("GET /images/sha256:i/json", 200, "{}");
        Thread.ofVirtual().name("fake-engine").start(this::accept);
    }

    public URI uri() {
        return URI.create("unix://" + socket);
    }

    /// Answers requests that begin like this; the newest rule counts.
    ///
    /// @param request a regular expression of method and path, without the API's version: `POST /containers/c/stop`
    public FakeEngine on(String request, int status, String body) {
        rules.addFirst(new Rule(Pattern.compile(request), status, body));
        return this;
    }

    /// The same, with the engine's way to say no.
    public FakeEngine refuse(String request, int status, String message) {
        return on(request, status, "{\"message\":\"" + message + "\"}\n");
    }

    /// One container that is a shed, as it is listed.
    public FakeEngine list(String id, String shed, String state) {
        return on("GET /containers/json", 200, """
                [{"Id":"%1$s","Names":["/shed-%2$s"],"Image":"i","ImageID":"sha256:i","Created":1700000000,
                  "State":"%3$s","Labels":{"shed":"true","shed.name":"%2$s"},"Mounts":[]}]
                """.formatted(id, shed, state));
    }

    /// Method and path of all requests, in order.
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /// The body of the last request with this method and path; empty if there was none.
    public String body(String request) {
        return bodies.getOrDefault(request, "");
    }

    @Override
    public void close() throws IOException {
        server.close();
        java.nio.file.Files.deleteIfExists(socket);
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            var in = new BufferedInputStream(Channels.newInputStream(client));
            var head = head(in);
            var body = body(in, head);
            var request = head.lines().findFirst().orElse("").replaceFirst(" /v[0-9.]+/", " /");
            asked.add(request.replaceFirst(" HTTP/.*", ""));
            bodies.put(request.replaceFirst(" HTTP/.*", ""), body);
            var rule = rules.stream()
                    .filter(each -> each.request().matcher(request).lookingAt())
                    .findFirst()
                    .orElse(new Rule(Pattern.compile(""), 501, "{\"message\":\"no rule for " + request + "\"}"));
            var told = rule.body().getBytes(UTF_8);
            var answer = "HTTP/1.1 " + rule.status() + " X\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nContent-Length: " + told.length + "\r\n\r\n";
            HttpExchange.writeAll(client, ByteBuffer.wrap(answer.getBytes(UTF_8)));
            if (rule.status() != 304 && rule.status() != 204) {
                HttpExchange.writeAll(client, ByteBuffer.wrap(told));
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// Read to its end: a connection that is closed with bytes of the client's unread looks broken to it.
    private static String body(InputStream in, String head) throws IOException {
        var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        if (length.find()) {
            return new String(in.readNBytes(Integer.parseInt(length.group(1))), UTF_8);
        }
        var end = new StringBuilder();
        if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
            while (end.indexOf("0\r\n\r\n") < 0) {
                end.append((char) in.read());
            }
        }
        return end.toString();
    }
}
