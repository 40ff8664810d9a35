package dev.shed.gateway.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.docker.engine.EngineClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An image that `docker commit` made of the shed `demo`, and what is made of it.
class InheritedLabelsTest {
    private static final Map<String, String> IMAGE = Map.of(
            "shed", "true",
            "shed.name", "demo",
            "shed.creation", "m1",
            "shed.owner", "ada",
            "shed.repo", "o/r",
            "shed.user", "node",
            "maintainer", "ada");

    private FakeEngine fake;
    private EngineClient engine;
    private InheritedLabels inherited;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        fake = new FakeEngine(directory.resolve("s")).on("GET /images/sha256:c/json", 200, """
                {"Config":{"Labels":{"shed":"true","shed.name":"demo","shed.creation":"m1","shed.owner":"ada",
                  "shed.repo":"o/r","shed.user":"node","maintainer":"ada"}}}
                """);
        engine = new EngineClient(directory.resolve("s"), Engines.LONG);
        inherited = new InheritedLabels(engine);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        fake.close();
    }

    @Test
    void aContainerThatSomebodyMadeOfItIsNoShed() {
        assertThat(own(Map.of())).doesNotContainKey("shed.name").doesNotContainKey("shed.creation");
        assertThat(own(Map.of("shed.repo", "x/y"))).doesNotContainKey("shed.name");
    }

    @Test
    void aNameThatSomebodyGaveCountsAndNothingElseOfTheImages() {
        assertThat(own(Map.of("shed.name", "other")))
                .isEqualTo(Map.of("shed", "true", "shed.name", "other", "shed.user", "node", "maintainer", "ada"));
    }

    @Test
    void whatTheGatewayMadeOfItHasTheLabelsThatItWasGiven() {
        assertThat(own(Map.of("shed.name", "demo", "shed.creation", "m2", "shed.owner", "", "shed.repo", "o/r")))
                .containsEntry("shed.name", "demo")
                .containsEntry("shed.repo", "o/r")
                .doesNotContainKey("shed.owner");
    }

    @Test
    void anImageThatIsGoneSaysNothing() {
        assertThat(inherited.without("sha256:gone", IMAGE)).isEqualTo(IMAGE);
        assertThat(inherited.without("", IMAGE)).isEqualTo(IMAGE);
    }

    @Test
    void anImageIsAskedForOnce() {
        own(Map.of());
        own(Map.of("shed.name", "other"));
        assertThat(fake.asked()).filteredOn(asked -> asked.contains("/images/")).hasSize(1);
    }

    private Map<String, String> own(Map<String, String> given) {
        var labels = new HashMap<>(IMAGE);
        labels.putAll(given);
        return inherited.without("sha256:c", labels);
    }
}
