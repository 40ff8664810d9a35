package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.table.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed server list`: lists the servers and whether they answer.
final class ServerList {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Call call;

    ServerList(Call call) {
        this.call = call;
    }

    static CommandSpec spec() {
        return Grammar.verb("list", "List the servers, and whether they answer.", "shed server list")
                .addOption(Grammar.flag("Print JSON.", "--json"));
    }

    Outcome run(ParseResult parsed) throws IOException, InterruptedException {
        var settings = call.settings();
        var answers = new Lobby(call, PATIENCE).askAll(settings.servers().values(), List.of("version"));
        if (Grammar.has(parsed, "--json")) {
            var rows = answers.stream().map(answer -> json(settings, answer)).toList();
            call.json(Map.of("servers", rows));
            return Outcome.SUCCESS;
        }
        var table = new Table("NAME", "HOST", "PORT", "DEFAULT", "STATUS").dropping(List.of("DEFAULT", "PORT", "HOST"));
        for (var answer : answers) {
            var server = answer.server();
            table.row(
                    server.name(),
                    server.host(),
                    Integer.toString(server.port()),
                    isDefault(settings, server) ? "yes" : "-",
                    status(answer));
        }
        table.print(call);
        return Outcome.SUCCESS;
    }

    private static boolean isDefault(Settings settings, Server server) {
        return settings.isDefault(server);
    }

    private static String status(Lobby.Answer answer) {
        return answer.problem().orElseGet(() -> "answers (" + answer.json().getOrDefault("gateway", "?") + ")");
    }

    private static Map<String, Object> json(Settings settings, Lobby.Answer answer) {
        var server = answer.server();
        var row = new LinkedHashMap<String, Object>();
        row.put("name", server.name());
        row.put("host", server.host());
        row.put("port", server.port());
        row.put("default", isDefault(settings, server));
        row.put("reachable", answer.problem().isEmpty());
        row.put("problem", answer.problem().orElse(null));
        row.put("gateway", answer.json().get("gateway"));
        row.put("identity", server.identity().map(Path::toString).orElse(null));
        return row;
    }
}
