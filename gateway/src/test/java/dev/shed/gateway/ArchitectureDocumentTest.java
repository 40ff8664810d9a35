package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What docs/ARCHITECTURE.md and CONTRIBUTING.md name is there, and where they say it is.
class ArchitectureDocumentTest {
    private static final Path GATEWAY = Sources.PROJECT.resolve("gateway/src/main/java/dev/shed/gateway");
    private static final String ARCHITECTURE = Sources.read(Sources.PROJECT.resolve("docs/ARCHITECTURE.md"));
    private static final String CONTRIBUTING = Sources.read(Sources.PROJECT.resolve("CONTRIBUTING.md"));

    /// A type, and maybe one of its methods.
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*)(?:\\(\\))?)?`");

    /// Names of others: sshd's, nested types, and patterns of names.
    private static final List<String> OTHERS =
            List.of("PerSourcePenalties", "Kind", "Scope", "XTest", "XWireTest", "XFuzz");

    /// Starts a shell, or has git start one.
    private static final Pattern SHELL =
            Pattern.compile("\"(?:/bin/)?(?:ba|da)?sh\",\\s*\"-c\",\\s*(\\S*)|= \"!f\\(\\)");

    /// A constant, or the text itself.
    private static final Pattern CONSTANT = Pattern.compile("(\\w+\\.)?[A-Z_]+[,)].*|\".*");

    /// @param end the line behind it
    private static List<String> rows(String document, String begin, String end) {
        return document.lines()
                .dropWhile(line -> !line.startsWith(begin))
                .takeWhile(line -> !line.startsWith(end))
                .filter(line -> line.startsWith("| ") && !line.matches("\\| (package|rule) .*"))
                .toList();
    }

    static List<String> packages() {
        return rows(ARCHITECTURE, "## Code map", "`gateway/src/main/c`");
    }

    static List<String> invariants() {
        return rows(ARCHITECTURE, "## Invariants", "## Words");
    }

    @ParameterizedTest
    @MethodSource("packages")
    void theTypesOfAPackageAreInIt(String row) {
        var name = row.split(" \\| ", 2)[0].replaceAll("[| `]|\\(root\\)", "");
        var directory = GATEWAY.resolve(name.replace('.', '/'));
        assertThat(TYPE.matcher(row).results().map(type -> type.group(1)))
                .as(row)
                .isNotEmpty()
                .allSatisfy(
                        type -> assertThat(directory.resolve(type + ".java")).exists());
    }

    @Test
    void thereIsARowForEachPackage() {
        var all = new TreeSet<String>();
        Sources.ofTheGateway()
                .forEach(file -> all.add(GATEWAY.relativize(file.getParent()).toString()));
        all.remove("");
        assertThat(packages())
                .map(row -> row.split("`", 3)[1].replace('.', '/'))
                .filteredOn(name -> !name.equals("Main"))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void whatIsNamedIsThere() {
        assertThat(Stream.of(ARCHITECTURE, CONTRIBUTING)
                        .flatMap(document -> TYPE.matcher(document).results())
                        .filter(name -> !OTHERS.contains(name.group(1))))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(isThere(name)).as(name.group()).isTrue());
    }

    private static boolean isThere(MatchResult name) {
        return name.group(2) == null
                ? !Sources.of(name.group(1)).isEmpty()
                : Sources.declares(name.group(1), name.group(2));
    }

    /// The last cell says what fails if the rule is broken.
    @ParameterizedTest
    @MethodSource("invariants")
    void eachRuleNamesTheTestThatEnforcesIt(String row) {
        var enforcers = row.substring(row.lastIndexOf('|', row.length() - 2));
        assertThat(enforcers).as(row).containsPattern("`\\w+(Test|IT)\\.\\w+`");
        assertThat(Pattern.compile("`(scripts/[a-z-]+)").matcher(enforcers).results())
                .allSatisfy(script -> assertThat(Files.exists(Sources.PROJECT.resolve(script.group(1))))
                        .isTrue());
    }

    @Test
    void everyShellThatTheGatewayStartsHasAConstantScriptAndIsNamed() {
        var starters = new TreeSet<String>();
        for (var file : Sources.ofTheGateway()) {
            for (var shell : SHELL.matcher(Sources.read(file)).results().toList()) {
                assertThat(shell.group(1) == null
                                || CONSTANT.matcher(shell.group(1)).matches())
                        .as("%s: %s", file, shell.group())
                        .isTrue();
                starters.add(file.getFileName().toString().replace(".java", ""));
            }
        }
        var rule = invariants().stream()
                .filter(row -> row.contains("What starts a shell:"))
                .findFirst()
                .orElseThrow();
        var named = rule.substring(rule.indexOf("What starts a shell:"), rule.lastIndexOf('|', rule.length() - 2));
        assertThat(TYPE.matcher(named).results().map(type -> type.group(1)))
                .containsExactlyInAnyOrderElementsOf(starters);
    }

    /// A newcomer chooses one of them for a new verb.
    @Test
    void theRecipeForAVerbNamesEveryBaseClass() {
        assertThat(Sources.ofTheGateway())
                .filteredOn(file -> file.startsWith(GATEWAY.resolve("command"))
                        && Sources.read(file).contains("\nabstract class "))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(CONTRIBUTING)
                        .contains("`" + file.getFileName().toString().replace(".java", "") + "`"));
    }
}
