package dev.shed.gateway.container.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.config.YamlTree;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The manifest that is shipped fits the program, the image of the gateway and docs/kubernetes.md.
class GatewayManifestTest {
    private static final Path PROJECT = Path.of("..");
    private static final String NAMESPACE = "sheds";

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");
    private static final Pattern YAML = Pattern.compile("(?ms)^ *```yaml\\n(.*?)^ *```$");

    /// The mode of the root of a volume in memory. Everybody may write there, and replace only what
    /// is theirs.
    private static final int STICKY = 01777;

    @TempDir
    Path directory;

    private final List<JsonNode> objects = objects(text("config/kubernetes/gateway.yaml"));

    GatewayManifestTest() throws IOException {}

    private static String text(String file) throws IOException {
        return Files.readString(PROJECT.resolve(file));
    }

    private static List<JsonNode> objects(String text) throws IOException {
        var objects = new ArrayList<JsonNode>();
        for (var document : SEPARATOR.split(text, -1)) {
            objects.add(YamlTree.parse(document));
        }
        return objects;
    }

    /// The objects in the blocks of the document.
    private static List<JsonNode> documented() throws IOException {
        var objects = new ArrayList<JsonNode>();
        for (var block : YAML.matcher(text("docs/kubernetes.md")).results().toList()) {
            objects.addAll(objects(block.group(1).stripTrailing().stripIndent()));
        }
        return objects;
    }

