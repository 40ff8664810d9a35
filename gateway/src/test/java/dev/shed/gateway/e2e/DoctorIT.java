package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// `shed-gateway doctor` as a program, with a real engine.
class DoctorIT {
    private static Result doctor(Place place) throws IOException {
        var file = place.path("gateway.yaml").toString();
        return Run.run(ChildGateway.main(place, "doctor", "--config", file), new byte[0]);
    }

    /// The engine may still be removing it.
    private static void assertNothingIsLeft() throws Exception {
        Await.until(
                "the container is gone",
                () -> Place.docker("ps", "-aq", "--filter", "label=shed.trial")
                        .orFail()
                        .isEmpty());
    }

    @Test
    void aGatewayThatRunsHasNoErrors() throws Exception {
        // No name that a resolver has to look for elsewhere.
        try (var gateway = ChildGateway.configured("create:\n  forge: https://localhost/\n")) {
            var result = doctor(gateway.place());
            assertThat(result.orFail())
                    .contains("ok       listen: the gateway of this configuration runs")
                    .contains("ok       host keys: SHA256:")
                    .containsPattern("ok       engine: .* \\(API 1\\.[0-9]+\\) answers at /")
                    .containsPattern("ok       image: \\S+ has tmux 3")
                    .doesNotContain("the porter does not run");
            assertThat(result.err()).isEmpty();
        }
        assertNothingIsLeft();
    }

    /// All faults at once, each with its cure, and nothing that comes from a library.
    @Test
    void whatIsWrongIsSaidWithItsCure() throws Exception {
        try (var place = Place.make()) {
            ChildGateway.writeConfig(place, ChildGateway.freePort());
            var file = place.path("gateway.yaml");
            Files.writeString(file, Files.readString(file) + "shed:\n  image: shed-nosuch:latest\n");
            Files.delete(place.authorizedKeys());
            var result = doctor(place);
            assertThat(result.status()).as(result.said()).isEqualTo(1);
            assertThat(result.out())
                    .contains("error    authorized keys: there is no file ")
                    .contains(" -> shed-gateway keys add --role admin --config " + file)
                    .contains("error    image: the engine has no image 'shed-nosuch:latest'")
                    .contains(" -> docker pull shed-nosuch:latest");
            assertThat(result.err()).isEmpty();
            assertThat(place.state()).doesNotExist();
        }
        assertNothingIsLeft();
    }
}
