package dev.shed.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What the page `/metrics` says, as a list of samples.
public record Scrape(String text) {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? ([^ ]+)");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ([a-z_]+) ([a-z]+)$");

    public static Scrape of(InetSocketAddress address) throws IOException {
        var answer = Http.get(address, "/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsIgnoringCase("content-type: text/plain; version=0.0.4");
        return new Scrape(answer.body());
    }

    /// The value of a sample, such as `shed_connections{state="logged_in"}`; 0 if there is none.
    public double value(String sample) {
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /// Reads the page until a sample has this value.
    public static void await(InetSocketAddress address, String sample, double value) throws Exception {
        Await.get(sample, Await.PATIENCE, () -> of(address).value(sample), seen -> seen == value);
    }

    /// The types by name, as `# TYPE` says.
    Map<String, String> types() {
        var types = new TreeMap<String, String>();
        TYPE.matcher(text).results().forEach(found -> types.put(found.group(1), found.group(2)));
        return types;
    }

    /// The names of the labels of each sample line with this name.
    Map<String, String> labels(String name) {
        var labels = new TreeMap<String, String>();
        text.lines()
                .map(SAMPLE::matcher)
                .filter(found -> found.matches() && found.group(1).equals(name))
                .forEach(found -> labels.put(
                        found.group(),
                        found.group(2) == null
                                ? ""
                                : String.join(
                                        ",",
                                        Arrays.stream(found.group(2).split(","))
                                                .map(label -> label.replaceFirst("=.*", ""))
                                                .sorted()
                                                .toList())));
        return labels;
    }
}
