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

/// Addresses that no forward leads to. A name is resolved in the container, so that is where they are compared: the
/// porter is told of them.
public final class RefusedAddresses {
    /// None at all.
    public static final RefusedAddresses NONE = new RefusedAddresses(false);

    private static final Logger LOG = LoggerFactory.getLogger(RefusedAddresses.class);

    /// Where clouds tell a machine its credentials: link-local, those of AWS, Google, Oracle and Scaleway over IPv6,
    /// and those of Azure, Alibaba and Oracle.
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

    /// A host has one for each network of its engine, and some more.
    private static final int MOST = 1000;

    /// Networks come and go, and a browser opens a hundred connections at once.
    private static final long FRESH = Duration.ofSeconds(10).toNanos();

    private final boolean refuses;
    private volatile @Nullable Known known;

    private record Known(String networks, long asOf) {}

    private RefusedAddresses(boolean refuses) {
        this.refuses = refuses;
    }

    /// Those of this host and of its cloud.
    public static RefusedAddresses ofTheHost() {
        return new RefusedAddresses(true);
    }

    /// As `ADDRESS/BITS`, joined by commas.
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

    /// Loopback and what is valid for one link are not the host's alone.
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
        // Without the name of an interface behind a '%'.
        return address.getHostAddress().replaceFirst("%.*", "") + (address instanceof Inet4Address ? "/32" : "/128");
    }
}
