package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.forward.Forwarding;
import dev.shed.cli.forward.RequestedForward;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.ssh.SshCommand;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed forward`: forwards ports of a shed to this machine over one connection. This process keeps running:
/// it prints the local ports, follows ports that open and close, and reconnects when the connection is lost.
final class ForwardVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "forward",
                        "Forward ports of a shed to 127.0.0.1 on this machine, until Ctrl-C. A port that is in use"
                                + " here is replaced by a free one near it. When the link is lost, forward"
                                + " reconnects.",
                        "shed forward myproj 8080",
                        "shed forward myproj 3000:8080 5432",
                        "shed forward myproj --all")
                .addOption(Grammar.flag("Forward all listening ports, as they open and close.", "-a", "--all"))
                .addOption(Grammar.server())
                .addPositional(Grammar.word(0, "SHED", "The shed: SHED or SERVER/SHED."))
                .addPositional(Grammar.words(
                        1, false, "PORT", "A port of the shed, or LOCAL:PORT to listen on exactly that local port."));
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var requested =
                Grammar.words(parsed, 1).stream().map(RequestedForward::parse).toList();
        if (requested.isEmpty() != Grammar.has(parsed, "--all")) {
            throw CliFailure.usage("no port is given; name ports, or use --all", "shed forward --help");
        }
        var target = Grammar.target(parsed);
        var server = new Finder(call).find(target, Finder.Care.ASKED);
        return Call.isWindows()
                ? plain(call, server, target, requested)
                : new Forwarding(call, server, target.shed(), requested).run();
    }

    /// Without shared connections, forwards cannot be added later. ssh then runs alone, with the named ports
    /// only.
    private static Outcome plain(Call call, Server server, Target target, List<RequestedForward> requested) {
        if (requested.isEmpty()) {
            throw CliFailure.usage(
                    "--all needs connections that can be shared; name the ports", "shed forward SHED 8080");
        }
        var ssh = call.ssh(server)
                .watchful()
                .alone()
                .options("ExitOnForwardFailure=yes")
                .words("-N", "-T");
        requested.forEach(forward -> ssh.words("-L", forward.words()));
        return new Outcome.Replace(new SshCommand(ssh.login(target.shed())));
    }
}
