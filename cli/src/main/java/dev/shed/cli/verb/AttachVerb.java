package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CallEndedException;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.login.Reconnect;
import dev.shed.cli.login.SshTrouble;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.ssh.LinkLog;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.ssh.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed attach`: attaches to a session, and reconnects when the connection is lost. ssh writes its messages
/// to a log, because only they distinguish a lost connection from a normal end.
final class AttachVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "attach",
                        "Attach to a session of a shed. The session is created if it does not exist. Ctrl-B d"
                                + " detaches, and the session keeps running. When the link is lost, attach"
                                + " reconnects.",
                        "shed attach myproj",
                        "shed attach myproj debug",
                        "shed attach home/myproj+debug --read-only")
                .addOption(Grammar.session("The same as SESSION."))
                .addOption(Grammar.flag("Fail if the session exists.", "--new"))
                .addOption(Grammar.flag("Watch an existing session; keys are ignored.", "-r", "--read-only"))
                .addOption(Grammar.flag("Exit when the link is lost.", "--no-reconnect"))
                .addOption(Grammar.server())
                .addPositional(Grammar.word(0, "SHED", "The shed: SHED, SHED+SESSION or SERVER/SHED."))
                .addPositional(Grammar.optionalWord(1, "SESSION", "The session (default: 'default')."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var target = Grammar.target(parsed)
                .withSession(Grammar.word(parsed, 1))
                .withSession(Grammar.value(parsed, "--session"));
        var again = call.variable(Outcome.AGAIN).map(Path::of).map(LinkLog::new);
        if (again.isPresent()) {
            var server = call.settings().server(again.get().server());
            backOnline(call, server, again.get());
            return start(call, parsed, server, target, again.get(), true);
        }
        // Before the terminal is looked at, so that an unknown server is reported as such.
        var server = new Finder(call).find(target, Finder.Care.QUICK);
        if (!call.terminal().in()) {
            throw CliFailure.usage("attach needs a terminal", "shed exec " + target.place() + " -- COMMAND…");
        }
        return start(call, parsed, server, target, LinkLog.create(call.home(), server), false);
    }

    private static Outcome start(
            Call call, ParseResult parsed, Server server, Target target, LinkLog log, boolean again)
            throws IOException {
        var variables = new TreeMap<>(Map.of(Variables.CLIENT, call.client(server)));
        // A reconnection never creates a session: the one that was attached may have ended.
        if (again) {
            variables.put(Variables.NEW, "0");
        } else if (Grammar.has(parsed, "--new")) {
            variables.put(Variables.NEW, "1");
        }
        if (Grammar.has(parsed, "--read-only")) {
            variables.put(Variables.READ_ONLY, "1");
        }
        if (!Grammar.has(parsed, "--no-reconnect")) {
            variables.put(Variables.ATTACH_ID, log.id());
        }
        var ssh = call.ssh(server)
                .watchful()
                .alone()
                .variables(variables.keySet())
                .words("-t");
        if (Grammar.has(parsed, "--no-reconnect")) {
            Files.deleteIfExists(log.file());
            return new Outcome.Replace(new SshCommand(ssh.login(target.loginName()), variables));
        }
        ssh.options("LogLevel=DEBUG1").words("-E", log.file().toString());
        return new Outcome.Keep(new SshCommand(ssh.login(target.loginName()), variables), log.file());
    }

    /// Returns when the server answers again; ends the client if the connection cannot be restored.
    private static void backOnline(Call call, Server server, LinkLog log) throws IOException, InterruptedException {
        switch (log.verdict()) {
            case LOST -> new Reconnect(call, server).await(log);
            case ENDED -> {
                Files.deleteIfExists(log.file());
                throw new CallEndedException(SshProcess.SSH_FAILED);
            }
            case REFUSED -> {
                call.err().print(log.said());
                Files.deleteIfExists(log.file());
                throw new SshTrouble(call, server).unreachable();
            }
        }
    }
}
