package dev.shed.gateway.shed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.shed.ListeningPort.Owner;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PortListingTest {
    private static final String LISTING = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000 100 0
               1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0000 100 0
               2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0000 100 0
               3: 0B00007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0000 100 0
              sl  local_address                         remote_address                        st tx_queue rx_queue
               0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 \
            00:00000000 00000000  1000        0 555 1 0000 100 0
               1: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 \
            00:00000000 00000000  1000        0 666 1 0000 100 0
               2: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 \
            00:00000000 00000000  1000        0 777 1 0000 100 0
            name 1 tini
            name 42 node
            name 43 node
            /proc/42/fd:
            total 0
            lrwx------ 1 dev dev 64 Nov 22 16:00 18 -> socket:[111]
            lrwx------ 1 dev dev 64 Nov 22 16:00 19 -> socket:[555]
            lrwx------ 1 dev dev 64 Nov 22 16:00 20 -> /tmp/a -> socket

            /proc/43/fd:
            lrwx------ 1 dev dev 64 Nov 22 16:00 18 -> socket:[111]
            """;

    @Test
    void whatListensIsListedByPort() {
        var node = Optional.of(new Owner(42, "node"));
        assertThat(PortListing.parse(LISTING))
                .containsExactly(
                        new ListeningPort("0.0.0.0", 22, Optional.empty()),
                        new ListeningPort("2001:db8::1", 80, Optional.empty()),
                        new ListeningPort("::", 3000, Optional.empty()),
                        new ListeningPort("127.0.0.1", 8080, node),
                        new ListeningPort("::1", 8080, node));
    }

    @Test
    void nothingIsNothing() {
        assertThat(PortListing.parse("")).isEmpty();
    }

    @Property
    void anythingIsReadOrLeftOut(@ForAll String text) {
        assertThat(PortListing.parse(text)).isEmpty();
        assertThat(PortListing.parse(LISTING + text)).hasSizeGreaterThanOrEqualTo(5);
    }
}
