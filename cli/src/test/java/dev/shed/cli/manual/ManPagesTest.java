package dev.shed.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.cli.main.Shed;
import dev.shed.cli.verb.Verbs;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/// The manual says what `--help` says.
class ManPagesTest {
    private static final Map<String, String> PAGES =
            new ManPages(Shed.everything(), "1.2.3", LocalDate.of(2026, 1, 25)).all();

    @Test
    void everyVerbHasAPageAndIsInTheOverview() {
        var expected = new TreeSet<String>();
        expected.add("shed.1");
        for (var verb : Verbs.names()) {
            expected.add("shed-" + verb + ".1");
            assertThat(PAGES.get("shed.1")).contains(Troff.bold("shed-" + verb) + "(1)");
        }
        assertThat(PAGES).containsOnlyKeys(expected);
    }

    @Test
    void everyOptionAndExampleIsThere() {
        Shed.everything()
                .subcommands()
                .forEach((name, line) -> check(PAGES.getOrDefault("shed-" + name + ".1", ""), line.getCommandSpec()));
    }

    private static void check(String page, CommandSpec spec) {
        for (var option : spec.options()) {
            if (!option.usageHelp()) {
                assertThat(page).as(spec.name()).contains(Troff.bold(option.longestName()));
            }
        }
        for (var example : spec.usageMessage().footer()) {
            assertThat(page).contains(Troff.escaped(example.replace("%%", "%").strip()));
        }
        assertThat(spec.usageMessage().footer())
                .as(spec.name() + " has an example")
                .isNotEmpty();
        spec.subcommands().values().forEach(line -> check(page, line.getCommandSpec()));
    }

    @Test
    void nothingOfATextIsTakenForARequest() {
        assertThat(new Troff().text(".x 'y' \\z -- `ls` .so ~/a^b").toString())
                .isEqualTo("\\&.x \\(aqy\\(aq \\ez \\-\\- \\(gals\\(ga \\&.so \\(ti/a\\(hab\n");
        assertThat(new Troff()
                        .text("One. .two " + "word ".repeat(30))
                        .toString()
                        .lines())
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(78).doesNotStartWith("."));
    }
}
