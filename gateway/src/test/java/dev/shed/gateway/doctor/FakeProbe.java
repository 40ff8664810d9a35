package dev.shed.gateway.doctor;

import dev.shed.gateway.container.EngineProbe;
import dev.shed.gateway.container.docker.DockerCures;
import java.time.Instant;
import java.util.Optional;

/// An engine that is as a test wants it.
record FakeProbe(Engine engine, Trial trial) implements EngineProbe {
    static final Engine GOOD = new Engine("Docker Engine 29.0.0", "1.52", Optional.empty());
    static final Trial USABLE = new Trial(Optional.of("3.3a"), true, "");

    static FakeProbe ofTime(Instant time) {
        return new FakeProbe(new Engine("Docker Engine 29.0.0", "1.52", Optional.of(time)), USABLE);
    }

    static FakeProbe ofTrial(Trial trial) {
        return new FakeProbe(GOOD, trial);
    }

    @Override
    public Trial tryOut(String image) {
        return trial;
    }

    @Override
    public Cures cures() {
        return new DockerCures(Optional.empty());
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
