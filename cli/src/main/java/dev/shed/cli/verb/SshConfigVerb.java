package dev.shed.cli.verb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.sshconfig.ConfigFile;
import dev.shed.cli.sshconfig.Entry;
import dev.shed.cli.sshconfig.SshConfig;
import dev.shed.cli.sshconfig.SshConfig.Wanted;
import dev.shed.cli.sshconfig.UnifiedDiff;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed ssh-config`: writes names for sheds to `~/.ssh/config`, for all programs that read it.
final class SshConfigVerb implements Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int UNAVAILABLE = 69;

    /// How many aliases a message has: what a person reads.
    private static final int SHOWN = 8;

    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "ssh-config",
                        "Maintain aliases for sheds, such as shed-myproj, in ~/.ssh/config, for all programs that use"
                                + " ssh. Without an option, print the block that --install would write. Named sheds"
                                + " are added to the block; without a name it gets all sheds of the default server."
                                + " The rest of the file is not changed.",
                        "shed ssh-config myproj --install && ssh shed-myproj",
                        "shed ssh-config --all --dry-run",
                        "rsync -a src/ shed-myproj:src/",
                        "SHED_SESSION=debug ssh shed-myproj",
                        "shed ssh-config --uninstall")
                .addOption(Grammar.flag("Include all sheds of all servers.", "-a", "--all"))
                .addOption(Grammar.flag("Write the block at the start of ~/.ssh/config.", "--install"))
                .addOption(Grammar.flag("Print the change in the format of diff -u, without making it.", "--dry-run"))
                .addOption(Grammar.flag("Remove the block.", "--uninstall"))
                .addOption(Grammar.flag("Replace the block even if it was edited by hand.", "--force"))
                .addOption(Grammar.server())
                .addPositional(Grammar.words(0, false, "SHED", "The sheds: SHED or SERVER/SHED."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var sheds = Grammar.words(parsed, 0);
        boolean uninstall = Grammar.has(parsed, "--uninstall");
        boolean all = Grammar.has(parsed, "--all");
        requireOne(uninstall && Grammar.has(parsed, "--install"), "--install and --uninstall");
        requireOne(uninstall && (all || !sheds.isEmpty()), "--uninstall, which removes the whole block, and sheds");
        requireOne(all && !sheds.isEmpty(), "--all and sheds");
        var server = Grammar.value(parsed, "--server");
        requireOne(server.isPresent() && (all || uninstall), "--server and --all or --uninstall");
        var config = new SshConfig(call, Grammar.has(parsed, "--force"));
        if (uninstall) {
            carryOut(call, parsed, config::uninstall);
            return Outcome.SUCCESS;
        }
        boolean dry = Grammar.has(parsed, "--dry-run");
        boolean install = Grammar.has(parsed, "--install") && !dry;
        var search = sheds.isEmpty() ? listed(call, servers(call, all, server)) : named(call, sheds, server, install);
        if (!install && !dry) {
            print(call, config.block(new ConfigFile(call.home()).read(), search.wanted()));
            return new Outcome.Done(search.status());
        }
        carryOut(call, parsed, (text, exists) -> config.install(text, exists, search.wanted()));
        if (!dry && call.terminal().err()) {
            advise(
                    call,
                    config.aliases(
                            new ConfigFile(call.home()).read(), search.wanted().entries()));
        }
        return new Outcome.Done(search.status());
    }

    private static void requireOne(boolean both, String what) {
        if (both) {
            throw CliFailure.usage(what + " cannot be combined", "shed ssh-config --help");
        }
    }

    /// The entries that were found, and the exit status, which is not 0 if some servers did not answer.
    private record Search(Wanted wanted, int status) {}

    private static Collection<Server> servers(Call call, boolean all, Optional<String> named) throws IOException {
        var settings = call.settings();
        return all && !settings.servers().isEmpty()
                ? settings.servers().values()
                : List.of(named.map(settings::server).orElseGet(settings::defaultOrOnly));
    }

    /// @param check whether to say which sheds do not exist yet
    private static Search named(Call call, List<String> sheds, Optional<String> server, boolean check)
            throws IOException, InterruptedException {
        var entries = new ArrayList<Entry>();
        var finder = new Finder(call);
        for (var word : sheds) {
            var target = Target.parse(word).withServer(server);
            if (target.session().isPresent() || !Entry.isPlain(target.shed())) {
                throw CliFailure.usage(
                        "'" + Printable.of(word)
                                + "' is not a shed name; an alias selects a shed, and SHED_SESSION a session",
                        "shed ssh-config " + target.place() + " --install",
                        "SHED_SESSION=NAME ssh shed-" + target.shed());
            }
            var found = finder.find(target, Finder.Care.ASKED);
            entries.add(new Entry(found.name(), target.shed()));
            if (check && finder.lacks(found, target.shed())) {
                call.notice("server '" + found.name() + "' has no shed '" + target.shed()
                        + "' yet; to create it: shed create " + target.place());
            }
        }
        return new Search(new Wanted(entries, Set.of()), 0);
    }

    private static Search listed(Call call, Collection<Server> servers) throws IOException, InterruptedException {
        var entries = new ArrayList<Entry>();
        var heard = new HashSet<String>();
        int status = 0;
        for (var answer : new Lobby(call, PATIENCE).askAll(servers, List.of("list"))) {
            if (answer.problem().isPresent()) {
                call.notice("server '" + answer.server().name() + "': "
                        + answer.problem().get() + "; its entries are kept");
                status = UNAVAILABLE;
            } else {
                heard.add(answer.server().name());
                entries.addAll(entries(call, answer));
            }
        }
        return new Search(new Wanted(entries, heard), status);
    }

    private static List<Entry> entries(Call call, Lobby.Answer answer) throws IOException {
        var name = answer.server().name();
        call.cache().learn(name, answer.sheds().stream().filter(Entry::isPlain).toList(), Instant.now());
        answer.sheds().stream()
                .filter(shed -> !Entry.isPlain(shed))
                .forEach(shed -> call.notice("server '" + name + "': left out '" + Printable.of(shed) + "'"));
        return answer.sheds().stream()
                .filter(Entry::isPlain)
                .map(shed -> new Entry(name, shed))
                .toList();
    }

    private static void carryOut(Call call, ParseResult parsed, ConfigFile.Edit edit)
            throws IOException, InterruptedException {
        var file = new ConfigFile(call.home());
        if (Grammar.has(parsed, "--dry-run")) {
            print(call, diff(file, file.plan(edit)));
            return;
        }
        var change = AtomicFile.underLock(call.home(), () -> {
            var planned = file.plan(edit);
            file.make(planned);
            return planned;
        });
        report(call, file, change);
    }

    /// Tells a user which aliases there are, and how to use one.
    private static void advise(Call call, List<String> aliases) {
        if (!aliases.isEmpty()) {
            int more = aliases.size() - SHOWN;
            call.notice("ssh, scp, rsync and editors now know "
                    + aliases.stream().limit(SHOWN).collect(Collectors.joining(", "))
                    + (more > 0 ? " and " + more + " more" : "") + "; to log in: ssh " + aliases.getFirst());
        }
    }

    private static String diff(ConfigFile file, ConfigFile.Change change) {
        var name = file.path().toString();
        return UnifiedDiff.of(
                change.before().isPresent() ? name : "/dev/null",
                change.before().orElse(""),
                change.after().isPresent() ? name : "/dev/null",
                change.after().orElse(""));
    }

    private static void print(Call call, String latin1) {
        var bytes = latin1.getBytes(ISO_8859_1);
        call.out().write(bytes, 0, bytes.length);
        call.out().flush();
    }

    private static void report(Call call, ConfigFile file, ConfigFile.Change change) throws IOException {
        var text = file.read();
        if (change.isNothing()) {
            call.out().println(file.path() + " is up to date");
        } else if (text.block().isEmpty()) {
            call.out().println("removed the block from " + file.path());
        } else {
            var entries = text.block().get().entries();
            call.out().println("wrote " + file.path() + ": sheds " + entries.size());
        }
        var covered = SshConfig.covered(text);
        if (!covered.isEmpty()) {
            call.notice("your own entries for these names, below the block in " + file.path()
                    + ", apply only to options that the block does not set: " + String.join(", ", covered));
        }
    }
}
