package dev.shed.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.Grant.Role;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrantTest {
    /// Of a component that is added some day, too: one that gets lost here would let in more than its line says.
    @Test
    void whatNarrowsAGrantKeepsAllElse() throws ReflectiveOperationException {
        var components = Grant.class.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var values = Arrays.stream(types).map(GrantTest::value).toArray();
        var grant = Grant.class.getDeclaredConstructor(types).newInstance(values);

        assertThat(grant.narrowed(true, true, true, Optional.empty())).isEqualTo(grant);
        assertThat(grant.withSheds(List.of("demo"))).isEqualTo(grant);
        var least = grant.narrowed(false, false, false, Optional.of("other"));
        assertThat(List.of(least.pty(), least.portForwarding(), least.agentForwarding()))
                .containsOnly(false);
        assertThat(least.command()).contains("demo");
    }

    /// One that is not what [Grant#ALL] has.
    private static Object value(Class<?> type) {
        if (type == Role.class) {
            return Role.VIEWER;
        }
        if (type == boolean.class) {
            return true;
        }
        return type == List.class ? List.of("demo") : Optional.of("demo");
    }
}
