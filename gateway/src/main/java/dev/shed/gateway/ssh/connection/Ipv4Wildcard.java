package dev.shed.gateway.ssh.connection;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/// Makes `0.0.0.0` listen on IPv4 only, as in sshd. Java treats it as all IPv6 addresses, too, unless it is written as
/// an IPv4-mapped IPv6 address.
public final class Ipv4Wildcard {
    /// `::ffff:0.0.0.0`.
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0};

    private Ipv4Wildcard() {}

    /// A server that treats the address so.
    public static final class Server extends SshServer {
        /// Closes the listening socket. Connections stay open.
        public void stopAccepting() {
            acceptor.unbind();
        }

        @Override
        protected IoAcceptor createAcceptor() {
            var acceptor = super.createAcceptor();
            return (IoAcceptor) Proxy.newProxyInstance(
                    IoAcceptor.class.getClassLoader(),
                    new Class<?>[] {IoAcceptor.class},
                    (_, method, arguments) -> invoke(acceptor, method, arguments));
        }

        private static @Nullable Object invoke(
                IoAcceptor acceptor, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
            try {
                if (method.getName().equals("bind")
                        && arguments != null
                        && arguments[0] instanceof InetSocketAddress all) {
                    acceptor.bind(exactly(all));
                    return null;
                }
                return method.invoke(acceptor, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    /// The address to bind, so that it has this meaning.
    public static InetSocketAddress exactly(InetSocketAddress address) throws IOException {
        var host = address.getAddress();
        boolean all = host instanceof Inet4Address && host.isAnyLocalAddress();
        return all && isIpv6There() ? new InetSocketAddress(mapped(), address.getPort()) : address;
    }

    private static InetAddress mapped() throws UnknownHostException {
        return Inet6Address.getByAddress(null, MAPPED, -1);
    }

    /// On a host without IPv6, Java has IPv4 sockets only, which do not accept a mapped address.
    private static boolean isIpv6There() throws IOException {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            return socket.isOpen();
        } catch (UnsupportedOperationException _) {
            return false;
        }
    }
}