    private static JsonNode only(List<JsonNode> objects, String kind) {
        var found = objects.stream()
                .filter(each -> each.path("kind").asText().equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private JsonNode pod() {
        return only(objects, "Deployment").path("spec").path("template").path("spec");
    }

    private JsonNode gateway() {
        return pod().path("containers").path(0);
    }

    @Test
    void everyObjectIsInTheNamespace() {
        assertThat(objects)
                .extracting(each -> each.path("kind").asText())
                .containsExactly(
                        "ServiceAccount",
                        "Role",
                        "RoleBinding",
                        "ConfigMap",
                        "PersistentVolumeClaim",
                        "Deployment",
                        "Service");
        assertThat(objects)
                .allSatisfy(each -> assertThat(
                                each.path("metadata").path("namespace").asText())
                        .isEqualTo(NAMESPACE));
    }

    /// A shed could not have the name then.
    @Test
    void noClaimHasTheNameOfAShed() {
        assertThat(only(objects, "PersistentVolumeClaim")
                        .path("metadata")
                        .path("name")
                        .asText())
                .doesNotStartWith("shed-");
    }

    private static Set<Right> rights(JsonNode role) {
        var rights = new HashSet<Right>();
        for (var rule : role.path("rules")) {
            assertThat(rule.path("apiGroups").toString()).isEqualTo("[\"\"]");
            assertThat(rule.has("resourceNames")).isFalse();
            for (var resource : rule.path("resources")) {
                for (var verb : rule.path("verbs")) {
                    var parts = resource.asText().split("/", 2);
                    rights.add(new Right(
                            verb.asText(), parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty()));
                }
            }
        }
        return rights;
    }

    /// What `doctor` asks for, no less and no more. The engine's other tests ask a cluster that
    /// allows this only.
    @Test
    void theRoleIsWhatDoctorAsksForAndWhatTheDocumentHas() throws IOException {
        assertThat(rights(only(objects, "Role")))
                .isEqualTo(Set.copyOf(Right.NEEDED))
                .isEqualTo(rights(only(documented(), "Role")));
        for (var kind : List.of("ServiceAccount", "RoleBinding")) {
            assertThat(only(objects, kind)).isEqualTo(only(documented(), kind));
        }
        assertThat(pod().path("serviceAccountName").asText())
                .isEqualTo(only(objects, "ServiceAccount")
                        .path("metadata")
                        .path("name")
                        .asText());
    }

    private String configuration() {
        return only(objects, "ConfigMap").path("data").path("gateway.yaml").asText();
    }

    /// The files of a ConfigMap or a Secret as a pod sees them: links to a directory that is
    /// replaced as a whole.
    private Path mounted(int mode) throws IOException {
        var volume = Files.createDirectory(directory.resolve("etc-shed"));
        var version = Files.createDirectory(
                volume.resolve("..2026_11_29"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(version.resolve("gateway.yaml"), configuration());
        Files.setPosixFilePermissions(version.resolve("gateway.yaml"), PosixFilePermissions.fromString("r--r--r--"));
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_11_29"));
        var link = Files.createSymbolicLink(volume.resolve("gateway.yaml"), Path.of("..data/gateway.yaml"));
        Files.setAttribute(volume, "unix:mode", mode);
        return link;
    }

    @Test
    void theConfigurationIsAcceptedWhereItIsMounted() throws IOException {
        var config = ConfigFile.load(Optional.of(mounted(STICKY)));
        assertThat(config.engine().isKubernetes()).isTrue();
        assertThat(config.access().authorizedKeys()).isEqualTo(directory.resolve("etc-shed/authorized_keys"));
        assertThat(config.listen().port())
                .isEqualTo(gateway().path("ports").path(0).path("containerPort").asInt());
        assertThat(config.listen().address()).isEqualTo("0.0.0.0");
        assertThat(pod().path("initContainers").path(0).path("image").asText())
                .isEqualTo(config.shed().image());

        var state = mounts(gateway())
                .filter(path -> config.state().startsWith(path))
                .toList();
        assertThat(state).hasSize(1);
        assertThat(config.state()).as("a directory of the gateway's own").isNotEqualTo(state.getFirst());
        assertThat(mounts(gateway())).contains(Path.of("/etc/shed"), Path.of("/tmp"));
    }

    private static Stream<Path> mounts(JsonNode container) {
        return each(container.path("volumeMounts"))
                .map(mount -> Path.of(mount.path("mountPath").asText()));
    }

    /// The reason for a projected volume, which is in memory: the directory of a ConfigMap's own
    /// volume is like this.
    @Test
    void aDirectoryThatEverybodyCanWriteIsRefused() throws IOException {
        var file = Optional.of(mounted(0777));
        assertThatThrownBy(() -> ConfigFile.load(file)).isInstanceOf(ShedException.class);
        assertThat(each(pod().path("volumes")).filter(volume -> volume.has("configMap")))
                .isEmpty();
    }

    @Test
    void thePodSatisfiesTheRestrictedStandard() throws IOException {
        var user = YamlTree.parse(text("packages/image/config.json").replaceAll("@\\w+@", "x"))
                .path("config");
        var context = pod().path("securityContext");
        assertThat(user.path("User").asText())
                .isEqualTo(context.path("runAsUser").asText() + ":"
                        + context.path("runAsGroup").asText());
        assertThat(context.path("fsGroup")).isEqualTo(context.path("runAsGroup"));
        assertThat(context.path("fsGroupChangePolicy").asText()).isEqualTo("OnRootMismatch");
        assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(context.path("seccompProfile").path("type").asText()).isEqualTo("RuntimeDefault");
        assertThat(user.path("ExposedPorts")
                        .has(gateway()
                                        .path("ports")
                                        .path(0)
                                        .path("containerPort")
                                        .asText() + "/tcp"))
                .isTrue();
        assertThat(Stream.concat(each(pod().path("initContainers")), each(pod().path("containers"))))
                .allSatisfy(container -> {
                    var own = container.path("securityContext");
                    assertThat(own.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(own.path("capabilities").path("drop").toString()).isEqualTo("[\"ALL\"]");
                    assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                });
    }

    /// Without a policy, an image named `latest` would be pulled, which may be on the nodes only.
    @Test
    void imagesThatTheNodesHaveAreNotPulled() {
        assertThat(Stream.concat(each(pod().path("initContainers")), each(pod().path("containers"))))
                .allSatisfy(container ->
                        assertThat(container.path("imagePullPolicy").asText()).isEqualTo("IfNotPresent"));
    }

    /// A file of a Secret can be read by the group. The copy cannot, also if there was one before.
    @Test
    void theHostKeysOfTheSecretAreCopiedForTheOwnerAlone() throws Exception {
        var keys = Files.createDirectory(directory.resolve("keys"));
        var state = directory.resolve("state");
        var script =
                pod().path("initContainers").path(0).path("command").path(2).asText();
        var words = List.of(
                "sh", "-euc", script.replace("/keys/", keys + "/").replace("/var/lib/shed/state", state.toString()));
        for (var content : List.of("one", "two")) {
            Files.deleteIfExists(keys.resolve("host_ed25519"));
            Files.writeString(keys.resolve("host_ed25519"), content);
            Files.setPosixFilePermissions(keys.resolve("host_ed25519"), PosixFilePermissions.fromString("r--r-----"));
            assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
            assertThat(state.resolve("host_ed25519")).hasContent(content);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("host_ed25519"))))
                    .isEqualTo("rw-------");
        }
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    /// Two gateways must not use one state directory.
    @Test
    void theFormerPodEndsFirst() {
        var spec = only(objects, "Deployment").path("spec");
        assertThat(spec.path("replicas").asInt()).isEqualTo(1);
        assertThat(spec.path("strategy").path("type").asText()).isEqualTo("Recreate");
        assertThat(spec.path("selector").path("matchLabels"))
                .isEqualTo(spec.path("template").path("metadata").path("labels"))
                .isEqualTo(only(objects, "Service").path("spec").path("selector"));
        assertThat(gateway().path("ports").path(0).path("name"))
                .isEqualTo(only(objects, "Service")
                        .path("spec")
                        .path("ports")
                        .path(0)
                        .path("targetPort"));
    }

    /// The names of the volumes are those of objects in the manifest, and of the Secret that the
    /// document makes.
    @Test
    void whatIsMountedIsThere() throws IOException {
        var claim = only(objects, "PersistentVolumeClaim")
                .path("metadata")
                .path("name")
                .asText();
        var map = only(objects, "ConfigMap").path("metadata").path("name").asText();
        var volumes = pod().path("volumes").toString();
        assertThat(volumes)
                .contains("{\"claimName\":\"" + claim + "\"}", "{\"configMap\":{\"name\":\"" + map + "\"")
                .contains("{\"secret\":{\"name\":\"gateway-keys\"", "{\"secretName\":\"gateway-keys\"");
        assertThat(text("docs/kubernetes.md"))
                .contains("create secret generic gateway-keys", "--from-file=authorized_keys", "=host_ed25519");
    }
}
