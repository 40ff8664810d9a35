package dev.shed.cli.forward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Chooses local ports: the port's own number if it is free, otherwise one near it. A port that was forwarded
/// before keeps its local port.
final class LocalPorts {
    static final String ADDRESS = "127.0.0.1";

    private static final int FIRST_FOR_ALL = 1024;
    /// Added to a privileged port, so that 80 becomes 8080 and 443 becomes 8443.
    private static final int ABOVE = 8000;

    private static final int NEAR = 20;

    private final Map<Integer, Integer> before = new HashMap<>();

    /// A free local port for a port of the shed.
    int choose(int remote) throws IOException {
        int same = wanted(remote);
        var near = IntStream.concat(
                        IntStream.of(before.getOrDefault(remote, same)), IntStream.rangeClosed(same, same + NEAR))
                .filter(Listener::isPort)
                .filter(LocalPorts::isFree)
                .findFirst();
        return near.isPresent() ? near.getAsInt() : any();
    }

    static int wanted(int remote) {
        return remote < FIRST_FOR_ALL ? ABOVE + remote : remote;
    }

    void remember(int remote, int local) {
        before.put(remote, local);
    }

    static boolean isFree(int port) {
        return bind(port).isPresent();
    }

    private static int any() throws IOException {
        return bind(0).orElseThrow(() -> new IOException("no port of " + ADDRESS + " is free"));
    }

    /// Binds a port as ssh does: with SO_REUSEADDR, so that a port whose connections have ended is free.
    private static Optional<Integer> bind(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(ADDRESS), port));
            return Optional.of(socket.getLocalPort());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
