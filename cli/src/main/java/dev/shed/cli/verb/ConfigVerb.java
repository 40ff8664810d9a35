package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import dev.shed.cli.server.Settings;
import dev.shed.cli.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed config`: prints the effective settings and their origins.
final class ConfigVerb implements Verb {
    private static final String BUILT_IN = "default";

    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "config",
                        "Show the client's settings: each value, and the file and line, the variable or the default"
                                + " that it comes from.",
                        "shed config",
                        "shed config --json | jq -r '.values[] | select(.key == \"default\").value'")
                .addOption(Grammar.flag("Print JSON.", "--json"));
    }

    /// @param key the setting's name, as in the file
    /// @param value empty if it is not set
    /// @param origin file and line, a variable, or `default`
    private record Row(String key, Optional<String> value, String origin) {
        Map<String, Object> json() {
            var row = new LinkedHashMap<String, Object>();
            row.put("key", key);
            row.put("value", value.orElse(null));
            row.put("origin", origin);
            return row;
        }
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var rows = rows(call);
        if (Grammar.has(parsed, "--json")) {
            var all = new LinkedHashMap<String, Object>();
            all.put("file", call.home().config().toString());
            all.put("values", rows.stream().map(Row::json).toList());
            call.json(all);
            return Outcome.SUCCESS;
        }
        var table = new Table("KEY", "VALUE", "ORIGIN").dropping(List.of("ORIGIN"));
        rows.forEach(row -> table.row(row.key(), row.value().orElse("-"), row.origin()));
        table.print(call);
        return Outcome.SUCCESS;
    }

    private static List<Row> rows(Call call) throws IOException {
        var home = call.home();
        var rows = new ArrayList<Row>();
        var origin = call.variable(Home.VARIABLE).isPresent() ? Home.VARIABLE : BUILT_IN;
        rows.add(new Row("directory", Optional.of(home.directory().toString()), origin));
        rows.add(new Row("file", Optional.of(home.config().toString()), origin));
        rows.add(new Row("known-hosts", Optional.of(home.knownHosts().toString()), origin));
        var person = call.variable("HOME").isPresent() ? "HOME" : BUILT_IN;
        rows.add(new Row("ssh-config", Optional.of(home.sshConfig().toString()), person));
        var editor = call.variable(OpenVerb.VARIABLE);
        rows.add(new Row("editor", editor, editor.isPresent() ? OpenVerb.VARIABLE : BUILT_IN));
        var settings = call.settings();
        var lines = call.origins();
        rows.add(defaultServer(call, settings, lines));
        settings.servers().values().forEach(server -> server(call, server, lines, rows));
        return rows;
    }

    private static Row defaultServer(Call call, Settings settings, Map<String, Integer> lines) {
        if (settings.defaultServer().isEmpty() && settings.servers().size() == 1) {
            return new Row("default", Optional.of(settings.defaultOrOnly().name()), "the only server");
        }
        return new Row("default", settings.defaultServer(), origin(call, lines, "default"));
    }

    private static void server(Call call, Server server, Map<String, Integer> lines, List<Row> rows) {
        var key = "servers." + server.name() + ".";
        rows.add(new Row(key + "host", Optional.of(server.host()), origin(call, lines, key + "host")));
        var port = Integer.toString(server.port());
        rows.add(new Row(key + "port", Optional.of(port), origin(call, lines, key + "port")));
        server.identity()
                .ifPresent(file -> rows.add(new Row(
                        key + "identity", Optional.of(file.toString()), origin(call, lines, key + "identity"))));
    }

    private static String origin(Call call, Map<String, Integer> lines, String key) {
        var line = lines.get(key);
        return line == null ? BUILT_IN : call.home().config() + ":" + line;
    }
}
