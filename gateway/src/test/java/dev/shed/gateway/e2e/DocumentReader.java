package dev.shed.gateway.e2e;

import dev.shed.gateway.e2e.DocumentRunner.Names;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Somebody who follows a document: a machine with plain ssh and the client, on which the program
/// `shed-gateway` is there as well, and a key that sees no sheds but those that the document
/// names.
final class DocumentReader implements AutoCloseable {
    private static final Pattern SHED = Pattern.compile("\\b(demo|myproj|scratch|legacy)\\b");

    private final DocumentGateway gateway;
    private final Place place;
    private final Desk desk;
    private final TreeMap<String, String> sheds = new TreeMap<>();
    private final Path settings;

    private DocumentReader(DocumentGateway gateway, Desk desk) throws IOException {
        this.gateway = gateway;
        this.place = gateway.place();
        this.desk = desk;
        for (var name : List.of("demo", "myproj", "scratch", "legacy")) {
            sheds.put(name, place.newName(name + "-"));
        }
        settings = Files.createDirectory(desk.path("etc"));
    }

    static DocumentReader of(DocumentGateway gateway) throws IOException {
        var reader = new DocumentReader(gateway, Desk.make());
        reader.place.admit(reader.desk.publicKey(), "sheds=\"" + String.join(",", reader.sheds.values()) + "\"");
        reader.settings();
        reader.programs();
        return reader;
    }

    /// What `/etc/shed` has: the gateway's configuration with other keys, which a document may change.
    private void settings() throws IOException {
        var keys = settings.resolve("authorized_keys");
        Files.writeString(keys, desk.publicKey() + "\n");
        var text = Files.readString(place.path("gateway.yaml"))
                .replace(place.authorizedKeys().toString(), keys.toString());
        Files.writeString(settings.resolve("gateway.yaml"), text);
        Run.run(List.of("chmod", "600", keys.toString())).orFail();
    }

    /// Every host is the gateway, whatever name a document gives it. `gw` is that of README's entry.
    private void programs() throws IOException {
        desk.script("ssh", """
                exec /usr/bin/ssh -F "$HOME/.ssh/all" -o HostName=127.0.0.1 -o Port=%d -o IdentityAgent=none "$@"
                """.formatted(place.port()));
        Files.writeString(desk.home().resolve(".ssh/all"), """
                Include %1$s/.ssh/config
                Host gw
                    User shed
                Host *
                    IdentityFile %1$s/.ssh/id_ed25519
                    UserKnownHostsFile %1$s/.ssh/known_hosts
                    StrictHostKeyChecking accept-new
                    LogLevel ERROR
                    %2$s
                """.formatted(desk.home(), Place.QUICK));
        desk.script("docker", "PATH=${PATH#*:} DOCKER_HOST='" + Place.ENGINE + "' exec docker \"$@\"\n");
        desk.script("sudo", "while [ \"$1\" = -u ]; do shift 2; done\nexec \"$@\"\n");
        var words = ChildGateway.main(place).command().stream()
                .map(Terminal::quoted)
                .collect(Collectors.joining(" "));
        desk.script("shed-gateway", """
                case " $* " in
                    *" --config "*) ;;
                    *) set -- "$@" --config '%s' ;;
                esac
                exec %s "$@"
                """.formatted(settings.resolve("gateway.yaml"), words));
        // The client has been installed by the real one.
        Files.createDirectory(desk.home().resolve("scripts"));
        Files.createSymbolicLink(desk.home().resolve("scripts/install-cli"), Path.of("/bin/true"));
    }

    DocumentRunner runner() {
        return new DocumentRunner(desk, new Names(this::typed, this::shown, place.path("state/audit.log")));
    }

    private String shown(String text) {
        return SHED.matcher(text)
                .replaceAll(shed -> sheds.get(shed.group()))
                .replace("/etc/shed", settings.toString())
                .replace("/var/lib/shed", place.state().toString())
                .replace("/var/run/docker.sock", URI.create(Place.ENGINE).getPath());
    }

    private String typed(String text) {
        return shown(text)
                .replace("SHA256:…", fingerprint())
                .replace("127.0.0.1:9464", "127.0.0.1:" + gateway.metrics())
                .replace(" audit.log", " " + place.path("state/audit.log"))
                .replace("scripts/shed-gateway", "shed-gateway")
                .replace(" some/image ", " " + Place.IMAGE + " ")
                .replace(" shed-base ", " " + Place.IMAGE + " ");
    }

    private String fingerprint() {
        try {
            var key = place.path("state/host_ed25519.pub").toString();
            return Run.run(List.of("ssh-keygen", "-lf", key)).orFail().split(" ", 3)[1];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        desk.close();
    }
}
