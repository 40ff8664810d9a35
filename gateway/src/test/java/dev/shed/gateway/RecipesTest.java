package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The recipes of CONTRIBUTING.md name files that are there, and that have the recipe's example.
class RecipesTest {
    private static final Path ROOT = Path.of("..");

    /// `### A verb, such as ...`, with the example in backquotes.
    private static final Pattern HEADING = Pattern.compile("### .*`([^`]+)`");

    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|.*");

    /// @param file from the root of the repository
    record Step(String example, String file) {}

    static List<Step> steps() throws IOException {
        var steps = new ArrayList<Step>();
        var example = "";
        for (var line : recipes()) {
            var heading = HEADING.matcher(line);
            var row = ROW.matcher(line);
            if (heading.matches()) {
                example = heading.group(1);
            } else if (row.matches()) {
                steps.add(new Step(example, row.group(1)));
            }
        }
        assertThat(steps).hasSizeGreaterThan(30);
        return steps;
    }

    private static List<String> recipes() throws IOException {
        return Files.readAllLines(ROOT.resolve("CONTRIBUTING.md")).stream()
                .dropWhile(line -> !line.equals("## Recipes"))
                .takeWhile(line -> !line.equals("## Commits"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void eachFileOfARecipeHasItsExample(Step step) throws IOException {
        assertThat(plain(Files.readString(ROOT.resolve(step.file())))).contains(plain(step.example()));
    }

    /// A key is `two-words` in the configuration and `twoWords` in Java.
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
