package dev.shed.cli.sshconfig;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.KnownHosts;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The options of `~/.ssh/config` that apply to a server's host but not to every host: a HostName, a jump
/// host, a key. They do not apply to an entry of another name, so they are copied into it.
public final class HostOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// A host for which no configuration has options of its own.
    private static final String NOBODY = "nobody.invalid";

    private static final Set<String> WORDS = Set.of("IdentityFile", "CertificateFile", "IdentityAgent");
    private static final List<String> JUMPS = List.of("ProxyJump", "ProxyCommand");
    private static final List<String> COPIED = List.of(
            "ProxyJump",
            "ProxyCommand",
            "IdentityFile",
            "CertificateFile",
            "IdentitiesOnly",
            "IdentityAgent",
            "AddKeysToAgent",
            "ForwardAgent",
            "AddressFamily",
            "BindAddress",
            "BindInterface",
            "HostKeyAlias",
            "HostKeyAlgorithms",
            "PubkeyAcceptedAlgorithms",
            "KexAlgorithms",
            "Ciphers",
            "MACs",
            "Compression",
            "ConnectTimeout",
            "ServerAliveInterval",
            "ServerAliveCountMax");

    /// The output of `ssh -G`: keywords in lower case, with their values.
    public record Said(Map<String, List<String>> values) {
        public Said {
            values = Map.copyOf(values);
        }

        public List<String> all(String keyword) {
            return values.getOrDefault(keyword.toLowerCase(Locale.ROOT), List.of());
        }

        public String first(String keyword) {
            return all(keyword).stream().findFirst().orElse("");
        }

        static Said parse(String text) {
            var values = new LinkedHashMap<String, List<String>>();
            text.lines().forEach(line -> {
                int space = line.indexOf(' ');
                if (space > 0) {
                    values.computeIfAbsent(line.substring(0, space), _ -> new ArrayList<>())
                            .add(line.substring(space + 1));
                }
            });
            return new Said(values);
        }
    }

    /// The options of a host.
    ///
    /// @param name the name to which ssh connects
    /// @param lines options, as lines of an entry
    public record Particular(String name, List<String> lines) {
        public Particular {
            lines = List.copyOf(lines);
        }
    }

    private HostOptions() {}

    /// Reads the options with `ssh -G`.
    static Particular of(Server server) throws InterruptedException {
        return particular(server, ask(server.host()), ask(NOBODY));
    }

    /// Reads ssh's options for a host with `ssh -G`, which does not connect.
    public static Said ask(String host) throws InterruptedException {
        var answer = SshProcess.ask(new SshCommand(List.of("ssh", "-G", "--", host)), PATIENCE);
        if (answer.status() != 0) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    "ssh cannot read its configuration: "
                            + Printable.of(
                                    answer.err().strip().lines().findFirst().orElse("ssh -G fails")),
                    "ssh -G " + host);
        }
        return Said.parse(answer.out());
    }

    /// The port of a server's host in `~/.ssh/config`. ssh reports 22 also if none is set, so 22 counts as
    /// none.
    public static Optional<Integer> port(String host) throws InterruptedException {
        var port = ask(Lobby.LOGIN + "@" + host).first("port");
        boolean given = port.matches("[0-9]{1,5}") && !port.equals(Integer.toString(Server.SSH_PORT));
        return given ? Optional.of(Integer.parseInt(port)) : Optional.empty();
    }

    /// The name under which ssh looks up the host keys of a server.
    public static String nameOfKeys(Server server) throws InterruptedException {
        var said = ask(Lobby.LOGIN + "@" + server.host());
        var alias = said.first("hostkeyalias");
        return alias.isEmpty() ? KnownHosts.name(said.first("hostname"), server.port()) : alias;
    }

    static Particular particular(Server server, Said host, Said nobody) {
        var lines = new ArrayList<String>();
        for (var keyword : COPIED) {
            var values = new ArrayList<>(host.all(keyword));
            values.removeAll(nobody.all(keyword));
            values.stream()
                    .filter(HostOptions::isOneLine)
                    .forEach(value -> lines.add(keyword + " " + quoted(keyword, value)));
        }
        boolean jumps = JUMPS.stream().anyMatch(keyword -> !host.all(keyword).isEmpty());
        if (!jumps && JUMPS.stream().anyMatch(keyword -> !nobody.all(keyword).isEmpty())) {
            lines.add("ProxyJump none");
        }
        var name = host.first("hostname");
        return new Particular(name.isEmpty() || name.equalsIgnoreCase(server.host()) ? server.host() : name, lines);
    }

    private static boolean isOneLine(String value) {
        return !value.isBlank() && value.chars().noneMatch(Character::isISOControl);
    }

    private static String quoted(String keyword, String value) {
        return WORDS.contains(keyword) && value.contains(" ") && !value.contains("\"") ? "\"" + value + "\"" : value;
    }
}
