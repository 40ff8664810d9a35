package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.kubernetes.api.ApiClient;
import dev.shed.gateway.container.kubernetes.api.FakeApiServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A cluster of claims, pods and ConfigMaps in memory, behind a [FakeApiServer]. Its pods run at
/// once unless a test says otherwise. It allows what the role of a gateway allows, in any
/// namespace.
final class FakeCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String NAMESPACES = "/api/v1/namespaces/";
    private static final String CORE = NAMESPACES + "sheds";

    final FakeApiServer server = new FakeApiServer();

    /// Objects by their paths. Guarded by this, as are the next ones.
    private final Map<String, ObjectNode> objects = new TreeMap<>();

    private int version = 100;

    private final List<Change> changes = new ArrayList<>();

    /// How many watches begin too far back.
    private int gone;

    /// Makes the status of each new pod.
    private volatile Consumer<ObjectNode> kubelet = FakeCluster::run;

    private final List<Open> watches = new CopyOnWriteArrayList<>();

    /// What was asked that the role does not allow.
    private final List<String> forbidden = new CopyOnWriteArrayList<>();

    /// A line of the watches of a path.
    private record Change(int version, String of, String line) {}

    /// A watch of the objects of a path.
    private record Open(String of, FakeApiServer.Exchange exchange) {}

    FakeCluster() throws IOException {
        server.on("GET /version", (_, exchange) -> exchange.send(200, "{\"gitVersion\":\"v1.33.0\"}"));
        server.on("(GET|POST|PATCH|DELETE) " + NAMESPACES, this::answer);
        server.on("GET " + NAMESPACES + "\\S*watch=true", this::watch);
    }

    KubernetesEngine engine() {
        return engine(LIMIT);
    }

    KubernetesEngine engine(Duration startTimeout) {
        return engine(startTimeout, LIMIT);
    }

    /// @param timeout limit on one request
    KubernetesEngine engine(Duration startTimeout, Duration timeout) {
        return new KubernetesEngine(client("t", timeout), settings("sheds", startTimeout));
    }

    /// The engine of another namespace.
    ///
    /// @param token of its requests
    KubernetesEngine engine(String namespace, String token) {
        return new KubernetesEngine(client(token, LIMIT), settings(namespace, LIMIT));
    }

    private ApiClient client(String token, Duration timeout) {
        return new ApiClient(server.cluster(token), timeout, (_, _) -> {});
    }

    private static KubernetesSettings settings(String namespace, Duration startTimeout) {
        return new KubernetesSettings(
                namespace,
                "gateway",
                new KubernetesSettings.Claim(Optional.of("fast"), 1L << 30),
                new KubernetesSettings.Placement(
                        Map.of("disk", "fast"),
                        List.of(KubernetesSettings.Toleration.parse("dedicated=sheds:NoSchedule")),
                        Optional.of("250m"),
                        OptionalLong.of(64L << 20),
                        List.of("login")),
                new KubernetesSettings.Account(1000, "/home/dev"),
                "/workspace",
                Optional.empty(),
                Optional.of(new KubernetesSettings.Porter("abc", ByteString.of(new byte[] {1, 2, 3}))),
                startTimeout);
    }

    /// What a node makes of a new pod.
    void kubelet(Consumer<ObjectNode> how) {
        kubelet = how;
    }

    static void run(ObjectNode pod) {
        pod.withObjectProperty("spec").put("nodeName", "node-1");
        var status = pod.putObject("status").put("phase", "Running").put("podIP", "10.0.0.7");
        var container = status.putArray("containerStatuses")
                .addObject()
                .put("name", "shed")
                .put("ready", true);
        container.put("restartCount", 0);
        container.putObject("state").putObject("running").put("startedAt", "2026-11-29T10:00:00Z");
    }

    /// No node takes the pod.
    static void unscheduled(ObjectNode pod, String message) {
        pod.putObject("status")
                .put("phase", "Pending")
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "False")
                .put("reason", "Unschedulable")
                .put("message", message);
    }

    /// A container of a pod waits.
    static void waitFor(ObjectNode pod, String list, String reason, String message) {
        var status = pod.putObject("status").put("phase", "Pending");
        status.putArray(list)
                .addObject()
                .put("name", "shed")
                .putObject("state")
                .putObject("waiting")
                .put("reason", reason)
                .put("message", message);
    }

    synchronized Optional<JsonNode> object(String path) {
        return Optional.ofNullable(objects.get(CORE + path)).map(JsonNode::deepCopy);
    }

    synchronized void put(String path, ObjectNode object) {
        objects.put(CORE + path, object);
    }

    /// Changes an object, and tells the watches.
    synchronized void change(String path, Consumer<ObjectNode> how) {
        var object = Objects.requireNonNull(objects.get(CORE + path), path);
        how.accept(object);
        changed("MODIFIED", CORE + path, object);
    }

    synchronized void remove(String path) {
        changed("DELETED", CORE + path, Objects.requireNonNull(objects.remove(CORE + path), path));
    }

    /// The next two watches begin too far back.
    synchronized void forgetVersions() {
        gone = 2;
    }

    int watches() {
        return watches.size();
    }

    void cutWatches() throws IOException {
        for (var watch : watches) {
            watch.exchange().out().close();
        }
        watches.clear();
    }

    private void changed(String type, String path, ObjectNode object) {
        object.withObjectProperty("metadata").put("resourceVersion", Integer.toString(++version));
        var change = JsonNodeFactory.instance.objectNode().put("type", type);
        change.set("object", object.deepCopy());
        var told = new Change(version, path.replaceFirst("/[^/]+$", ""), change.toString());
        changes.add(told);
        for (var watch : List.copyOf(watches)) {
            tell(watch, told);
        }
    }

    private void tell(Open watch, Change change) {
        try {
            if (watch.of().equals(change.of())) {
                watch.exchange().line(change.line());
            }
        } catch (IOException _) {
            watches.remove(watch);
        }
    }

    private synchronized void watch(FakeApiServer.Request request, FakeApiServer.Exchange exchange) throws IOException {
        if (isForbidden(request, exchange)) {
            return;
        }
        exchange.begin();
        if (gone > 0) {
            gone--;
            exchange.line("{\"type\":\"ERROR\",\"object\":{\"code\":410,\"message\":\"too old\"}}");
            exchange.out().close();
            return;
        }
        var watch = new Open(request.path().replaceFirst("\\?.*", ""), exchange);
        watches.add(watch);
        int since = Integer.parseInt(request.path().replaceFirst(".*resourceVersion=(\\d+).*", "$1"));
        changes.stream().filter(change -> change.version() > since).forEach(change -> tell(watch, change));
    }

    private synchronized void answer(FakeApiServer.Request request, FakeApiServer.Exchange exchange)
            throws IOException {
        if (isForbidden(request, exchange)) {
            return;
        }
        var path = request.path().replaceFirst("\\?.*", "");
        switch (request.method()) {
            case "GET" -> get(path, exchange);
            case "POST" -> post(path, (ObjectNode) JSON.readTree(request.body()), exchange);
            case "PATCH" -> patch(path, JSON.readTree(request.body()), exchange);
            default -> delete(path, JSON.readTree(request.body()), exchange);
        }
    }

    private boolean isForbidden(FakeApiServer.Request request, FakeApiServer.Exchange exchange) throws IOException {
        var right = right(request);
        if (Right.NEEDED.contains(right)) {
            return false;
        }
        forbidden.add(right.words());
        exchange.refuse(403, "Forbidden", "cannot " + right.words());
        return true;
    }

    /// The right that a request needs.
    private static Right right(FakeApiServer.Request request) {
        var path = request.path().replaceFirst("\\?.*", "").split("/", -1);
        // "", api, v1, namespaces, NAMESPACE, RESOURCE, NAME, SUBRESOURCE
        var verb = switch (request.method()) {
            case "POST" -> "create";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> path.length > 6 ? "get" : request.path().contains("watch=true") ? "watch" : "list";
        };
        return new Right(verb, path[5], path.length > 7 ? Optional.of(path[7]) : Optional.empty());
    }

    private void get(String path, FakeApiServer.Exchange exchange) throws IOException {
        if (path.matches(NAMESPACES + "[^/]+/[a-z]+")) {
            var list = JsonNodeFactory.instance.objectNode();
            list.putObject("metadata").put("resourceVersion", Integer.toString(version));
            var items = list.putArray("items");
            objects.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(path + "/"))
                    .filter(each -> each.getValue()
                            .path("metadata")
                            .path("labels")
                            .path("shed")
                            .asText()
                            .equals("true"))
                    .forEach(each -> items.add(each.getValue()));
            exchange.send(200, list.toString());
        } else if (objects.containsKey(path)) {
            exchange.send(200, objects.get(path).toString());
        } else {
            exchange.refuse(404, "NotFound", path + " not found");
        }
    }

    private void post(String path, ObjectNode object, FakeApiServer.Exchange exchange) throws IOException {
        var metadata = object.withObjectProperty("metadata");
        var place = path + "/" + metadata.path("name").asText();
        if (objects.containsKey(place)) {
            exchange.refuse(409, "AlreadyExists", place + " already exists");
            return;
        }
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put(
                "creationTimestamp",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        objects.put(place, object);
        if (path.endsWith("/pods")) {
            kubelet.accept(object);
        }
        changed("ADDED", place, object);
        exchange.send(201, object.toString());
    }

    private void patch(String path, JsonNode change, FakeApiServer.Exchange exchange) throws IOException {
        var object = objects.get(path);
        if (object == null) {
            exchange.refuse(404, "NotFound", path + " not found");
        } else if (differs(change, object, "uid") || differs(change, object, "resourceVersion")) {
            exchange.refuse(409, "Conflict", "the object has been modified");
        } else {
            merge(object, change);
            changed("MODIFIED", path, object);
            exchange.send(200, object.toString());
        }
    }

    private static boolean differs(JsonNode change, JsonNode object, String key) {
        var wanted = change.path("metadata").path(key).asText("");
        return !wanted.isEmpty() && !object.path("metadata").path(key).asText().equals(wanted);
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(each -> {
            if (each.getValue().isNull()) {
                into.remove(each.getKey());
            } else if (each.getValue().isObject()) {
                merge(into.withObjectProperty(each.getKey()), each.getValue());
            } else {
                into.set(each.getKey(), each.getValue());
            }
        });
    }

    private void delete(String path, JsonNode options, FakeApiServer.Exchange exchange) throws IOException {
        var object = objects.get(path);
        var uid = options.path("preconditions").path("uid").asText("");
        if (object == null) {
            exchange.refuse(404, "NotFound", path + " not found");
        } else if (!uid.equals(object.path("metadata").path("uid").asText())) {
            exchange.refuse(409, "Conflict", "the UID in the precondition does not match");
        } else {
            objects.remove(path);
            changed("DELETED", path, object);
            exchange.send(200, "{}");
        }
    }

    /// Fails if something was asked that the role does not allow.
    @Override
    public void close() throws IOException {
        server.close();
        assertThat(forbidden).isEmpty();
    }
}
