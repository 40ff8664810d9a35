package dev.shed.cli.login;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Asks an address again and again whether an SSH server is there: not just something that takes connections, as a
/// relay does whose other end is away. A question whose packets were lost is not waited for before the next is asked,
/// because TCP would repeat it only after seconds.
///
/// On platform threads: what waits for the sockets of virtual ones stays in native code, and a virtual machine
/// that ends waits a third of a second for that, with somebody before an empty screen.
final class ServerProbe implements AutoCloseable {
    /// A slow link, over satellites, answers within this time.
    private static final int ANSWER_MILLIS = 2000;

    /// A gateway that hangs is not to have more logins of ours than it would refuse others for.
    private static final int AT_ONCE = 20;

    private final InetSocketAddress address;
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Set<Socket> asking = ConcurrentHashMap.newKeySet();

    /// @param address not yet resolved: a name may mean another address next time
    ServerProbe(InetSocketAddress address) {
        this.address = address;
    }

    /// Open as long as nobody has answered any question.
    CountDownLatch answer() {
        return answer;
    }

    /// Asks once more.
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
            // No answer to this one.
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
