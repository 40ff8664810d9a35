package dev.shed.cli.forward;

import dev.shed.cli.text.Printable;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A listening port of a shed, as the gateway reports it. The shed controls the contents, so a malformed
/// value is not used.
///
/// @param host how it is reached from inside the shed: `localhost` or an address
/// @param port its number
/// @param process the listening process, safe to print; empty if the gateway does not know it
/// @param isThere whether a process listened when the gateway was asked
record Listener(String host, int port, String process, boolean isThere) {
    static final int LAST_PORT = 65_535;

    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
    private static final Pattern V6 =
            Pattern.compile("[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})?");
    private static final String LOCALHOST = "localhost";
    private static final java.util.Set<String> LOCAL = java.util.Set.of("127.0.0.1", "0.0.0.0", "::1", "::");
    private static final int LONGEST_NAME = 40;

    /// A port on which no process listens yet; it is assumed to be on the shed's loopback.
    static Listener unknown(int port) {
        return new Listener(LOCALHOST, port, "", false);
    }

    static boolean isPort(int port) {
        return port >= 1 && port <= LAST_PORT;
    }

    /// The listeners by port, one for each.
    static SortedMap<Integer, Listener> read(Collection<Map<String, Object>> rows) {
        var all = new TreeMap<Integer, Listener>();
        rows.forEach(row -> read(row).ifPresent(listener -> all.merge(listener.port(), listener, Listener::nearer)));
        return all;
    }

    private static Optional<Listener> read(Map<String, Object> row) {
        var address = String.valueOf(row.get("address"));
        boolean sound = V4.matcher(address).matches() || V6.matcher(address).matches();
        if (!sound || !(row.get("port") instanceof Integer port) || !isPort(port)) {
            return Optional.empty();
        }
        var name = row.get("process") instanceof String text ? Printable.of(text) : "";
        return Optional.of(new Listener(
                LOCAL.contains(address) ? LOCALHOST : address,
                port,
                name.substring(0, Math.min(name.length(), LONGEST_NAME)),
                true));
    }

    /// Chooses one of two listeners on the same port.
    private Listener nearer(Listener other) {
        return other.host().equals(LOCALHOST) && !host.equals(LOCALHOST) ? other : this;
    }

    /// The destination in the argument of ssh's `-L`.
    String destination() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
