package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.main.Shed;
import dev.shed.cli.verb.Grammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The verbs and options of the client that tests have tried so far.
final class Exercised implements AfterEachCallback {
    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();

    static void record(List<String> words) {
        SEEN.addAll(of(words));
    }

    /// Every verb, and every verb with each of its options by its longest name.
    static Set<String> all() {
        var all = new TreeSet<String>();
        Shed.everything().subcommands().forEach((name, line) -> collect(name, line.getCommandSpec(), all));
        return all;
    }

    private static void collect(String verb, CommandSpec spec, Set<String> all) {
        if (spec.subcommands().isEmpty() || !spec.positionalParameters().isEmpty()) {
            all.add(verb);
        }
        for (var option : spec.options()) {
            if (!option.usageHelp() && !option.hidden()) {
                all.add(verb + " " + option.longestName());
            }
        }
        spec.subcommands().forEach((name, line) -> collect(verb + " " + name, line.getCommandSpec(), all));
    }

    /// What of it these words try.
    static Set<String> of(List<String> words) {
        var found = new TreeSet<String>();
        var spec = Shed.everything();
        var verb = new ArrayList<String>();
        int next = 0;
        while (next < words.size() && spec.subcommands().containsKey(words.get(next))) {
            verb.add(words.get(next));
            spec = spec.subcommands().get(words.get(next++)).getCommandSpec();
        }
        var name = String.join(" ", verb);
        found.add(name);
        options(spec, words.subList(next, words.size()))
                .forEach(option -> found.add(name + " " + option.longestName()));
        return found;
    }

    private static List<OptionSpec> options(CommandSpec spec, List<String> words) {
        var found = new ArrayList<OptionSpec>();
        for (var word : words.subList(0, command(spec, words))) {
            var option = spec.optionsMap().get(word.replaceFirst("=.*", ""));
            if (option != null) {
                found.add(option);
            }
        }
        return found;
    }

    /// Where the words of somebody else's command begin.
    private static int command(CommandSpec spec, List<String> words) {
        var positionals = Grammar.positionals(spec, words);
        return spec.name().equals("exec") && positionals.size() > 1 ? positionals.get(1) : words.size();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            var claimed = context.getRequiredTestMethod().getAnnotation(Exercises.class);
            assertThat(SEEN).as("what tests have tried").contains(claimed.value());
        }
    }
}
