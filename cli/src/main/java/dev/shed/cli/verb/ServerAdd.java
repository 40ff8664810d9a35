package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.login.HostKeyQuestion;
import dev.shed.cli.login.SshTrouble;
import dev.shed.cli.server.ArgumentCheck;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.HostKey;
import dev.shed.cli.sshconfig.HostOptions;
import dev.shed.cli.text.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed server add`: fetches the host key and asks the user to accept it, before anything else is sent to
/// the server.
final class ServerAdd {
    private final Call call;

    ServerAdd(Call call) {
        this.call = call;
    }

    static CommandSpec spec() {
        return Grammar.verb(
                        "add",
                        "Add a server. Its host key is shown, and you are asked to accept it, unless --fingerprint"
                                + " names it. If the key changes later, that is an error. Adding a server again"
                                + " replaces its host key, and keeps --identity.",
                        "shed server add gw.example.org",
                        "shed server add 10.0.0.7 --name home --port 2222 --fingerprint SHA256:…",
                        "shed server add 127.0.0.1 --identity ~/.ssh/shed_ed25519")
                .addOption(
                        Grammar.value("NAME", "The name of the server (default: the first label of HOST).", "--name"))
                .addOption(Grammar.value(
                        "PORT", "The port (default: that of HOST in ~/.ssh/config, or 2222).", "-p", "--port"))
                .addOption(Grammar.value(
                        "FILE", "Log in with this key (default: the keys that ssh finds).", "-i", "--identity"))
                .addOption(Grammar.value(
                        "SHA256:…", "Accept the host key with this fingerprint, and no other.", "--fingerprint"))
                .addOption(Grammar.flag("Accept the host key without asking.", "--trust-on-first-use"))
                .addPositional(Grammar.word(0, "HOST", "Host name, address, or alias of ~/.ssh/config."));
    }

    Outcome run(ParseResult parsed) throws IOException, InterruptedException {
        var server = server(parsed);
        var keys = new HostKeyQuestion(call, server).ask();
        accept(server, keys, parsed);
        AtomicFile.locked(call.home(), () -> {
            call.knownHosts().accept(keys);
            call.save(call.settings().with(server));
        });
        boolean isDefault = call.settings().isDefault(server);
        call.out().println("added " + server.name() + (isDefault ? " (default)" : ""));
        var trouble = new SshTrouble(call, server).find();
        if (trouble.isPresent()) {
            call.notice("'" + server.name() + "' stays added, but no login succeeds yet; to try again: shed version"
                    + " --server " + server.name());
            throw trouble.get();
        }
        if (call.terminal().err()) {
            var place = isDefault ? "" : server.name() + "/";
            call.notice("to see its sheds: shed list" + (isDefault ? "" : " --server " + server.name())
                    + "; to create one: shed create " + place + "NAME");
        }
        return Outcome.SUCCESS;
    }

    private Server server(ParseResult parsed) throws IOException, InterruptedException {
        var host = Grammar.required(parsed, 0);
        ArgumentCheck.refuse("host", host);
        var identity = Grammar.value(parsed, "--identity").map(ServerAdd::key);
        var name = Grammar.value(parsed, "--name").orElseGet(() -> Server.nameFor(host));
        var server = new Server(name, host, port(parsed, host), identity);
        return identity.isPresent() ? server : server.withIdentity(formerIdentity(server));
    }

    /// The key of the same server if it was added before: without `--identity` it stays.
    private Optional<Path> formerIdentity(Server server) throws IOException {
        return Optional.ofNullable(call.settings().servers().get(server.name()))
                .filter(former -> former.host().equals(server.host()) && former.port() == server.port())
                .flatMap(Server::identity);
    }

    private static Path key(String name) {
        var file = Path.of(name).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw CliFailure.usage("there is no file " + Printable.of(file.toString()));
        }
        return file;
    }

    private static int port(ParseResult parsed, String host) throws InterruptedException {
        var port = Grammar.value(parsed, "--port");
        if (port.isEmpty()) {
            return HostOptions.port(host).orElse(Server.DEFAULT_PORT);
        }
        if (!port.get().matches("[0-9]{1,5}")) {
            throw CliFailure.usage("--port must be a number from 1 to 65535");
        }
        return Integer.parseInt(port.get());
    }

    private void accept(Server server, List<HostKey> keys, ParseResult parsed) throws IOException {
        var shown = keys.stream().map(HostKey::fingerprint).toList();
        var known =
                call.knownHosts().alike(keys).stream().map(HostKey::fingerprint).toList();
        var wanted = Grammar.value(parsed, "--fingerprint");
        if (wanted.isPresent()) {
            requireSame(server, wanted.get(), keys);
        } else if (!Grammar.has(parsed, "--trust-on-first-use")) {
            ask(server, keys, known);
        } else {
            refuseChange(server, known, shown);
        }
    }

    private static void requireSame(Server server, String wanted, List<HostKey> shown) {
        if (shown.stream().noneMatch(key -> key.fingerprint().equals(wanted))) {
            throw new CliFailure(
                    CliFailure.Code.HOST_KEY_CHANGED,
                    server.host() + " shows the host key " + list(shown) + ", which is not " + wanted
                            + "; nothing was added",
                    fromTheLog(server, shown));
        }
    }

    private static String list(List<HostKey> keys) {
        return keys.stream().map(key -> key.type() + " " + key.fingerprint()).collect(Collectors.joining(", "));
    }

    /// How to find the fingerprint in the gateway's log, which has all host keys: one of them must be the one
    /// shown.
    private static String fromTheLog(Server server, List<HostKey> shown) {
        return server.addLine("--fingerprint", "SHA256:…")
                + "   # the gateway logs it when it starts: grep 'host key type=\""
                + shown.getFirst().type() + "\"'";
    }

    /// Refuses a host key that differs from one that was accepted before.
    private static void refuseChange(Server server, List<String> known, List<String> shown) {
        if (!known.isEmpty() && shown.stream().noneMatch(known::contains)) {
            throw new CliFailure(
                    CliFailure.Code.HOST_KEY_CHANGED,
                    "the host key of " + server.host() + " has changed from " + String.join(", ", known) + " to "
                            + String.join(", ", shown),
                    server.addLine("--fingerprint", "SHA256:…"));
        }
    }

    private void ask(Server server, List<HostKey> keys, List<String> known) throws IOException {
        if (!call.terminal().in()) {
            throw CliFailure.usage(
                    "without a terminal, shed cannot ask whether to accept the host key",
                    fromTheLog(server, keys),
                    server.addLine("--trust-on-first-use"));
        }
        if (!known.isEmpty()) {
            call.notice("the key accepted so far is " + String.join(", ", known));
        }
        call.err()
                .print(server.host() + ", port " + server.port() + ", shows the host key\n  " + list(keys)
                        + "\nAccept it? [y/N] ");
        call.err().flush();
        var in = new BufferedReader(new InputStreamReader(System.in, java.nio.charset.StandardCharsets.UTF_8));
        var answer = Optional.ofNullable(in.readLine()).map(String::strip).orElse("");
        if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
            throw new CliFailure(CliFailure.Code.HOST_KEY_CHANGED, "not accepted; nothing was added");
        }
    }
}
