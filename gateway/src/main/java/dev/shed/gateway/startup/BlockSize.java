package dev.shed.gateway.startup;

import dev.shed.gateway.access.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// How many leading bits of an address identify a source (sshd's `PerSourceNetBlockSize`).
public record BlockSize(int ipv4, int ipv6) {
    private static final Pattern SYNTAX =
            Pattern.compile("([1-9]|[12][0-9]|3[0-2]):([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8])");

    /// Parses `IPV4:IPV6`, such as `32:64`.
    ///
    /// @throws IllegalArgumentException if the text has another form
    public static BlockSize parse(String text) {
        var parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        return new BlockSize(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    AddressBlock of(InetAddress address) {
        return AddressBlock.around(address, address instanceof Inet4Address ? ipv4 : ipv6);
    }
}
