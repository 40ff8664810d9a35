package dev.shed.gateway.shed.create;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.ContainerSpec;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.ShedName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CreationWarningsTest {
    private final FakeRuntime runtime = new FakeRuntime();

    private List<String> warnings(Limits asked, Limits configured) throws IOException {
        var warnings = new ArrayList<String>();
        var onlooker = new SilentOnlooker(runtime) {
            @Override
            public void warns(String what) {
                warnings.add(what);
            }
        };
        var spec = new ContainerSpec(
                ShedName.parse("fresh"),
                FakeRuntime.IMAGE,
                Map.of(),
                Map.of(),
                asked.or(configured),
                List.of(),
                Optional.empty(),
                Optional.empty());
        new CreationWarnings(runtime, onlooker).tell(asked, spec, runtime.create(spec));
        return warnings;
    }

    private static Limits limits(OptionalLong memory, OptionalLong processes) {
        return new Limits(OptionalLong.empty(), memory, processes, OptionalLong.empty());
    }

    @Test
    void aConfiguredLimitThatTheEngineIgnoresIsSaidByItsKey() throws IOException {
        runtime.withoutLimits();
        assertThat(warnings(Limits.NONE, limits(OptionalLong.of(1 << 30), OptionalLong.of(4096))))
                .containsExactly(
                        "the engine cannot limit memory on its host: shed.memory is ignored",
                        "the engine cannot limit processes on its host: shed.pids-limit is ignored");
    }

    @Test
    void oneThatWasAskedForIsSaidByItsOption() throws IOException {
        runtime.withoutLimits();
        assertThat(warnings(
                        limits(OptionalLong.of(1 << 30), OptionalLong.empty()),
                        limits(OptionalLong.of(2 << 29), OptionalLong.empty())))
                .containsExactly("the engine cannot limit memory on its host: --memory is ignored");
    }

    @Test
    void limitsThatHoldAreNotWorthAWord() throws IOException {
        assertThat(warnings(Limits.NONE, limits(OptionalLong.of(1 << 30), OptionalLong.of(4096))))
                .isEmpty();
    }
}
