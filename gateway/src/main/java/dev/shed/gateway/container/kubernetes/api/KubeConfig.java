package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.config.YamlTree;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the cluster: in a kubeconfig, or in what Kubernetes gives to each pod. Fails with `CONFIG` if something is
/// missing there or is not supported.
public final class KubeConfig {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final List<String> APIS =
            List.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final JsonNode root;
    private final Clock clock;

    private KubeConfig(Path file, JsonNode root, Clock clock) {
        this.file = file;
        this.root = root;
        this.clock = clock;
    }

    /// The cluster of a kubeconfig.
    ///
    /// @param context its name; empty for the file's current one
    public static Cluster load(Path file, Optional<String> context, Clock clock) {
        try {
            return new KubeConfig(file, YamlTree.parse(KubeFiles.text(file)), clock).cluster(context);
        } catch (IOException | IllegalArgumentException e) {
            throw new ShedException(
                    Failure.config(
                            "engine.kubernetes.kubeconfig: " + file,
                            String.valueOf(e.getMessage()),
                            "a kubeconfig that `kubectl --kubeconfig " + file + " version` works with"),
                    e);
        }
    }

    /// The cluster in which this gateway is a pod.
    public static Cluster ofThisPod() {
        return ofPod(System.getenv(), SERVICE_ACCOUNT);
    }

    static Cluster ofPod(Map<String, String> environment, Path account) {
        var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        try {
            if (host.isEmpty()) {
                throw new IOException("it is not set, and this is not a pod of Kubernetes");
            }
            var address = host.indexOf(':') < 0 ? host : "[" + host + "]";
            return new Cluster(
                    URI.create("https://" + address + ":" + port),
                    Cluster.tls(Pem.certificates(KubeFiles.bytes(account.resolve("ca.crt"))), new ClientKeys()),
                    new Credential.TokenFile(account.resolve("token")),
                    KubeFiles.text(account.resolve("namespace")).strip(),
                    "the pod's service account");
        } catch (IOException | IllegalArgumentException e) {
            throw new ShedException(
                    Failure.config(
                            "engine.kubernetes.kubeconfig",
                            String.valueOf(e.getMessage()),
                            "the path of a kubeconfig, or a pod with a service account whose token is mounted"),
                    e);
        }
    }

    private Cluster cluster(Optional<String> wanted) throws IOException {
        var name = wanted.orElse(root.path("current-context").asText(""));
        if (name.isEmpty()) {
            throw new IOException("it has no current-context; set engine.kubernetes.context");
        }
        var context = named("contexts", name).path("context");
        var cluster = named("clusters", context.path("cluster").asText("")).path("cluster");
        refuse(cluster, "insecure-skip-tls-verify", "proxy-url", "tls-server-name");
        var server = server(cluster);
        var user = context.path("user").asText("");
        var keys = new ClientKeys();
        var authorities = bytes(cluster, "certificate-authority");
        var credential = credential(
                user.isEmpty()
                        ? JsonNodeFactory.instance.objectNode()
                        : named("users", user).path("user"),
                cluster,
                keys);
        return new Cluster(
                server,
                Cluster.tls(authorities.isPresent() ? Pem.certificates(authorities.get()) : List.of(), keys),
                credential,
                context.path("namespace").asText("default"),
                file + ", context " + name);
    }

    private static URI server(JsonNode cluster) throws IOException {
        var server = URI.create(cluster.path("server").asText(""));
        if (server.getHost() == null || !List.of("https", "http").contains(String.valueOf(server.getScheme()))) {
            throw new IOException("the cluster has no server such as https://HOST:6443");
        }
        return server;
    }

    private JsonNode named(String list, String name) throws IOException {
        for (var each : root.path(list)) {
            if (each.path("name").asText("").equals(name)) {
                return each;
            }
        }
        throw new IOException("there is no '" + name + "' in " + list);
    }

    /// What shed does not do, rather than do it less safely than the file says.
    private static void refuse(JsonNode in, String... keys) throws IOException {
        for (var key : keys) {
            var value = in.path(key);
            boolean said = value.isContainerNode()
                    ? !value.isEmpty()
                    : !value.asText("").isEmpty();
            if (said && !value.isNull() && !value.asText("").equals("false")) {
                throw new IOException(key + " is not supported");
            }
        }
    }

    private Credential credential(JsonNode user, JsonNode cluster, ClientKeys keys) throws IOException {
        refuse(user, "auth-provider", "username", "password", "as", "as-groups", "as-uid");
        var certificate = bytes(user, "client-certificate");
        if (certificate.isPresent()) {
            var key = bytes(user, "client-key").orElseThrow(() -> new IOException("the user has no client-key"));
            keys.use(new ClientKeys.Pair(Pem.certificates(certificate.get()), Pem.privateKey(key)));
        }
        if (user.path("exec").isObject()) {
            return plugin(user.path("exec"), cluster, keys);
        }
        var tokenFile = text(user, "tokenFile");
        if (tokenFile.isPresent()) {
            return new Credential.TokenFile(path(tokenFile.get()));
        }
        return text(user, "token").<Credential>map(Credential.Token::new).orElseGet(Credential.None::new);
    }

    private Credential plugin(JsonNode exec, JsonNode cluster, ClientKeys keys) throws IOException {
        var api = exec.path("apiVersion").asText("");
        if (!APIS.contains(api)) {
            throw new IOException("exec: apiVersion '" + api + "' is none of " + String.join(", ", APIS));
        }
        if (exec.path("interactiveMode").asText("").equals("Always")) {
            throw new IOException("exec: the plugin asks a person (interactiveMode: Always)");
        }
        var environment = new HashMap<String, String>();
        exec.path("env")
                .forEach(each -> environment.put(
                        each.path("name").asText(""), each.path("value").asText("")));
        environment.remove("");
        var arguments = new ArrayList<String>();
        exec.path("args").forEach(each -> arguments.add(each.asText()));
        var command = text(exec, "command").orElseThrow(() -> new IOException("exec: there is no command"));
        return new ExecPlugin(
                new ExecPlugin.Program(
                        ExecPlugin.command(command, directory()),
                        arguments,
                        environment,
                        info(api, exec.path("provideClusterInfo").asBoolean(), cluster)),
                keys,
                clock);
    }

    private String info(String api, boolean withCluster, JsonNode cluster) throws IOException {
        ObjectNode info = JsonNodeFactory.instance.objectNode();
        info.put("apiVersion", api).put("kind", "ExecCredential");
        var spec = info.putObject("spec").put("interactive", false);
        if (withCluster) {
            var told = spec.putObject("cluster")
                    .put("server", cluster.path("server").asText());
            bytes(cluster, "certificate-authority")
                    .ifPresent(bytes -> told.put(
                            "certificate-authority-data", Base64.getEncoder().encodeToString(bytes)));
        }
        return JSON.writeValueAsString(info);
    }

    /// The value of `KEY-data`, in base 64, else the content of the file that `KEY` names.
    private Optional<byte[]> bytes(JsonNode in, String key) throws IOException {
        var data = text(in, key + "-data");
        if (data.isPresent()) {
            return Optional.of(Base64.getMimeDecoder().decode(data.get().getBytes(UTF_8)));
        }
        var named = text(in, key);
        return named.isPresent() ? Optional.of(KubeFiles.bytes(path(named.get()))) : Optional.empty();
    }

    private static Optional<String> text(JsonNode in, String key) {
        return Optional.of(in.path(key).asText("")).filter(text -> !text.isEmpty());
    }

    private Path path(String named) {
        return directory().resolve(named);
    }

    private Path directory() {
        @Nullable Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
