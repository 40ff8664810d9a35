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

    /// A class that a recipe names in passing.
    static List<String> others() throws IOException {
        return Pattern.compile("`([\\w/]+\\.java|[A-Z]\\w+(?:Test|IT|Gateway|Runtime))`")
                .matcher(String.join("\n", recipes()))
                .results()
                .map(name -> name.group(1))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatARecipeNamesInPassingIsThere(String name) throws IOException {
        var end = "/" + (name.contains(".") ? name : name + ".java");
        assertThat(sources()).anyMatch(file -> file.endsWith(end));
    }

    private static List<String> sources() throws IOException {
        var sources = new ArrayList<String>();
        for (var directory : List.of("gateway/src", "cli/src")) {
            try (var files = Files.walk(ROOT.resolve(directory))) {
                files.map(Path::toString).forEach(sources::add);
            }
        }
        return sources;
    }

    /// A key is `two-words` in the configuration and `twoWords` in Java.
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
