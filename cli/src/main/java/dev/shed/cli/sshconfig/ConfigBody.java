package dev.shed.cli.sshconfig;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.Home;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.ssh.Variables;
import dev.shed.cli.text.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The lines of the client's block. Every entry has all its options, so that neither another entry nor `Host
/// *` affects it.
final class ConfigBody {
    /// The prefix of all aliases.
    static final String PREFIX = "shed-";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-][A-Za-z0-9._:%-]*");
    private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}\"$]+");

    private final Settings settings;
    private final List<String> common;
    private final Collection<String> own;
    private final Map<Server, HostOptions.Particular> hosts = new HashMap<>();

    /// @param own the user's own names, which the wildcard excludes
    ConfigBody(Settings settings, Home home, Collection<String> own) {
        this.settings = settings;
        this.common = List.of(
                "UserKnownHostsFile " + quoted(home.knownHosts()),
                "GlobalKnownHostsFile /dev/null",
                "StrictHostKeyChecking yes",
                "UpdateHostKeys no",
                "CheckHostIP no",
                "RemoteCommand none",
                "SendEnv " + String.join(" ", Variables.SESSION, Variables.CWD, Variables.NEW, Variables.READ_ONLY));
        this.own = own;
    }

    /// Quotes a path for ssh_config(5). `~` there is the home directory in the password file, whatever HOME
    /// is.
    private static String quoted(Path file) {
        var person = Path.of(System.getProperty("user.home"));
        var text = file.startsWith(person) && !person.equals(person.getRoot())
                ? "~/" + person.relativize(file)
                : file.toString();
        if (!PATH.matcher(text).matches()) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    "ssh's configuration cannot contain the path " + Printable.of(text),
                    "move it to a path without quotes, '$' and control characters");
        }
        return "\"" + text.replace("%", "%%") + "\"";
    }

    List<String> lines(SortedSet<Entry> entries) throws InterruptedException {
        var lines = new ArrayList<String>();
        var aliases = new TreeSet<String>();
        for (var entry : entries) {
            var names = names(entry, entries);
            aliases.addAll(names);
            lines.add(entry.comment());
            lines.add("Host " + String.join(" ", names));
            add(lines, settings.server(entry.server()), entry.shed());
        }
        if (defaultServer().isPresent()) {
            wildcard(lines, defaultServer().get(), aliases);
        }
        lines.add("# The lines below apply to all hosts again.");
        lines.add("Host *");
        return lines;
    }

    private Optional<Server> defaultServer() {
        return settings.servers().size() == 1 || settings.defaultServer().isPresent()
                ? Optional.of(settings.defaultOrOnly())
                : Optional.empty();
    }

    private void wildcard(List<String> lines, Server server, Collection<String> aliases) throws InterruptedException {
        lines.add("# Every other name, without a dot, is the lobby of " + server.name()
                + ": SHED_SESSION says which shed,");
        lines.add("# since ssh cannot make a login name of a part of an alias.");
        var except = new LinkedHashSet<String>(aliases);
        except.addAll(own);
        settings.servers().values().stream()
                .map(Server::host)
                .filter(host -> host.startsWith(PREFIX))
                .forEach(except::add);
        var pattern = new StringBuilder("Host " + PREFIX + "* !*.*");
        except.stream()
                .filter(name -> name.indexOf('.') < 0)
                .forEach(name -> pattern.append(" !").append(name));
        lines.add(pattern.toString());
        add(lines, server, Lobby.LOGIN);
    }

    private void add(List<String> lines, Server server, String login) throws InterruptedException {
        var host = hosts.get(server);
        if (host == null) {
            host = HostOptions.of(server);
            hosts.put(server, host);
        }
        var options =
                new ArrayList<>(List.of("HostName " + plain(host.name()), "Port " + server.port(), "User " + login));
        options.addAll(common);
        server.identity()
                .ifPresent(file -> options.addAll(List.of("IdentityFile " + quoted(file), "IdentitiesOnly yes")));
        options.addAll(host.lines());
        options.forEach(option -> lines.add("    " + option));
    }

    private static String plain(String host) {
        if (!HOST.matcher(host).matches()) {
            throw new CliFailure(
                    CliFailure.Code.CONFIG,
                    "the host '" + Printable.of(host) + "' cannot stand in ssh's configuration");
        }
        return host.replace("%", "%%");
    }

    /// The names of an entry. `shed-SHED` is used if only one server has the shed, or for the default server;
    /// with several servers there is also `shed-SHED.SERVER`. The name of a server is never used for a shed.
    private List<String> names(Entry entry, Collection<Entry> all) {
        var names = new ArrayList<String>();
        var plain = PREFIX + entry.shed();
        boolean isOnly =
                all.stream().filter(other -> other.shed().equals(entry.shed())).count() == 1;
        boolean isDefault =
                defaultServer().map(Server::name).filter(entry.server()::equals).isPresent();
        boolean isHost = settings.servers().values().stream()
                .anyMatch(server -> server.host().equalsIgnoreCase(plain));
        if ((isOnly || isDefault) && !isHost) {
            names.add(plain);
        }
        if (settings.servers().size() > 1 || names.isEmpty()) {
            names.add(plain + "." + entry.server());
        }
        return names;
    }

    /// The shortest name of an entry.
    String alias(Entry entry, Collection<Entry> all) {
        return names(entry, all).getFirst();
    }
}
