package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Somebody who follows `events --json` with the real client.
final class Follower implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process client;

    /// Guarded by this.
    private final List<JsonNode> events = new ArrayList<>();

    private Follower(Process client) {
        this.client = client;
    }

    /// Follows a shed; returns when it is being told.
    static Follower of(Place place, String shed, String... options) throws Exception {
        return start(place.client("-s", shed + "@gw", "events --json " + String.join(" ", options)));
    }

    static Follower start(ProcessBuilder client) throws Exception {
        var follower = new Follower(
                client.redirectError(ProcessBuilder.Redirect.INHERIT).start());
        Thread.ofVirtual().start(follower::read);
        follower.await("listening", "");
        return follower;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void add(JsonNode event) {
        events.add(event);
    }

    synchronized List<JsonNode> events() {
        return List.copyOf(events);
    }

    /// Kind and session of each event but the first, `listening`.
    List<String> told() {
        return events().stream()
                .map(Follower::text)
                .filter(text -> !text.equals("listening"))
                .toList();
    }

    /// The number of the newest event.
    long position() {
        return events().getLast().get("seq").asLong();
    }

    private static String text(JsonNode event) {
        return Stream.of("event", "session")
                .filter(event::has)
                .map(field -> event.get(field).asText())
                .reduce((kind, session) -> kind + " " + session)
                .orElseThrow();
    }

    /// Waits until this has been told, of a session if one is named.
    void await(String kind, String session) throws Exception {
        var text = (kind + " " + session).strip();
        Await.get(
                "told of " + text,
                Await.PATIENCE,
                this::events,
                all -> all.stream().anyMatch(event -> text(event).equals(text)));
    }

    @Override
    public void close() throws IOException {
        Run.status(client.destroyForcibly());
    }
}
