package dev.shed.cli.verb;

import dev.shed.cli.Call;
import dev.shed.cli.Finder;
import dev.shed.cli.Grammar;
import dev.shed.cli.Outcome;
import dev.shed.cli.Server;
import dev.shed.cli.Target;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/// `shed sessions --watch`: the list, every two seconds, by the shared connections.
final class SessionsWatch {
    private static final long PAUSE_MILLIS = 2000;
    private static final String CLEAR = "\u001b[H\u001b[J";

    private final Call call;
    private final ParseResult parsed;

    SessionsWatch(Call call, ParseResult parsed) {
        this.call = call;
        this.parsed = parsed;
    }

    Outcome run() throws IOException, InterruptedException {
        boolean json = Grammar.has(parsed, "--json");
        var shed = Grammar.word(parsed, 0).map(Target::parse);
        var servers = servers(shed);
        while (true) {
            if (!json && call.terminal().out()) {
                call.out().print(CLEAR);
            }
            new AllServers(call, AllServers.SESSIONS, servers, shed.map(Target::shed), json).print();
            call.out().flush();
            if (call.out().checkError()) {
                return Outcome.SUCCESS;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private Collection<Server> servers(Optional<Target> shed) throws IOException, InterruptedException {
        var settings = call.settings();
        if (Grammar.has(parsed, "--all")) {
            return settings.servers().values();
        }
        var named = Grammar.value(parsed, "--server");
        if (shed.isPresent()) {
            return List.of(new Finder(call).find(shed.get().withServer(named), Finder.Care.ASKED));
        }
        return List.of(named.map(settings::server).orElseGet(settings::defaultOrOnly));
    }
}
