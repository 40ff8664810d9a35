package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed list`: lists the sheds of one server, as the gateway prints them, or of all servers.
final class ListVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "list",
                        "List the sheds of the default server, or of all servers.",
                        "shed list",
                        "shed list --all --json")
                .addOption(Grammar.flag("Ask all servers.", "-a", "--all"))
                .addOption(Grammar.flag("Print JSON.", "--json"))
                .addOption(Grammar.server());
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        boolean json = Grammar.has(parsed, "--json");
        if (Grammar.has(parsed, "--all")) {
            AllServers.requireNoOther(parsed, Optional.empty());
            var servers = call.settings().servers().values();
            return new AllServers(call, Listed.sheds(), servers, Optional.empty()).print(json);
        }
        var verb = new GatewayVerb(Grammar.verb("list", ""), GatewayVerb.About.LOBBY, GatewayVerb.Manner.TABLE);
        return verb.run(call, parsed, new ArrayList<>(words));
    }
}
