package dev.shed.gateway.container.porter;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Addresses that no forward may connect to. Names are resolved in the container, so the porter compares the
/// addresses; it gets the list with each request.
public final class RefusedAddresses {
    /// Refuses no address.
    public static final RefusedAddresses NONE = new RefusedAddresses(false);

    private static final Logger LOG = LoggerFactory.getLogger(RefusedAddresses.class);

    /// The networks of cloud metadata services, which reveal a machine's credentials: link-local; those of
    /// AWS, Google, Oracle and Scaleway over IPv6; those of Azure, Alibaba and Oracle.
    private static final List<String> METADATA = List.of(
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::254/128",
            "fd20:ce::254/128",
            "fd00:c1::a9fe:a9fe/128",
            "fd00:42::42/128",
            "168.63.129.16/32",
            "100.100.100.200/32",
            "192.0.0.192/32");

    /// The maximum number of addresses. A host has one for each of the engine's networks, and a few others.
    private static final int MOST = 1000;

    /// How long the list is cached. Networks come and go, and a browser opens a hundred connections at once.
    private static final long FRESH = Duration.ofSeconds(10).toNanos();

    private final boolean refuses;
    private volatile @Nullable Known known;

    private record Known(String networks, long asOf) {}

    private RefusedAddresses(boolean refuses) {
        this.refuses = refuses;
    }

    /// The addresses of this host and of cloud metadata services.
    public static RefusedAddresses ofTheHost() {
        return new RefusedAddresses(true);
    }

    /// The list as `ADDRESS/BITS`, separated by commas.
    String networks() {
        if (!refuses) {
            return "";
        }
        var last = known;
        if (last == null || System.nanoTime() - last.asOf > FRESH) {
            var all = Stream.concat(METADATA.stream(), own()).collect(Collectors.joining(","));
            last = new Known(all, System.nanoTime());
            known = last;
        }
        return last.networks;
    }

    /// The host's addresses without loopback and link-local ones, which do not identify this host.
    private static Stream<String> own() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(RefusedAddresses::text)
                    .distinct()
                    .limit(MOST);
        } catch (SocketException e) {
            LOG.atWarn().setCause(e).log("the host's addresses are not known; forwards to them are not refused");
            return Stream.empty();
        }
    }

    private static String text(InetAddress address) {
        // Without the interface's name after a '%'.
        return address.getHostAddress().replaceFirst("%.*", "") + (address instanceof Inet4Address ? "/32" : "/128");
    }
}
