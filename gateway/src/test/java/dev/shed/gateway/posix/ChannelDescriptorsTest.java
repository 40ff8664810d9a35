package dev.shed.gateway.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelDescriptorsTest {
    /// A program whose first use of a passed socket comes while it has no free descriptor.
    static final class Exhausted {
        private static final List<Class<?>> KNOWN = List.of(
                StreamSocket.class,
                Descriptor.class,
                PosixException.class,
                Errno.class,
                Scratch.class,
                Readiness.class);

        private Exhausted() {}

        public static void main(String[] arguments) throws Exception {
            for (var type : KNOWN) {
                Class.forName(type.getName()); // a class is loaded from a file
            }
            System.out.println("available: " + ChannelDescriptors.available());
            try (var server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var first = SocketChannel.open(server.getLocalAddress());
                var second = SocketChannel.open(server.getLocalAddress());
                var taken = takeAll();
                try {
                    StreamSocket.of(first);
                } catch (IOException e) {
                    System.out.println(e.getMessage());
                }
                for (var file : taken) {
                    file.close();
                }
                StreamSocket.of(second).close();
                System.out.println("later: used");
            }
        }

        private static List<FileInputStream> takeAll() throws IOException {
            var taken = new ArrayList<FileInputStream>();
            try {
                while (true) {
                    taken.add(new FileInputStream("/dev/null"));
                }
            } catch (FileNotFoundException _) {
                return taken; // too many open files
            }
        }
    }

    @Test
    void socketsAreUsedAgainAfterDescriptorsWereShort() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var program = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 100; exec \"$@\"",
                        "sh",
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Exhausted.class.getName())
                .redirectErrorStream(true)
                .start();
        var output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output.lines()).containsExactly("available: true", "fcntl: EMFILE", "later: used");
        assertThat(program.waitFor()).isZero();
    }
}
