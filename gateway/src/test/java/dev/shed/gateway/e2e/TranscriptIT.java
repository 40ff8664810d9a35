package dev.shed.gateway.e2e;

import dev.shed.gateway.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of src/test/transcripts is true of the real client and the real engine.
@Timeout(300)
class TranscriptIT {
    private static final Path TRANSCRIPTS = Path.of("src", "test", "transcripts");

    static List<String> transcripts() throws IOException {
        try (var files = Files.list(TRANSCRIPTS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transcripts")
    @Execution(ExecutionMode.CONCURRENT)
    void isTrue(String name) throws IOException {
        var place = Place.make();
        var variables = Files.createFile(place.path("env"));
        var create = new GatewayConfig.Create("git@github.com:", "accept-new", List.of(), Optional.of(variables));
        try (var gateway = LiveGateway.start(place, create)) {
            var shed = gateway.place().newName();
            people(gateway, shed);
            var wrong = new SoftAssertions();
            for (var step : Transcript.read(TRANSCRIPTS.resolve(name), shed).steps()) {
                wrong.assertThat(step.complaint(gateway.place().sh(step.typed())))
                        .as(name)
                        .isEmpty();
            }
            wrong.assertAll();
        }
    }

    /// `gw` is an administrator who sees the sheds of this transcript only, whatever else the engine has.
    private static void people(LiveGateway gateway, String shed) throws IOException {
        var sheds = "sheds=\"" + shed + "*\"";
        gateway.authorize("own", sheds);
        gateway.authorize("user", "role=\"user\"," + sheds);
        gateway.authorize("viewer", "role=\"viewer\"," + sheds);
        gateway.authorize("elsewhere", "sheds=\"another,other-*\"");
        gateway.authorize("forced", "command=\"echo forced; exit 9\"," + sheds);
        gateway.authorize("nopty", "no-pty," + sheds);
        gateway.authorize("restricted", "restrict," + sheds);
        gateway.authorize("restrictedpty", "restrict,pty," + sheds);
        gateway.authorize("here", "from=\"127.0.0.0/8\"," + sheds);
        gateway.authorize("notfromhere", "from=\"10.0.0.0/8,!127.0.0.1\"," + sheds);
        gateway.authorize("expired", "expiry-time=\"20200101\"," + sheds);
        gateway.place().makeKey("stranger");
        gateway.place().listensAt(gateway.place().port());
    }
}
