package dev.shed.gateway.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The addresses with a common prefix, such as 192.0.2.0/24.
///
/// @param base the first address
/// @param bits the length of the prefix
public record AddressBlock(InetAddress base, int bits) {
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /// The block of this size that contains `address`.
    ///
    /// @param bits if larger than the address, the block has only this address
    public static AddressBlock around(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        int common = Math.min(bits, bytes.length * Byte.SIZE);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= (byte) mask(common - i * Byte.SIZE);
        }
        try {
            return new AddressBlock(InetAddress.getByAddress(bytes), common);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("as long as the address", e);
        }
    }

    /// Parses `ADDRESS` or `ADDRESS/BITS`.
    ///
    /// @throws IllegalArgumentException with the reason as its message
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? around(address(text), Integer.MAX_VALUE) : network(text, slash);
    }

    private static AddressBlock network(String text, int slash) {
        var length = text.substring(slash + 1);
        if (!isLiteral(text.substring(0, slash)) || !length.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("a network that is not in the form ADDRESS/BITS");
        }
        var address = address(text.substring(0, slash));
        var block = around(address, Integer.parseInt(length));
        if (!block.base.equals(address) || block.bits != Integer.parseInt(length)) {
            throw new IllegalArgumentException("a network whose address does not match its prefix length");
        }
        return block;
    }

    private static InetAddress address(String literal) {
        if (isLiteral(literal)) {
            try {
                return InetAddress.ofLiteral(literal);
            } catch (IllegalArgumentException _) {
                // Such as 256.0.0.1.
            }
        }
        throw new IllegalArgumentException("an invalid address");
    }

    /// Whether `text` is written as an address. The JDK also accepts 127.1 and [::1].
    static boolean isLiteral(String text) {
        return LITERAL.matcher(text).matches();
    }

    public boolean contains(InetAddress address) {
        byte[] ours = base.getAddress();
        byte[] theirs = address.getAddress();
        return ours.length == theirs.length
                && IntStream.range(0, ours.length)
                        .allMatch(i -> ((ours[i] ^ theirs[i]) & mask(bits - i * Byte.SIZE)) == 0);
    }

    /// A mask for the first bits of a byte: 0xff if `bits` is eight or more, 0 if it is zero or less.
    private static int mask(int bits) {
        return bits <= 0 ? 0 : 0xff << Math.max(0, Byte.SIZE - bits) & 0xff;
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + bits;
    }
}
