package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed sessions`: lists the sessions of one server, as the gateway prints them, or of all servers.
final class SessionsVerb implements Verb {
    private static final String KILL = "kill";

    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "sessions",
                        "List the sessions of a shed, of the default server, or of all servers. 'sessions kill' ends"
                                + " a session. The status is 75 if a shed is too slow to tell all.",
                        "shed sessions",
                        "shed sessions myproj --json",
                        "shed sessions --all --watch",
                        "shed sessions kill myproj debug")
                .addOption(Grammar.flag("Ask all servers.", "-a", "--all"))
                .addOption(Grammar.flag("Print JSON.", "--json"))
                .addOption(Grammar.flag("Show activity, command, directory, clients and titles as well.", "--wide"))
                .addOption(Grammar.flag("Show how the activity was determined.", "--explain"))
                .addOption(Grammar.flag("Show them and update the list, until interrupted.", "-w", "--watch"))
                .addOption(Grammar.server())
                .addPositional(Grammar.optionalWord(0, "SHED", "Only this shed: SHED or SERVER/SHED."))
                .addSubcommand(KILL, Verbs.kill().spec());
    }

    @Override
    public int parsed(List<String> words) {
        return isKill(words) ? 1 + Verbs.kill().parsed(words.subList(1, words.size())) : words.size();
    }

    private static boolean isKill(List<String> words) {
        return !words.isEmpty() && words.getFirst().equals(KILL);
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        if (isKill(words)) {
            return Verbs.kill().run(call, parsed.subcommand(), words.subList(1, words.size()));
        }
        if (Grammar.has(parsed, "--all")) {
            AllServers.requireNoOther(parsed, Grammar.word(parsed, 0));
        }
        if (Grammar.has(parsed, "--watch")) {
            return new SessionsWatch(call, parsed).run();
        }
        return Grammar.has(parsed, "--all") ? all(call, parsed) : one(call, parsed);
    }

    private static Outcome all(Call call, ParseResult parsed) throws IOException, InterruptedException {
        var servers = call.settings().servers().values();
        var shed = Grammar.word(parsed, 0);
        return new AllServers(call, listed(parsed), servers, shed).print(Grammar.has(parsed, "--json"));
    }

    static Listed listed(ParseResult parsed) {
        return Listed.sessions(Grammar.has(parsed, "--wide"), Grammar.has(parsed, "--explain"));
    }

    private static Outcome one(Call call, ParseResult parsed) throws IOException, InterruptedException {
        var words = new ArrayList<String>();
        Grammar.word(parsed, 0).ifPresent(words::add);
        Stream.of("--json", "--wide", "--explain")
                .filter(option -> Grammar.has(parsed, option))
                .forEach(words::add);
        Grammar.value(parsed, "--server").ifPresent(name -> words.add("--server=" + name));
        var verb = new GatewayVerb(
                Grammar.verb("sessions", "").addPositional(Grammar.optionalWord(0, "SHED", "")),
                GatewayVerb.About.EITHER,
                GatewayVerb.Manner.TABLE);
        return verb.run(call, parsed, words);
    }
}
