package dev.shed.cli.login;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Probes an address until an SSH server sends its banner. Accepting a connection is not enough: a relay does
/// so even if its other end is down. Several probes run at the same time, since TCP would retransmit the lost
/// packets of one only after seconds.
///
/// It uses platform threads. Virtual threads wait for sockets in native code, which delays the exit of the
/// virtual machine by a third of a second.
final class ServerProbe implements AutoCloseable {
    /// How long a server may take to answer: enough for a satellite link.
    private static final int ANSWER_MILLIS = 2000;

    /// Limit on simultaneous probes, so that a gateway that hangs does not refuse other connections because
    /// of them.
    private static final int AT_ONCE = 20;

    private final InetSocketAddress address;
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Set<Socket> asking = ConcurrentHashMap.newKeySet();

    /// @param address not resolved yet: the name may have another address at the next probe
    ServerProbe(InetSocketAddress address) {
        this.address = address;
    }

    /// Reaches zero when the server has answered.
    CountDownLatch answer() {
        return answer;
    }

    /// Starts another probe, unless too many are running.
    void probe() {
        if (asking.size() < AT_ONCE) {
            var socket = new Socket();
            asking.add(socket);
            Thread.ofPlatform().daemon().name("server-probe").start(() -> probe(socket));
        }
    }

    private void probe(Socket socket) {
        try (socket) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            if (socket.getInputStream().read() == 'S') {
                answer.countDown();
            }
        } catch (IOException _) {
            // This probe has failed.
        } finally {
            asking.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : asking) {
            socket.close();
        }
    }
}
