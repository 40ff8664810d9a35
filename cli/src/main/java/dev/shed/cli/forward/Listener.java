package dev.shed.cli.forward;

import dev.shed.cli.text.Printable;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A port that something in a shed listens on, as the gateway tells of it. The shed decides what is said, so nothing
/// of it is used that has another form than it should have.
///
/// @param host what reaches it from inside the shed: `localhost` or an address
/// @param port its number
/// @param process who listens, fit to be shown; empty when the gateway does not know
record Listener(String host, int port, String process) {
    static final int LAST_PORT = 65_535;

    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
    private static final Pattern V6 =
            Pattern.compile("[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})?");
    private static final String LOCALHOST = "localhost";
    private static final java.util.Set<String> LOCAL = java.util.Set.of("127.0.0.1", "0.0.0.0", "::1", "::");
    private static final int LONGEST_NAME = 40;

    /// Nobody that is known of: whoever will listen on the shed's loopback.
    static Listener unknown(int port) {
        return new Listener(LOCALHOST, port, "");
    }

    static boolean isPort(int port) {
        return port >= 1 && port <= LAST_PORT;
    }

    /// One for each port, by number.
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
                name.substring(0, Math.min(name.length(), LONGEST_NAME))));
    }

    /// Of two that listen on the same port.
    private Listener nearer(Listener other) {
        return other.host().equals(LOCALHOST) && !host.equals(LOCALHOST) ? other : this;
    }

    /// As `-L` wants it.
    String destination() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
