package dev.shed.gateway.shed;

import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Sheds as a gateway without a configuration has them.
public final class TestSheds {
    private static final Herald NOBODY = new Herald() {
        @Override
        public void begins(ShedName shed) {}

        @Override
        public void ends(ShedName shed, boolean finished) {}
    };

    private TestSheds() {}

    public static Sheds of(ContainerRuntime runtime, Path state) {
        return of(runtime, state, settings());
    }

    static Sheds of(ContainerRuntime runtime, Path state, Maker.Settings settings) {
        var maker = new Maker(runtime, new Creations(state.resolve("creating")), settings, NOBODY);
        return new Sheds(
                runtime,
                new StoppedSheds(state.resolve("stopped")),
                maker,
                new Owners(runtime, Clock.systemUTC()),
                Duration.ofSeconds(1));
    }

    static Maker.Settings settings() {
        return new Maker.Settings(
                FakeRuntime.IMAGE,
                new Workspace("/workspace"),
                "git@github.com:",
                HostKeys.ACCEPT_NEW,
                List.of(),
                Optional.empty(),
                Limits.NONE,
                "sheds",
                Duration.ZERO);
    }
}
