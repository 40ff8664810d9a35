package dev.shed.gateway.container;

/// The address of a socket in a container.
public sealed interface Endpoint {
    /// A TCP port.
    ///
    /// @param host a name, which is resolved in the container, or an IP address
    /// @param port for listening, 0 means any free port
    record Tcp(String host, int port) implements Endpoint {
        private static final int MAX = 0xffff;

        public Tcp {
            requireText(host);
            if (port < 0 || port > MAX) {
                throw new IllegalArgumentException("port " + port);
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /// A unix socket.
    ///
    /// @param path a relative path starts at the user's home
    record Unix(String path) implements Endpoint {
        public Unix {
            requireText(path);
            if (path.isEmpty()) {
                throw new IllegalArgumentException("no path");
            }
        }

        @Override
        public String toString() {
            return path;
        }
    }

    private static void requireText(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL");
        }
    }
}
