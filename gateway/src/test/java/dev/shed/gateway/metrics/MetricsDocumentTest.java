package dev.shed.gateway.metrics;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The metrics of the code, of docs/operations.md and of the dashboard are the same; those of a
/// gateway's page are compared in [MetricsWireTest].
class MetricsDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\| ([^|]*) \\| .* \\|$");
    private static final Pattern WORD = Pattern.compile("`([a-z_]+)`");
    private static final Pattern NAME = Pattern.compile("\\b(?:shed|process|jvm)_[a-z_]+");
    private static final Pattern LABELS = Pattern.compile("by \\(([^)]*)\\)");

    record Row(String type, List<String> labels) {}

    private static final Map<String, Row> CODE =
            Arrays.stream(Metric.values()).collect(toMap(Metric::title, MetricsDocumentTest::row));

    /// What the code says of a metric of this name.
    static Row row(String name) {
        return Optional.ofNullable(CODE.get(name)).orElseThrow(() -> new AssertionError("no metric " + name));
    }

    private static Row row(Metric metric) {
        return new Row(metric.type().name().toLowerCase(Locale.ROOT), metric.labels());
    }

    private static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(pattern == NAME ? 0 : 1));
    }

    @Test
    void theTableIsTheCodes() throws IOException {
        var table = new TreeMap<String, Row>();
        var text = Files.readString(Path.of("..", "docs", "operations.md"));
        var section = text.substring(text.indexOf("\n## Metrics"), text.indexOf("\n## Logs"));
        ROW.matcher(section)
                .results()
                .forEach(row -> table.put(
                        row.group(1),
                        new Row(row.group(2), matches(WORD, row.group(3)).toList())));
        assertThat(table).containsExactlyInAnyOrderEntriesOf(CODE);
    }

    private static JsonNode dashboard() throws IOException {
        return new JsonMapper().readTree(Files.readString(Path.of("..", "config", "grafana", "shed.json")));
    }

    private static List<String> expressions() throws IOException {
        var found = new ArrayList<String>();
        for (var panel : dashboard().path("panels")) {
            for (var target : panel.path("targets")) {
                found.add(target.path("expr").asText());
            }
        }
        return found;
    }

    /// Without the endings of a histogram's parts.
    static String base(String name) {
        return CODE.containsKey(name) ? name : name.replaceFirst("_(bucket|count|sum|max)$", "");
    }

    @Test
    void theDashboardShowsEachOfThemAndNoOther() throws IOException {
        var shown = expressions().stream()
                .flatMap(expression -> matches(NAME, expression))
                .map(MetricsDocumentTest::base)
                .collect(toSet());
        assertThat(shown).isEqualTo(CODE.keySet());
    }

    /// A sum by a label that there is not would be one line, and nobody would notice.
    @Test
    void theDashboardKnowsTheLabels() throws IOException {
        for (var expression : expressions()) {
            var labels = new HashSet<>(Set.of("le", "instance"));
            matches(NAME, expression)
                    .map(MetricsDocumentTest::base)
                    .forEach(name -> labels.addAll(row(name).labels()));
            var used = matches(LABELS, expression).flatMap(list -> Stream.of(list.split(", ")));
            assertThat(labels).as(expression).containsAll(used.toList());
        }
    }

    /// What Grafana needs to import it: each panel has a number and a place of its own, and the data source is chosen.
    @Test
    void theDashboardCanBeLoaded() throws IOException {
        var dashboard = dashboard();
        assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(dashboard.path("title").asText()).isNotEmpty();
        assertThat(dashboard
                        .path("templating")
                        .path("list")
                        .path(0)
                        .path("type")
                        .asText())
                .isEqualTo("datasource");
        var numbers = new HashSet<Integer>();
        var places = new HashSet<String>();
        for (var panel : dashboard.path("panels")) {
            assertThat(numbers.add(panel.path("id").asInt())).as("%s", panel).isTrue();
            var at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt())
                    .as("%s", panel)
                    .isLessThanOrEqualTo(24);
            for (int x = 0; x < at.path("w").asInt(); x++) {
                for (int y = 0; y < at.path("h").asInt(); y++) {
                    var place = (at.path("x").asInt() + x) + "/" + (at.path("y").asInt() + y);
                    assertThat(places.add(place)).as("%s at %s", panel, place).isTrue();
                }
            }
            assertThat(panel.path("type").asText()).isIn("row", "stat", "timeseries");
            for (var target : panel.path("targets")) {
                assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
            }
        }
    }
}
