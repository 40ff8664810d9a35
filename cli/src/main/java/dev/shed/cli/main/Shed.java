package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Terminal;
import dev.shed.cli.call.Verb;
import dev.shed.cli.call.Version;
import dev.shed.cli.failure.CallEndedException;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.Home;
import dev.shed.cli.text.Printable;
import dev.shed.cli.verb.Grammar;
import dev.shed.cli.verb.Verbs;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The `shed` client: finds the verb, runs it, and carries out its result.
public final class Shed {
    private final Call call;

    Shed(Call call) {
        this.call = call;
    }

    public static void main(String[] decoded) throws IOException, InterruptedException {
        var environment = new HashMap<>(System.getenv());
        // No lambda here: it would not be in the AOT cache that Training creates.
        var letters = System.getProperty("shed.terminal");
        var terminal = letters == null ? Terminal.guessed() : Terminal.of(letters);
        var file = System.getProperty("shed.plan");
        var plan = file == null ? Optional.<Path>empty() : Optional.of(Path.of(file));
        var words = RawText.arguments(decoded);
        var call = new Call(
                Home.of(environment), environment, terminal, stream(FileDescriptor.out), stream(FileDescriptor.err));
        System.exit(run(call, new HandOver(plan, environment), words));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, UTF_8);
    }

    private static int run(Call call, HandOver handOver, List<String> words) throws IOException, InterruptedException {
        while (true) {
            var status = handOver.run(new Shed(call).outcome(words));
            if (status.isPresent()) {
                return status.get();
            }
        }
    }

    /// Runs the verb that `words` name. A failure is printed.
    Outcome outcome(List<String> words) throws InterruptedException {
        try {
            return answer(words);
        } catch (CallEndedException e) {
            return new Outcome.Done(e.status());
        } catch (CliFailure e) {
            return failed(words, e);
        } catch (CommandLine.ParameterException e) {
            return failed(words, Grammar.failure(e));
        } catch (IOException e) {
            return failed(words, CliFailure.of(e));
        } catch (UncheckedIOException e) {
            return failed(words, CliFailure.of(requireNonNull(e.getCause())));
        } catch (RuntimeException e) {
            return failed(words, CliFailure.of(e));
        }
    }

    private Outcome failed(List<String> words, CliFailure failure) {
        var verb = words.stream().findFirst().flatMap(Verbs::find);
        var rest = words.subList(Math.min(1, words.size()), words.size());
        // The later arguments are a command for the shed.
        int own = verb.map(named -> named.own(rest)).orElse(rest.size());
        boolean json = rest.subList(0, own).stream()
                .takeWhile(word -> !word.equals("--"))
                .anyMatch("--json"::equals);
        FailurePrinter.tell(
                call,
                json,
                Choices.asCalls(failure, words, own)
                        .orHint(verb.map(_ -> "shed " + words.getFirst()).orElse("shed") + " --help"));
        return new Outcome.Done(failure.status());
    }

    private Outcome answer(List<String> words) throws IOException, InterruptedException {
        var named = words.isEmpty() ? Optional.<Verb>empty() : Verbs.find(words.getFirst());
        if (named.isEmpty()) {
            return withoutVerb(words);
        }
        var verb = named.get();
        var rest = words.subList(1, words.size());
        var root = root();
        root.addSubcommand(words.getFirst(), verb.spec());
        var line = commandLine(root);
        var parsed = line.parseArgs(words.subList(0, 1 + verb.parsed(rest)).toArray(String[]::new));
        return helped(parsed) ? Outcome.SUCCESS : verb.run(call, parsed.subcommand(), rest);
    }

    private boolean helped(CommandLine.ParseResult parsed) {
        var asked = parsed.asCommandLineList().stream()
                .filter(CommandLine::isUsageHelpRequested)
                .findFirst();
        asked.ifPresent(this::usage);
        return asked.isPresent();
    }

    private Outcome withoutVerb(List<String> words) throws IOException {
        var first = words.isEmpty() ? "--help" : words.getFirst();
        switch (first) {
            case "-h", "--help" -> usage(commandLine(everything()));
            case "help" -> usage(help(words.subList(1, words.size())));
            case "-V", "--version" -> call.out().println("shed " + Version.OWN);
            default -> throw UnknownVerb.of(words, Verbs.names(), call.cache());
        }
        return Outcome.SUCCESS;
    }

    private void usage(CommandLine line) {
        call.out().print(UsageText.of(line, colours()));
        call.out().flush();
    }

    private CommandLine help(List<String> words) {
        var line = commandLine(everything());
        for (int i = 0; i < words.size(); i++) {
            var next = line.getSubcommands().get(words.get(i));
            if (next == null) {
                var given = Printable.of(String.join(" ", words.subList(0, i + 1)));
                throw CliFailure.usage(
                        "there is no verb '" + given + "'",
                        line.getCommandSpec().qualifiedName(" ") + " --help");
            }
            line = next;
        }
        return line;
    }

    private static CommandLine commandLine(CommandSpec root) {
        return new CommandLine(root).setExpandAtFiles(false).setPosixClusteredShortOptionsAllowed(true);
    }

    private static CommandSpec root() {
        var spec = Grammar.verb(
                "shed",
                "A convenience client for shed gateways. It finds the server, builds an ssh command line and runs it.",
                "shed server add gw.example.org",
                "shed create myproj",
                "shed attach myproj",
                "shed exec myproj -- make test",
                "shed sessions --all");
        return spec.addOption(CommandLine.Model.OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the client's version and exit.")
                .build());
    }

    /// All verbs, for help and completion.
    public static CommandSpec everything() {
        var root = root();
        Verbs.names()
                .forEach(name ->
                        root.addSubcommand(name, Verbs.find(name).orElseThrow().spec()));
        return root;
    }

    private CommandLine.Help.Ansi colours() {
        boolean plain =
                call.variable("NO_COLOR").isPresent() || !call.terminal().out();
        return plain ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.ON;
    }
}
