package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.doctor.Check;
import dev.shed.cli.doctor.Doctor;
import dev.shed.cli.server.Server;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed doctor`: checks everything that a login depends on.
final class DoctorVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "doctor",
                        "Check what a login depends on: ssh, keys, files, the terminal, and every server with its"
                                + " host key, version and clock. The exit status is that of the first failed check,"
                                + " or 0.",
                        "shed doctor",
                        "shed doctor --json | jq -r '.checks[] | select(.status != \"ok\").message'")
                .addOption(Grammar.flag("Print JSON.", "--json"))
                .addOption(Grammar.server());
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        var checks = new Doctor(call, only(call, parsed)).examine();
        int status = checks.stream()
                .mapToInt(Check::status)
                .filter(code -> code != 0)
                .findFirst()
                .orElse(0);
        if (Grammar.has(parsed, "--json")) {
            var all = new LinkedHashMap<String, Object>();
            all.put("ok", status == 0);
            all.put("checks", checks.stream().map(Check::json).toList());
            call.json(all);
        } else {
            checks.forEach(check -> print(call, check));
        }
        return new Outcome.Done(status);
    }

    /// The server to check, if one was named. Otherwise an unreadable configuration is no error here, since
    /// doctor reports it.
    private static Optional<Server> only(Call call, ParseResult parsed) throws IOException {
        var named = Grammar.value(parsed, "--server");
        return named.isPresent() ? Optional.of(call.settings().server(named.get())) : Optional.empty();
    }

    private static void print(Call call, Check check) {
        call.out().println("%-4s  %s: %s".formatted(check.word(), check.about(), Printable.of(check.message())));
        check.next().forEach(line -> call.out().println("      -> " + line));
    }
}
