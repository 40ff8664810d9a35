package dev.shed.gateway.access;

import dev.shed.gateway.access.key.RefusedLineException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The pattern list of `from=`: addresses, CIDR networks and globs, with `!` for exceptions. As in sshd with
/// its default `UseDNS no`, addresses are never looked up, so the pattern of a host name matches no client.
final class AddressPatterns {
    private static final Pattern MAY_BE_ADDRESS = Pattern.compile("[0-9a-fA-F:.*?]+");

    private final String text;
    private final List<AddressPattern> patterns;

    private sealed interface AddressPattern {
        boolean negated();

        boolean matches(InetAddress address);
    }

    private record Network(boolean negated, AddressBlock block) implements AddressPattern {
        @Override
        public boolean matches(InetAddress address) {
            return block.contains(address);
        }
    }

    private record TextPattern(boolean negated, String glob) implements AddressPattern {
        @Override
        public boolean matches(InetAddress address) {
            return Glob.matches(glob, text(address));
        }
    }

    private AddressPatterns(String text, List<AddressPattern> patterns) {
        this.text = text;
        this.patterns = List.copyOf(patterns);
    }

    static AddressPatterns parse(String list) throws RefusedLineException {
        var patterns = new ArrayList<AddressPattern>();
        for (var item : list.split(",", -1)) {
            boolean negated = item.startsWith("!");
            patterns.add(pattern(negated, negated ? item.substring(1) : item));
        }
        return new AddressPatterns(list, patterns);
    }

    /// Parses the list of a certificate's `source-address`: addresses and networks only.
    static AddressPatterns networks(String list) throws RefusedLineException {
        var patterns = new ArrayList<AddressPattern>();
        for (var item : list.split(",", -1)) {
            patterns.add(network(false, item));
        }
        return new AddressPatterns(list, patterns);
    }

    /// Whether a pattern matches and no exception does.
    boolean match(InetAddress address) {
        return patterns.stream().anyMatch(pattern -> !pattern.negated() && pattern.matches(address))
                && patterns.stream().noneMatch(pattern -> pattern.negated() && pattern.matches(address));
    }

    /// The list as it was written.
    @Override
    public String toString() {
        return text;
    }

    private static AddressPattern pattern(boolean negated, String text) throws RefusedLineException {
        if (text.isBlank()) {
            throw new RefusedLineException("from= has an empty pattern");
        }
        if (text.indexOf('/') >= 0 || AddressBlock.isLiteral(text)) {
            return network(negated, text);
        }
        if (negated && !MAY_BE_ADDRESS.matcher(text).matches()) {
            // A host name never matches. As an exception it would therefore admit the clients that it should
            // exclude.
            throw new RefusedLineException("from= excludes a host by name, and names are not looked up");
        }
        return new TextPattern(negated, text);
    }

    private static AddressPattern network(boolean negated, String text) throws RefusedLineException {
        try {
            return new Network(negated, AddressBlock.parse(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedLineException("from= has " + e.getMessage());
        }
    }

    /// The address as sshd compares it with globs: IPv6 in its short form (RFC 5952), without a zone.
    private static String text(InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : shortened(address.getAddress());
    }

    private static String shortened(byte[] bytes) {
        var groups = IntStream.range(0, bytes.length / 2)
                .mapToObj(i -> Integer.toHexString((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff)))
                .toList();
        // "::" replaces the longest run of at least two zeros, and the first one if there are several.
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
