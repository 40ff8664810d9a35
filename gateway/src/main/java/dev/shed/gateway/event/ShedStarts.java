package dev.shed.gateway.event;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.AutoResume;

/// Tells [AutoResume] of each shed that it runs: of those that run now, and of each that is started later. After a
/// break in the connection to the engine it tells again of all that run.
public final class ShedStarts implements AutoCloseable {
    private final ShedWatch watch;

    private ShedStarts(ShedWatch watch) {
        this.watch = watch;
    }

    private record Listener(Sheds sheds, AutoResume resume) implements ShedWatch.ShedListener {
        @Override
        public void runs(Container container, boolean news) {
            resume.runs(container.shed(), news, () -> sheds.find(container.shed()));
        }

        @Override
        public void ended(ShedName shed) {
            resume.ended(shed);
        }

        @Override
        public void tell(ShedName shed, EventDetails what) {
            if (what.kind() == EventDetails.Kind.SHED_DELETED) {
                resume.deleted(shed);
            }
        }
    }

    /// Starts and returns at once.
    public static ShedStarts follow(ContainerEngine engine, Sheds sheds, AutoResume resume) {
        var watch = new ShedWatch(engine, new Listener(sheds, resume));
        watch.start();
        return new ShedStarts(watch);
    }

    @Override
    public void close() {
        watch.close();
    }
}
