package dev.shed.gateway.e2e;

import dev.shed.gateway.config.GatewayConfig.Listen;
import java.io.IOException;

/// A desk whose client knows two servers: the gateways `one` (the default) and `two`, on two loopback addresses and the
/// same port. They share an engine, so each shows this person only sheds whose names begin with its own name, and
/// those that begin with `both`.
final class TwoServers implements AutoCloseable {
    private final Desk desk;
    private final LiveGateway one;
    private final LiveGateway two;

    private TwoServers(Desk desk, LiveGateway one, LiveGateway two) {
        this.desk = desk;
        this.one = one;
        this.two = two;
    }

    static TwoServers start() throws IOException {
        var desk = Desk.make();
        var one = serve(desk, "one", new Listen("127.0.0.1", 0));
        var two = serve(desk, "two", new Listen("127.0.0.2", one.place().port()));
        return new TwoServers(desk, one, two);
    }

    /// Starts a gateway that lets the desk's key in, and has the client know it.
    static LiveGateway serve(Desk desk, String name, Listen listen) throws IOException {
        var gateway = LiveGateway.startAt(Place.make(), listen);
        know(desk, gateway, name, listen.address());
        return gateway;
    }

    /// Lets the desk's key in, and has its client know the gateway.
    static void know(Desk desk, LiveGateway gateway, String name, String address) throws IOException {
        gateway.place().admit(desk.publicKey(), "role=\"admin\",sheds=\"" + name + "*,both*\"");
        var port = Integer.toString(gateway.place().port());
        desk.shed("server", "add", address, "--name", name, "--port", port, "--trust-on-first-use")
                .orFail();
    }

    Desk desk() {
        return desk;
    }

    LiveGateway one() {
        return one;
    }

    LiveGateway two() {
        return two;
    }

    /// A running shed that only the first server has.
    String shedOfOne() throws IOException {
        return one.place().newShed("one");
    }

    /// A running shed that only the second server has.
    String shedOfTwo() throws IOException {
        return two.place().newShed("two");
    }

    @Override
    public void close() throws IOException {
        try (desk;
                one;
                two) {
            desk.hangUp();
        }
    }
}
