package dev.shed.cli.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+),(\\d+) \\+(\\d+),(\\d+) @@\n");

    @Test
    void equalTextsHaveNone() {
        assertThat(UnifiedDiff.of("a", "x\ny\n", "b", "x\ny\n")).isEmpty();
        assertThat(UnifiedDiff.of("a", "", "b", "")).isEmpty();
    }

    @Test
    void aChangeStandsInItsSurroundings() {
        assertThat(UnifiedDiff.of("a", "1\n2\n3\n4\n5\n6\n7\n8\n9", "b", "1\n2\n3\n4\nfive\n6\n7\n8\n9"))
                .isEqualTo("""
                --- a
                +++ b
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8
                """);
        assertThat(UnifiedDiff.of("a", "", "b", "1")).isEqualTo("""
                --- a
                +++ b
                @@ -0,0 +1,1 @@
                +1
                \\ No newline at end of file
                """);
    }

    /// Whatever the texts are: applied to the one, the difference gives the other.
    @Test
    void itLeadsFromOneTextToTheOther() {
        var random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            var old = text(random);
            var fresh = text(random);
            assertThat(applied(old, UnifiedDiff.of("a", old, "b", fresh)))
                    .as("%s -> %s", old, fresh)
                    .isEqualTo(fresh);
        }
    }

    private static String text(Random random) {
        var text = random.ints(random.nextInt(30), 0, 4)
                .mapToObj(n -> "line " + n + "\n")
                .collect(Collectors.joining());
        return random.nextInt(4) == 0 ? text.stripTrailing() : text;
    }

    private static String applied(String old, String diff) {
        var lines = List.of(old.split("(?<=\n)", -1)).stream()
                .filter(line -> !line.isEmpty())
                .toList();
        var out = new StringBuilder();
        int at = 0;
        var last = "";
        for (var line : diff.split("(?<=\n)", -1)) {
            var hunk = HUNK.matcher(line);
            if (hunk.matches()) {
                int first = Integer.parseInt(hunk.group(1)) - (hunk.group(2).equals("0") ? 0 : 1);
                lines.subList(at, first).forEach(out::append);
                at = first;
            } else if (line.startsWith("\\")) {
                out.setLength(out.length() - (last.startsWith("-") ? 0 : 1));
            } else if (line.startsWith("+") && !line.startsWith("+++ ")) {
                out.append(line.substring(1));
            } else if (line.startsWith(" ")) {
                assertThat(lines.get(at).strip()).isEqualTo(line.strip());
                out.append(line.substring(1));
                at++;
            } else if (line.startsWith("-") && !line.startsWith("--- ")) {
                assertThat(lines.get(at).strip()).isEqualTo(line.substring(1).strip());
                at++;
            }
            last = line;
        }
        lines.subList(at, lines.size()).forEach(out::append);
        return out.toString();
    }
}
