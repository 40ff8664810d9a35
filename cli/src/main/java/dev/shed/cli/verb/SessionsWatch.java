package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.lobby.Finder;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Target;
import dev.shed.cli.table.WatchedScreen;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/// `shed sessions --watch`: prints the list every two seconds, over the shared connections.
final class SessionsWatch {
    private static final long PAUSE_MILLIS = 2000;

    private final Call call;
    private final ParseResult parsed;

    SessionsWatch(Call call, ParseResult parsed) {
        this.call = call;
        this.parsed = parsed;
    }

    Outcome run() throws IOException, InterruptedException {
        var shed = Grammar.word(parsed, 0).map(Target::parse);
        var lists = new AllServers(call, SessionsVerb.listed(parsed), servers(shed), shed.map(Target::shed));
        boolean json = Grammar.has(parsed, "--json");
        boolean drawn = !json && call.terminal().out();
        var screen = drawn ? Optional.of(new WatchedScreen(call)) : Optional.<WatchedScreen>empty();
        while (true) {
            if (screen.isPresent()) {
                draw(screen.get(), lists);
            } else {
                lists.print(json);
            }
            call.out().flush();
            if (call.out().checkError()) {
                return Outcome.SUCCESS;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /// Asks before it draws, so that the old list stays on the screen meanwhile.
    private void draw(WatchedScreen screen, AllServers lists) throws IOException, InterruptedException {
        var answers = lists.ask();
        var table = lists.table(answers, Grammar.has(parsed, "--all"));
        screen.show(new WatchedScreen.Content(
                table,
                lists.problems(answers).stream()
                        .map(problem -> "shed: " + problem)
                        .toList()));
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
