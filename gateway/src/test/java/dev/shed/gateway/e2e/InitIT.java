package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `shed-gateway init` as a program, whose input is no terminal.
class InitIT {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj ada@laptop";

    private static Result shedGateway(Place place, String verb, String... words) throws IOException {
        var arguments = new ArrayList<>(List.of(verb, "--config", file(place)));
        arguments.addAll(List.of(words));
        return Run.run(ChildGateway.main(place, arguments.toArray(String[]::new)), new byte[0]);
    }

    private static String file(Place place) {
        return place.path("fresh/gateway.yaml").toString();
    }

    @Test
    void itWritesWhatCheckConfigAndKeysAccept() throws Exception {
        try (var place = Place.make()) {
            var made = shedGateway(place, "init", "--key", KEY, "--listen", "0.0.0.0:2200");
            assertThat(made.orFail()).contains("wrote " + file(place)).contains("shed-gateway doctor --config ");
            assertThat(made.err()).isEmpty();
            assertThat(shedGateway(place, "check-config").orFail()).isEqualTo("configuration OK\n");
            assertThat(shedGateway(place, "keys", "list").orFail()).contains("ada@laptop");

            var again = shedGateway(place, "init", "--key", KEY);
            assertThat(again.status()).isEqualTo(64);
            assertThat(again.err()).contains("shed: " + file(place) + " exists already, and init overwrites nothing");
        }
    }

    @Test
    void withoutATerminalTheOptionsAreNamed() throws Exception {
        try (var place = Place.make()) {
            var refused = shedGateway(place, "init");
            assertThat(refused.status()).isEqualTo(64);
            assertThat(refused.err())
                    .contains("shed: --key is missing")
                    .contains("--listen")
                    .contains("--image");
            assertThat(Files.exists(place.path("fresh"))).isFalse();
        }
    }
}
