package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// An API server that answers what a test tells it to, also what no real one does when asked: late, cut off, or
/// refusing. Execs are WebSockets.
public final class FakeApiServer implements AutoCloseable {
    private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket server;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Request> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    /// A request, as it came.
    public record Request(String method, String path, Map<String, String> headers, String body) {
        public String line() {
            return method + " " + path;
        }
    }

    /// Answers requests.
    @FunctionalInterface
    public interface Handler {
        void answer(Request request, Exchange exchange) throws IOException;
    }

    private record Rule(Pattern request, Handler handler) {}

    /// The connection of one request.
    public record Exchange(InputStream in, OutputStream out) {
        /// A whole answer.
        public void send(int status, String body, String... headers) throws IOException {
            var head = new StringBuilder("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\n");
            for (var header : headers) {
                head.append(header).append("\r\n");
            }
            var bytes = body.getBytes(UTF_8);
            head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
            out.write(head.toString().getBytes(UTF_8));
            out.write(bytes);
            out.flush();
        }

        /// An error as the server describes it.
        public void refuse(int status, String reason, String message, String... headers) throws IOException {
            send(
                    status,
                    "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"%s\",\"message\":\"%s\",\"code\":%d}"
                            .formatted(reason, message.replace("\"", "\\\""), status),
                    headers);
        }

        /// Begins an answer without a length, such as a watch.
        public void begin() throws IOException {
            out.write("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            out.flush();
        }

        public void line(String json) throws IOException {
            out.write((json + "\n").getBytes(UTF_8));
            out.flush();
        }

        /// Takes the connection over as a WebSocket.
        public Exec upgrade(Request request, String protocol) throws IOException {
            try {
                var key = request.headers().get("sec-websocket-key") + ACCEPT;
                var accept = Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-1").digest(key.getBytes(ISO_8859_1)));
                out.write(("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                + accept + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n")
                        .getBytes(UTF_8));
                out.flush();
                return new Exec(new DataInputStream(in), out);
            } catch (java.security.GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    /// The server's side of an exec.
    public record Exec(DataInputStream in, OutputStream out) {
        /// A message on a channel.
        public void send(int channel, byte[] bytes) throws IOException {
            var frame = new ByteArrayOutputStream();
            frame.write(0x82);
            int length = bytes.length + 1;
            if (length < 126) {
                frame.write(length);
            } else {
                frame.write(126);
                frame.write(length >> 8);
                frame.write(length);
            }
            frame.write(channel);
            frame.writeBytes(bytes);
            out.write(frame.toByteArray());
            out.flush();
        }

        public void send(int channel, String text) throws IOException {
            send(channel, text.getBytes(UTF_8));
        }

        public void end(int code) throws IOException {
            send(
                    3,
                    code == 0
                            ? "{\"status\":\"Success\"}"
                            : "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":"
                                    + "[{\"reason\":\"ExitCode\",\"message\":\"" + code + "\"}]}}");
            out.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
            out.flush();
        }

        /// The next message: its channel, and what follows.
        public byte[] receive() throws IOException {
            int first = in.readUnsignedByte();
            long length = in.readUnsignedByte() & 0x7f;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            var mask = in.readNBytes(4);
            var data = in.readNBytes((int) length);
            for (int i = 0; i < data.length; i++) {
                data[i] ^= mask[i % 4];
            }
            if ((first & 0xf) == 8) {
                throw new IOException("the client closed it");
            }
            return data;
        }
    }

    public FakeApiServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake-api-server").start(this::accept);
    }

    public Cluster cluster() {
        return cluster("t");
    }

    /// The same for one of several clients.
    public Cluster cluster(String token) {
        return cluster(new Credential.Token(token));
    }

    Cluster cluster(Credential credential) {
        try {
            return new Cluster(
                    URI.create("http://127.0.0.1:" + server.getLocalPort()),
                    SSLContext.getDefault(),
                    credential,
                    "default",
                    "the test");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Answers requests that begin like this; the newest rule counts.
    ///
    /// @param request a regular expression of method and path
    public FakeApiServer on(String request, Handler handler) {
        rules.addFirst(new Rule(Pattern.compile(request), handler));
        return this;
    }

    public List<Request> asked() {
        return List.copyOf(asked);
    }

    /// Breaks all connections.
    public void cut() {
        for (var client : clients) {
            try (client) {
                client.setSoLinger(true, 0);
            } catch (IOException _) {
                // It was closed before.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                client.setTcpNoDelay(true);
                clients.add(client);
                Thread.ofVirtual().name("fake-api").start(() -> serve(client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            var out = client.getOutputStream();
            while (true) {
                var request = request(in);
                asked.add(request);
                rules.stream()
                        .filter(rule -> rule.request().matcher(request.line()).lookingAt())
                        .findFirst()
                        .map(Rule::handler)
                        .orElse((_, exchange) -> exchange.refuse(404, "NotFound", "no rule for " + request.line()))
                        .answer(request, new Exchange(in, out));
            }
        } catch (IOException _) {
            // The client has gone, or the test wants it so.
        }
    }

    private static Request request(InputStream in) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        var headers = new HashMap<String, String>();
        lines.stream().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        var words = lines.getFirst().split(" ", 3);
        var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(words[0], words[1], headers, new String(body, UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("no request");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }
}
