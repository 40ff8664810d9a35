package dev.shed.gateway.access;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The pattern list of `from=`: addresses, CIDR networks and globs, with `!` for exceptions. As sshd with its
/// default `UseDNS no`, addresses are never looked up: the pattern of a host name matches nobody.
final class AddressPatterns {
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern MAY_BE_ADDRESS = Pattern.compile("[0-9a-fA-F:.*?]+");

    private final List<AddressPattern> patterns;

    private sealed interface AddressPattern {
        boolean negated();

        boolean matches(InetAddress address);
    }

    private record Network(boolean negated, InetAddress base, int bits) implements AddressPattern {
        @Override
        public boolean matches(InetAddress address) {
            byte[] ours = base.getAddress();
            byte[] theirs = address.getAddress();
            return ours.length == theirs.length
                    && IntStream.range(0, bits).allMatch(bit -> bit(ours, bit) == bit(theirs, bit));
        }
    }

    private record TextPattern(boolean negated, String glob) implements AddressPattern {
        @Override
        public boolean matches(InetAddress address) {
            return Glob.matches(glob, text(address));
        }
    }

    private AddressPatterns(List<AddressPattern> patterns) {
        this.patterns = List.copyOf(patterns);
    }

    static AddressPatterns parse(String list) throws RefusedLineException {
        var patterns = new ArrayList<AddressPattern>();
        for (var item : list.split(",", -1)) {
            boolean negated = item.startsWith("!");
            patterns.add(pattern(negated, negated ? item.substring(1) : item));
        }
        return new AddressPatterns(patterns);
    }

    /// Whether one of the patterns matches and none of the exceptions does.
    boolean match(InetAddress address) {
        return patterns.stream().anyMatch(pattern -> !pattern.negated() && pattern.matches(address))
                && patterns.stream().noneMatch(pattern -> pattern.negated() && pattern.matches(address));
    }

    private static AddressPattern pattern(boolean negated, String text) throws RefusedLineException {
        if (text.isBlank()) {
            throw new RefusedLineException("from= has an empty pattern");
        }
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return network(negated, text.substring(0, slash), text.substring(slash + 1));
        }
        if (LITERAL.matcher(text).matches()) {
            var address = address(text);
            return new Network(negated, address, address.getAddress().length * Byte.SIZE);
        }
        if (negated && !MAY_BE_ADDRESS.matcher(text).matches()) {
            // Names match nobody. For an exception that would mean letting in whom it was to keep out.
            throw new RefusedLineException("from= excludes a host by name, and names are not looked up");
        }
        return new TextPattern(negated, text);
    }

    private static AddressPattern network(boolean negated, String base, String length) throws RefusedLineException {
        if (!LITERAL.matcher(base).matches() || !length.matches("[0-9]{1,3}")) {
            throw new RefusedLineException("from= has a network that is not ADDRESS/BITS");
        }
        var address = address(base);
        int bits = Integer.parseInt(length);
        byte[] bytes = address.getAddress();
        int all = bytes.length * Byte.SIZE;
        if (bits > all || IntStream.range(bits, all).anyMatch(bit -> bit(bytes, bit))) {
            throw new RefusedLineException("from= has a network whose address and length do not fit");
        }
        return new Network(negated, address, bits);
    }

    private static InetAddress address(String literal) throws RefusedLineException {
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException _) {
            throw new RefusedLineException("from= has an address that is none");
        }
    }

    private static boolean bit(byte[] bytes, int bit) {
        return (bytes[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0;
    }

    /// The address as sshd matches globs against it: IPv6 in its short form (RFC 5952), without a zone.
    private static String text(InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : shortened(address.getAddress());
    }

    private static String shortened(byte[] bytes) {
        var groups = IntStream.range(0, bytes.length / 2)
                .mapToObj(i -> Integer.toHexString((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff)))
                .toList();
        // The longest run of at least two zeros gives way to "::", the first one if there are several.
        for (int length = groups.size(); length > 1; length--) {
            for (int start = 0; start + length <= groups.size(); start++) {
                if (groups.subList(start, start + length).stream().allMatch("0"::equals)) {
                    return joined(groups.subList(0, start)) + "::"
                            + joined(groups.subList(start + length, groups.size()));
                }
            }
        }
        return joined(groups);
    }

    private static String joined(List<String> groups) {
        return groups.stream().collect(Collectors.joining(":"));
    }
}
