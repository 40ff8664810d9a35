package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The shed was found running, and is not when its table is read.
class PortWatchTest {
    private static final String TABLE = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000 100 0
            """;

    private final FakeRuntime runtime = new FakeRuntime().with("demo").in("demo", _ -> answer());
    private final Shed demo = new Shed(runtime.list().getFirst(), false);
    private final PortWatch watch = new Ports(runtime).watch(() -> demo);
    private volatile @Nullable Failure failure;

    private ContainerProcess answer() {
        var known = failure;
        if (known != null) {
            throw new ShedException(known);
        }
        return FakeProcess.printing(TABLE, "", 0);
    }

    @Test
    void aShedThatIsStoppedMeanwhileHasNoPorts() throws Exception {
        assertThat(watch.now()).hasSize(1);
        failure = Failure.shedStopped("demo");
        assertThat(watch.next()).isEmpty();
        failure = null;
        assertThat(watch.next()).hasSize(1);
    }

    @Test
    void aShedThatIsGoneEndsTheWatch() {
        assertThat(watch.now()).hasSize(1);
        failure = Failure.shedNotFound("demo");
        assertThatThrownBy(watch::next)
                .isInstanceOfSatisfying(
                        ShedException.class,
                        e -> assertThat(e.failure().kind()).isEqualTo(Failure.Kind.SHED_NOT_FOUND));
    }
}
