package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.name.ShedName;
import java.util.function.Consumer;

/// Tells of each container of a shed that it runs: of those that run now, and of each that is started later. After a
/// break in the connection to the engine it tells again of all that run.
public final class ShedStarts implements AutoCloseable {
    private final ShedWatch watch;

    private ShedStarts(ShedWatch watch) {
        this.watch = watch;
    }

    /// Starts and returns at once.
    ///
    /// @param started must not block
    public static ShedStarts follow(ContainerEngine engine, Consumer<Container> started) {
        var watch = new ShedWatch(engine, new ShedWatch.ShedListener() {
            @Override
            public void runs(Container container, boolean news) {
                started.accept(container);
            }

            @Override
            public void ended(ShedName shed) {}

            @Override
            public void tell(ShedName shed, EventDetails what) {}
        });
        watch.start();
        return new ShedStarts(watch);
    }

    @Override
    public void close() {
        watch.close();
    }
}
