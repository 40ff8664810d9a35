package dev.shed.gateway.command;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.FakeRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verbs of the code and of docs/spec.md are the same, and so are their options.
class VerbsDocumentTest {
    private static final Pattern VERB = Pattern.compile("`([a-z]+)[^`]*`");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final Pattern OF_HELP = Pattern.compile("(?m)^ +(?:-\\w, +)?(--[a-z-]+)");

    /// What every verb has is described once.
    private static final Set<String> ALWAYS = Set.of("--help", "--json");

    /// Options of other programs that the specification names.
    private static final List<String> OTHERS =
            List.of("--config", "--cap-drop", "--group-add", "--init", "--idle-limit", "--speed", "--cidfile");

    @TempDir
    Path directory;

    private Caller caller;
    private String verbs;
    private String spec;

    @BeforeEach
    void read() throws IOException {
        caller = new Caller(new FakeRuntime().with("demo"), directory);
        spec = Files.readString(Path.of("..", "docs", "spec.md"));
        verbs = spec.substring(spec.indexOf("\n## Verbs\n"), spec.indexOf("\n## Failures\n"));
    }

    private Set<String> options(String verb) {
        return OF_HELP.matcher(caller.at("shed", verb + " --help").out())
                .results()
                .map(option -> option.group(1))
                .filter(option -> !ALWAYS.contains(option))
                .collect(toSet());
    }

    @Test
    void theTableHasEachVerbAndNoOther() {
        var table = verbs.lines()
                .filter(line ->
                        line.matches("\\| `.*\\| (lobby|shed, lobby)[^|]*\\| (viewer|responder|user|admin) \\|.*"))
                .flatMap(row -> VERB.matcher(row.split(" \\| ", 2)[0]).results())
                .map(verb -> verb.group(1))
                .filter(verb -> !Set.of("play", "export").contains(verb)) // words of `recordings`
                .collect(toSet());
        assertThat(table)
                .isEqualTo(caller.table().entries().stream().map(Entry::verb).collect(toSet()));
    }

    @Test
    void everyOptionOfAVerbIsInTheSpecification() {
        for (var entry : caller.table().entries()) {
            assertThat(options(entry.verb()))
                    .as(entry.verb())
                    .allSatisfy(option -> assertThat(spec).containsPattern(option + "(?![a-z-])"));
        }
    }

    @Test
    void everyOptionInTheSpecificationIsThatOfAVerb() {
        var known = new TreeSet<>(OTHERS);
        known.addAll(ALWAYS);
        caller.table().entries().forEach(entry -> known.addAll(options(entry.verb())));
        // The section about resume lists options of agents.
        int resume = spec.indexOf("\n### Resume\n");
        var others = spec.substring(0, resume) + spec.substring(spec.indexOf("\n### ", resume + 1));
        assertThat(OPTION.matcher(others)
                        .results()
                        .map(option -> option.group())
                        .distinct())
                .allSatisfy(option -> assertThat(known).contains(option));
    }
}
