package dev.shed.cli.verb;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Verb;
import dev.shed.cli.complete.ShellScript;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `shed completion`: prints a shell's completion script.
final class CompletionVerb implements Verb {
    @Override
    public CommandSpec spec() {
        return Grammar.verb(
                        "completion",
                        "Print a script that makes a shell complete verbs, options, sheds and sessions."
                                + " scripts/install-cli installs these scripts.",
                        "source <(shed completion bash)",
                        "source <(shed completion zsh)",
                        "shed completion fish | source")
                .addPositional(PositionalParamSpec.builder()
                        .index("0")
                        .arity("1")
                        .type(String.class)
                        .paramLabel("SHELL")
                        .description("The shell: bash, zsh or fish.")
                        .completionCandidates(ShellScript.names())
                        .build());
    }

    @Override
    public Outcome run(Call call, ParseResult parsed, List<String> words) throws IOException {
        var name = Grammar.required(parsed, 0);
        var script = ShellScript.of(name)
                .orElseThrow(() -> CliFailure.usage(
                        "there is no completion for '" + Printable.of(name) + "'", "shed completion bash"));
        call.out().print(script.text());
        call.out().flush();
        return Outcome.SUCCESS;
    }
}
