package dev.shed.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The records of the configuration.
class GatewayConfigTest {
    @Test
    void everyComponentOfTheRecordsIsAKey() {
        assertThat(Keys.PATHS)
                .containsExactlyInAnyOrderElementsOf(
                        components("", GatewayConfig.class).collect(Collectors.toList()));
    }

    private static GatewayConfig.Recording recording(List<String> sheds, long size, String onFailure) {
        return new GatewayConfig.Recording(sheds, Optional.empty(), size, size, Duration.ofHours(1), onFailure);
    }

    static List<Runnable> impossibleRecords() {
        return List.of(
                () -> new GatewayConfig.Listen("127.0.0.1", 70000, List.of()),
                () -> new GatewayConfig.Listen("", 22, List.of()),
                () -> new GatewayConfig.Listen("::1", 22, List.of("proxy.example.org")),
                () -> new GatewayConfig.Strangers("1", 0, 1, "32:64", "no", List.of()),
                () -> new GatewayConfig.Strangers("2:1:1", 1, 1, "32:64", "no", List.of()),
                () -> new GatewayConfig.Strangers("1", 1, 1, "32", "no", List.of()),
                () -> new GatewayConfig.Strangers("1", 1, 1, "32:64", "yes", List.of()),
                () -> new GatewayConfig.Strangers("1", 1, 1, "32:64", "no", List.of("x")),
                () -> new GatewayConfig.Access(Path.of("authorized_keys"), Duration.ofSeconds(1)),
                () -> new GatewayConfig.Access(Path.of("/k"), Duration.ZERO),
                () -> new GatewayConfig.Access(
                        Path.of("/k"),
                        Optional.of(Path.of("ca")),
                        Optional.empty(),
                        Optional.empty(),
                        3072,
                        Duration.ofSeconds(1)),
                () -> new GatewayConfig.Access(
                        Path.of("/k"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        2047,
                        Duration.ofSeconds(1)),
                () -> new GatewayConfig.Algorithms(List.of("none"), List.of(), List.of(), List.of()),
                () -> new GatewayConfig.Algorithms(List.of(), List.of("ssh-dss"), List.of(), List.of()),
                () -> new GatewayConfig.Algorithms(List.of(), List.of(), List.of("none"), List.of()),
                () -> new GatewayConfig.Algorithms(List.of(), List.of(), List.of(), List.of("none")),
                () -> new GatewayConfig.Forwarding(0, 1, "loopback", "keep", "refuse"),
                () -> new GatewayConfig.Engine(URI.create("tcp://h:1"), Duration.ofSeconds(1)),
                () -> new GatewayConfig.Engine(URI.create("unix:///s"), Duration.ZERO),
                () -> new GatewayConfig.Create("github.com", "strict", List.of(), Optional.empty()),
                () -> new GatewayConfig.Create("h:", "ask", List.of(), Optional.empty()),
                () -> new GatewayConfig.Create("h:", "strict", List.of("a:/b"), Optional.empty()),
                () -> new GatewayConfig.Create("h:", "strict", List.of("/a:/"), Optional.empty()),
                () -> new GatewayConfig.Create("h:", "strict", List.of("/a:/b:rx"), Optional.empty()),
                () -> new GatewayConfig.Create("h:", "strict", List.of(), Optional.of(Path.of("env"))),
                () -> new Agents("some", "manual", "never"),
                () -> new Agents("run", "always", "never"),
                () -> new Agents("run", "manual", "always"),
                () -> new Audit("stop"),
                () -> recording(List.of("../x"), 1 << 20, "continue"),
                () -> recording(List.of(), 1, "continue"),
                () -> recording(List.of(), 1 << 20, "stop"),
                () -> new GatewayConfig.Forwarding(1, 1, "loopback", "keep", "no"),
                () -> new GatewayConfig.ShedDefaults("i", "u", "w", Duration.ZERO, "n", 0, 0, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ofSeconds(-1), "n", 0, 0, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ZERO, "host", 0, 0, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ZERO, "container:x", 0, 0, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ZERO, "n", 63, 0, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ZERO, "n", 0, 1000, 0),
                () -> new GatewayConfig.ShedDefaults("i", "u", "/w", Duration.ZERO, "n", 0, 0, -1));
    }

    @ParameterizedTest
    @MethodSource("impossibleRecords")
    void aRecordMadeByHandIsHeldToTheSameRules(Runnable impossible) {
        assertThatThrownBy(impossible::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not allowed, expected: ");
    }

    private static Stream<String> components(String prefix, Class<?> type) {
        return Stream.of(type.getRecordComponents()).flatMap(component -> {
            var path = prefix + kebab(component.getName());
            return component.getType().isRecord() ? components(path + ".", component.getType()) : Stream.of(path);
        });
    }

    /// A record cannot have a component `notify`.
    private static String kebab(String name) {
        if (name.equals("notifications")) {
            return "notify";
        }
        return name.chars()
                .mapToObj(c -> Character.isUpperCase(c) ? "-" + (char) Character.toLowerCase(c) : "" + (char) c)
                .collect(Collectors.joining());
    }
}
