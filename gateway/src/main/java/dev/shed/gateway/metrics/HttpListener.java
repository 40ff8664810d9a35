package dev.shed.gateway.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An HTTP server with a few pages, for programs on this host. Its limits keep a client from using up the gateway's
/// memory, descriptors or threads, but not from keeping other clients from these pages.
public final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /// Limit on simultaneous connections; further ones are closed. Prometheus needs one, and a person's browser a few.
    static final int MOST = 16;

    /// The server of the JDK has these as system properties only, which it reads when its classes are loaded. By
    /// default none of them limits anything, but for the headers (380 KiB) and idle connections (30 s).
    private static final Map<String, Integer> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", MOST,
            // Seconds for receiving a request, and for answering it.
            "sun.net.httpserver.maxReqTime", 5,
            "sun.net.httpserver.maxRspTime", 10,
            // Bytes of a request line, and of all headers.
            "sun.net.httpserver.maxReqHeaderSize", 8192,
            "sun.net.httpserver.maxReqHeaders", 50,
            // Bytes of a body that are read before the connection is closed. No request here has one.
            "sun.net.httpserver.drainAmount", 1024,
            // Milliseconds between two looks at idle connections. By default 10 s, twice as long as the limit.
            "sun.net.httpserver.clockTick", 1000);

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Supplier<Page>> pages;

    /// An answer.
    ///
    /// @param status the status code of HTTP
    public record Page(int status, String type, String text) {
        /// A page of plain text.
        public static Page text(int status, String text) {
            return new Page(status, TEXT, text);
        }
    }

    private HttpListener(HttpServer server, ExecutorService threads, Map<String, Supplier<Page>> pages) {
        this.server = server;
        this.threads = threads;
        this.pages = Map.copyOf(pages);
    }

    /// Listens, and answers requests for these paths.
    ///
    /// @param pages called on the request's own thread
    public static HttpListener open(InetSocketAddress address, Map<String, Supplier<Page>> pages) throws IOException {
        setLimits();
        var server = HttpServer.create(address, 0);
        // By default one thread serves all, so that one slow client would hold up all others.
        var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("metrics-", 0).factory());
        server.setExecutor(threads);
        var listener = new HttpListener(server, threads, pages);
        server.createContext("/", listener::answer);
        server.start();
        return listener;
    }

    /// Sets the limits of all servers of the JDK in this virtual machine, if none has been created in it yet.
    public static void setLimits() {
        LIMITS.forEach((property, limit) -> System.setProperty(property, limit.toString()));
    }

    /// The address, with the actual port even if port 0 was asked for.
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var page = page(exchange);
            var body = page.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", page.type());
            // An idle connection would take a place for nothing.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(page.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Page page(HttpExchange exchange) {
        var path = exchange.getRequestURI().getPath();
        var page = pages.get(path);
        if (page == null) {
            return Page.text(404, "no such page; there are " + String.join(", ", new TreeSet<>(pages.keySet())) + "\n");
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            return Page.text(405, "only GET\n");
        }
        try {
            return page.get();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("page", path).setCause(e).log("a page failed");
            return Page.text(500, "a defect of the gateway; its log has the cause\n");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
