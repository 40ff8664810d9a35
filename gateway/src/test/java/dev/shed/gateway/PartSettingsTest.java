package dev.shed.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.config.Agents;
import dev.shed.gateway.shed.session.Sessions.Relays;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartSettingsTest {
    @ParameterizedTest
    @EnumSource
    void eachRelayIsAValueOfTheConfiguration(Relays relays) {
        var agents = new Agents(relays.name().toLowerCase(Locale.ROOT), "manual", "never");
        assertThat(PartSettings.relays(agents)).isEqualTo(relays);
    }
}
