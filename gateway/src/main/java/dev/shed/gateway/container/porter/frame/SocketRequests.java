package dev.shed.gateway.container.porter.frame;

import dev.shed.gateway.container.ContainerListener;
import dev.shed.gateway.container.Endpoint;

/// Requests about sockets (docs/porter-protocol.md, sections 6 and 7).
public final class SocketRequests {
    private static final int TCP = 1;
    private static final int UNIX = 2;

    /// Zero means the porter's default, ten seconds.
    private static final int DEFAULT_TIMEOUT = 0;

    private static final int OWNER_ONLY = 0600;
    private static final int REPLACE = 1;
    private static final int MAKE_DIRECTORY = 2;

    private SocketRequests() {}

    /// The payload of a request to connect.
    ///
    /// @param refused networks that it must not connect to
    public static byte[] dial(String user, Endpoint to, String refused) {
        return place(Frames.DIAL, user, to).u32(DEFAULT_TIMEOUT).string(refused).frame();
    }

    /// The payload of a request to listen.
    ///
    /// @param listener the name that the porter sends with each accepted connection
    public static byte[] listen(String user, Endpoint at, ContainerListener.Mode mode, String listener) {
        int flags = switch (mode) {
            case KEEP -> 0;
            case REPLACE -> REPLACE;
            case OURS -> REPLACE | MAKE_DIRECTORY;
        };
        return place(Frames.LISTEN, user, at)
                .u32(OWNER_ONLY)
                .string(listener)
                .u8(flags)
                .frame();
    }

    private static FrameWriter place(int type, String user, Endpoint endpoint) {
        var frame = new FrameWriter(type).string(user);
        return switch (endpoint) {
            case Endpoint.Tcp(String host, int port) ->
                frame.u8(TCP).string(host).u32(port);
            case Endpoint.Unix(String path) -> frame.u8(UNIX).string(path).u32(0);
        };
    }
}
