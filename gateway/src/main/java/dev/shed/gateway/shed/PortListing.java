package dev.shed.gateway.shed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses the output of [Ports], which a container can forge: malformed lines are skipped.
final class PortListing {
    /// A line of `/proc/net/tcp` or `tcp6` in state LISTEN (proc(5)).
    private static final Pattern SOCKET = Pattern.compile(
            "\\s*\\d+: (?<address>[0-9A-F]{8}|[0-9A-F]{32}):(?<port>[0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A"
                    + " \\S+ \\S+ \\S+ +\\d+ +\\d+ (?<inode>\\d{1,18}) .*");

    private static final Pattern NAME = Pattern.compile("name (?<pid>\\d{1,10}) (?<name>.*)");
    private static final Pattern DIRECTORY = Pattern.compile("/proc/(?<pid>\\d{1,10})/fd:");
    private static final Pattern OPEN = Pattern.compile(".* -> socket:\\[(?<inode>\\d{1,18})]");

    /// The engine's DNS server. It listens in every container on a user-defined network and is not listed.
    private static final String ENGINE_RESOLVER = "127.0.0.11";

    private static final int WORD = 8;

    /// A listening socket.
    record Socket(String address, int port, long inode) {
        private static final Comparator<Socket> ORDER =
                Comparator.comparingInt(Socket::port).thenComparing(Socket::address);
    }

    private final TreeSet<Socket> sockets = new TreeSet<>(Socket.ORDER);
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, Long> owners = new HashMap<>();
    private long directory;

    private PortListing() {}

    static List<ListeningPort> parse(String text) {
        var listing = new PortListing();
        text.lines().forEach(listing::line);
        return listing.ports();
    }

    static Set<Socket> sockets(String text) {
        var listing = new PortListing();
        text.lines().forEach(listing::line);
        return Set.copyOf(listing.sockets);
    }

    private void line(String line) {
        var socket = SOCKET.matcher(line);
        var name = NAME.matcher(line);
        var heading = DIRECTORY.matcher(line);
        var open = OPEN.matcher(line);
        if (socket.matches()) {
            sockets.add(socket(socket));
        } else if (name.matches()) {
            names.put(number(name, "pid"), name.group("name"));
        } else if (heading.matches()) {
            directory = number(heading, "pid");
        } else if (open.matches()) {
            // Forked processes share a socket. The one with the lowest pid most likely opened it.
            owners.merge(number(open, "inode"), directory, Math::min);
        }
    }

    private List<ListeningPort> ports() {
        return sockets.stream()
                .filter(socket -> !socket.address().equals(ENGINE_RESOLVER) || owners.containsKey(socket.inode()))
                .map(socket -> new ListeningPort(socket.address(), socket.port(), process(socket)))
                .toList();
    }

    private Optional<ListeningPort.Owner> process(Socket socket) {
        return Optional.ofNullable(owners.get(socket.inode()))
                .map(pid -> new ListeningPort.Owner(pid, names.getOrDefault(pid, "")));
    }

    private static Socket socket(Matcher line) {
        return new Socket(
                address(line.group("address")), Integer.parseInt(line.group("port"), 16), number(line, "inode"));
    }

    private static long number(Matcher matcher, String group) {
        return Long.parseLong(matcher.group(group));
    }

    /// Parses an address. The kernel prints it as 32-bit numbers in host byte order, which is little-endian
    /// on all supported machines.
    private static String address(String hexadecimal) {
        var bytes = new byte[hexadecimal.length() / 2];
        for (int word = 0; word < hexadecimal.length(); word += WORD) {
            for (int i = 0; i < WORD; i += 2) {
                int from = word + WORD - 2 - i;
                bytes[(word + i) / 2] = (byte) Integer.parseInt(hexadecimal.substring(from, from + 2), 16);
            }
        }
        return literal(bytes);
    }

    private static String literal(byte[] address) {
        try {
            // RFC 5952: compress the longest run of zeros. The common addresses (`::`, `::1`) have one.
            var text = InetAddress.getByAddress(address).getHostAddress();
            return text.replaceFirst("(^|:)0(:0)+(:|$)", "::");
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen bytes are an address", e);
        }
    }
}
