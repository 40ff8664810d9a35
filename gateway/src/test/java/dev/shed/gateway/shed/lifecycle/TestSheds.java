package dev.shed.gateway.shed.lifecycle;

import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.create.CreationListener;
import dev.shed.gateway.shed.create.HostKeys;
import dev.shed.gateway.shed.create.PendingCreations;
import dev.shed.gateway.shed.create.ShedCreator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Sheds as a gateway without a configuration has them.
public final class TestSheds {
    private static final CreationListener NOBODY = new CreationListener() {
        @Override
        public void begins(ShedName shed) {}

        @Override
        public void ends(ShedName shed, boolean finished) {}
    };

    private TestSheds() {}

    public static Sheds of(FakeRuntime runtime, Path state) {
        return of(runtime, runtime, state, settings());
    }

    /// Sheds of an engine and a runtime of their own.
    public static Sheds of(ContainerEngine engine, ContainerRuntime runtime, Path state) {
        return of(engine, runtime, state, settings());
    }

    static Sheds of(FakeRuntime runtime, Path state, ShedCreator.Settings settings) {
        return of(runtime, runtime, state, settings);
    }

    private static Sheds of(
            ContainerEngine engine, ContainerRuntime runtime, Path state, ShedCreator.Settings settings) {
        var shedCreator =
                new ShedCreator(engine, runtime, new PendingCreations(state.resolve("creating")), settings, NOBODY);
        return new Sheds(
                engine,
                runtime,
                new StoppedSheds(state.resolve("stopped")),
                shedCreator,
                new Owners(engine, Clock.systemUTC()),
                Duration.ofSeconds(1));
    }

    static ShedCreator.Settings settings() {
        return new ShedCreator.Settings(
                FakeRuntime.IMAGE,
                new Workspace("/workspace"),
                "git@github.com:",
                HostKeys.ACCEPT_NEW,
                List.of(),
                Optional.empty(),
                Limits.NONE,
                "sheds",
                false,
                Duration.ZERO);
    }
}
