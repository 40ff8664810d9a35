package dev.shed.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One real client that forwards a unix socket of this machine to each of some targets.
final class Tunnels implements AutoCloseable {
    private final Process client;
    private final List<String> targets;
    private final List<Path> sockets;

    private Tunnels(Process client, List<String> targets, List<Path> sockets) {
        this.client = client;
        this.targets = targets;
        this.sockets = sockets;
    }

    /// @param name what its sockets begin with
    /// @param targets as `ssh -L` takes them: `host:port`, or a path
    static Tunnels open(Place place, String name, String login, List<String> targets) throws Exception {
        var sockets = IntStream.range(0, targets.size())
                .mapToObj(i -> place.path(name + i))
                .toList();
        var options = IntStream.range(0, targets.size()).mapToObj(i -> "-L" + sockets.get(i) + ":" + targets.get(i));
        var words = Stream.concat(options, Stream.of("-N", login)).toArray(String[]::new);
        var tunnels = new Tunnels(place.client(words).start(), targets, sockets);
        Await.until("tunnels", () -> sockets.stream().allMatch(Files::exists));
        return tunnels;
    }

    Process client() {
        return client;
    }

    /// Connects through one of them.
    SocketChannel connect(String target) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(sockets.get(targets.indexOf(target))));
        return channel;
    }

    /// What a target says to somebody who sends `input` and then an end-of-file.
    String answer(String target, String input) throws IOException {
        try (var channel = connect(target)) {
            send(channel, input);
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    /// Who is refused finds out while he writes.
    private static void send(SocketChannel channel, String input) {
        try {
            channel.write(ByteBuffer.wrap(input.getBytes(UTF_8)));
            channel.shutdownOutput();
        } catch (IOException _) {
            // Nobody there: there will be no answer.
        }
    }

    @Override
    public void close() throws IOException {
        client.destroy();
        Run.status(client);
        for (var socket : sockets) {
            Files.deleteIfExists(socket);
        }
    }
}
