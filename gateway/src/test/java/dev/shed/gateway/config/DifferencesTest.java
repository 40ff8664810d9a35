package dev.shed.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static GatewayConfig config(int number, String word, List<String> algorithms, String... choices) {
        var time = Duration.ofSeconds(number);
        var path = Path.of("/" + word);
        return new GatewayConfig(
                new GatewayConfig.Listen(choices[0], number, Optional.of(word), List.of()),
                path,
                new GatewayConfig.Access(
                        path, Optional.of(path), Optional.of(path), Optional.of(path), 3000 + number, time, choices[6]),
                new GatewayConfig.Ssh(time, number, time, number, number, number, number, number << 20, time, time),
                new GatewayConfig.Strangers(
                        number + ":30:99", number, number, number + ":64", "min:" + number, List.of()),
                new GatewayConfig.Algorithms(
                        algorithms.subList(0, 1),
                        algorithms.subList(1, 2),
                        algorithms.subList(2, 3),
                        algorithms.subList(3, 4)),
                new GatewayConfig.Forwarding(number, number, choices[1], choices[2], choices[5]),
                engine(number, word, time, path),
                new GatewayConfig.ShedDefaults(
                        word, word, "/" + word, time, word, number << 6, (long) number << 30, (long) number << 30),
                new GatewayConfig.Create("https://" + word + "/", choices[3], List.of(), Optional.empty()),
                new Agents(choices[7], choices[8], choices[9]),
                new Audit(choices[4]),
                new GatewayConfig.Recording(
                        List.of(word), Optional.of(path), number << 20, number << 20, time, choices[4]),
                new Notifications(
                        List.of(word),
                        Optional.of(URI.create("https://" + word + "/")),
                        Optional.of(path),
                        Optional.of(word),
                        List.of(word),
                        Notifications.STATUSES.subList(number, number + 1),
                        time,
                        time,
                        time,
                        choices[10]),
                new Metrics(Optional.of("127.0.0.1:" + number)));
    }

    private static GatewayConfig.Engine engine(int number, String word, Duration time, Path path) {
        var cluster = new Kubernetes(
                Optional.of(path),
                Optional.of(word),
                Optional.of(word),
                Optional.of(word),
                (long) number << 30,
                number,
                Optional.of("/" + word),
                List.of(word + "=x"),
                List.of(word),
                Optional.of(number + "m"),
                (long) number << 30,
                List.of(word),
                Optional.of(path),
                time);
        return new GatewayConfig.Engine(
                number == 1 ? "docker" : "kubernetes", URI.create("unix:///" + word), time, cluster);
    }

    private static final List<String> ALGORITHMS =
            List.of("curve25519-sha256", "ssh-ed25519", "aes128-ctr", "hmac-sha2-256");

    private static final GatewayConfig ONE = config(
            1,
            "one",
            ALGORITHMS,
            "127.0.0.1",
            "loopback",
            "keep",
            "accept-new",
            "continue",
            "allow",
            "all",
            "run",
            "manual",
            "attached",
            "never");

    /// A difference in each: whatever is added to the file is told by its name.
    @Test
    void everyKeyIsCalledAsInTheFile() {
        var others =
                List.of("curve25519-sha256@libssh.org", "rsa-sha2-256", "aes256-ctr", "hmac-sha2-512-etm@openssh.com");
        var two = config(
                2,
                "two",
                others,
                "::1",
                "as-asked",
                "replace",
                "strict",
                "refuse",
                "refuse",
                "owner",
                "none",
                "auto",
                "never",
                "status-line");
        var create = new GatewayConfig.Create(
                two.create().forge(), "strict", List.of("/a:/b"), Optional.of(Path.of("/environment")));
        var strangers = new GatewayConfig.Strangers("2:30:99", 2, 2, "2:64", "min:2", List.of("::1"));
        var different = new GatewayConfig(
                new GatewayConfig.Listen("::1", 2, two.listen().publicAddress(), List.of("192.0.2.1")),
                two.state(),
                two.access(),
                two.ssh(),
                strangers,
                two.algorithms(),
                two.forwarding(),
                two.engine(),
                two.shed(),
                create,
                two.agents(),
                two.audit(),
                two.recording(),
                two.notifications(),
                two.metrics());

        assertThat(ONE.differencesTo(different)).containsExactlyInAnyOrderElementsOf(Keys.PATHS);
    }

    @Test
    void whatIsTheSameIsNotNamed() {
        var same = config(
                1,
                "one",
                ALGORITHMS,
                "127.0.0.1",
                "loopback",
                "keep",
                "accept-new",
                "continue",
                "allow",
                "all",
                "run",
                "manual",
                "attached",
                "never");
        assertThat(ONE.differencesTo(same)).isEmpty();
    }
}
