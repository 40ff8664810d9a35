package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.complete.Completer;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `shed __complete WORDS…`: for the scripts of `shed completion` only.
final class CompleteVerb implements Verb {
    static final String NAME = "__complete";

    @Override
    public CommandSpec spec() {
        return Grammar.verb(NAME, "What could stand where the last of these words is.");
    }

    @Override
    public int parsed(List<String> words) {
        return 0;
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException, InterruptedException {
        new Completer(call, Verbs.names(), Verbs::find).print(words);
        return Outcome.SUCCESS;
    }
}
