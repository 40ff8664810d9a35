package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedAddressesTest {
    private static List<String> networks() {
        return List.of(RefusedAddresses.ofTheHost().networks().split(",", -1));
    }

    @Test
    void cloudsMetadataIsAmongThem() {
        assertThat(networks()).contains("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "168.63.129.16/32");
    }

    @Test
    void theHostsOwnAddressesAreAndItsLoopbackIsNot() throws SocketException {
        var own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(address -> address.getHostAddress() + "/32")
                .toList();
        assertThat(networks())
                .containsAll(own)
                .noneMatch(network -> network.startsWith("127.") || network.contains("%"));
    }

    @Test
    void noneAreNone() {
        assertThat(RefusedAddresses.NONE.networks()).isEmpty();
    }
}
