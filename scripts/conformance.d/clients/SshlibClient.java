import com.trilead.ssh2.ChannelCondition;
import com.trilead.ssh2.Connection;
import com.trilead.ssh2.LocalStreamForwarder;
import com.trilead.ssh2.Session;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** ConnectBot's sshlib as a conformance client; the checks: README.md. */
public class SshlibClient {
    public static void main(String[] args) throws Exception {
        Connection connection = new Connection("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        connection.connect(null, 30_000, 30_000);
        if (!connection.authenticateWithPublicKey(System.getenv("LOGIN"), new File(System.getenv("KEY")), null)) {
            throw new IOException("login refused");
        }
        int status = check(connection, args[0], args[1]);
        connection.close();
        System.exit(status);
    }

    private static int check(Connection connection, String check, String argument) throws Exception {
        return switch (check) {
            case "exec" -> run(connection, argument, new byte[0]);
            case "feed" -> run(connection, argument, System.in.readAllBytes());
            case "leave" -> leave(connection, argument);
            case "feed-close" -> feedClose(connection, argument, System.in.readAllBytes());
            case "refused" -> refused(connection, Integer.parseInt(argument));
            case "forward" -> forward(connection, Integer.parseInt(argument));
            case "back" -> back(connection);
            case "again" -> again(connection, Integer.parseInt(argument));
            case "socks" -> socks(connection);
            default -> 64;
        };
    }

    private static int run(Connection connection, String command, byte[] input) throws Exception {
        Session session = connection.openSession();
        session.execCommand(command);
        Thread.ofVirtual().start(() -> feed(session.getStdin(), input));
        session.getStdout().transferTo(System.out);
        System.out.flush();
        session.waitForCondition(ChannelCondition.EXIT_STATUS, 30_000);
        return session.getExitStatus();
    }

    private static void feed(OutputStream to, byte[] input) {
        try (to) {
            new ByteArrayInputStream(input).transferTo(to);
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static int leave(Connection connection, String command) throws Exception {
        connection.openSession().execCommand(command);
        return 0;
    }

    private static int feedClose(Connection connection, String command, byte[] input) throws Exception {
        Session session = connection.openSession();
        session.execCommand(command);
        feed(session.getStdin(), input);
        session.close();
        return run(connection, "echo alive", new byte[0]);
    }

    /** Its forwarder has no call for a single attempt: a connection to its listener is one. */
    private static int refused(Connection connection, int port) throws Exception {
        try {
            LocalStreamForwarder forwarder = connection.createLocalStreamForwarder("localhost", port);
            forwarder.close();
        } catch (IOException e) {
            return run(connection, "echo alive", new byte[0]);
        }
        return 1;
    }

    private static int forward(Connection connection, int port) throws Exception {
        LocalStreamForwarder forwarder = connection.createLocalStreamForwarder("localhost", port);
        OutputStream out = forwarder.getOutputStream();
        out.write(new byte[5000]);
        out.close();
        InputStream in = forwarder.getInputStream();
        in.transferTo(System.out);
        System.out.flush();
        return 0;
    }

    /** It is not told which port it was given for 0. */
    private static int back(Connection connection) throws Exception {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> serve(listener));
        int port = Integer.parseInt(System.getenv("BACK_PORT"));
        connection.requestRemotePortForwarding("localhost", port, "127.0.0.1", listener.getLocalPort());
        System.out.println(port);
        System.in.readAllBytes();
        return 0;
    }

    private static int again(Connection connection, int count) throws Exception {
        int port = Integer.parseInt(System.getenv("BACK_PORT"));
        for (int i = 0; i < count; i++) {
            connection.requestRemotePortForwarding("localhost", port, "127.0.0.1", 1);
            connection.cancelRemotePortForwarding(port);
        }
        return 0;
    }

    /** It does not tell which port it took for 0. */
    private static int socks(Connection connection) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        connection.createDynamicPortForwarder(new InetSocketAddress("127.0.0.1", port));
        System.out.println(port);
        System.in.readAllBytes();
        return 0;
    }

    private static void serve(ServerSocket listener) {
        while (true) {
            try (Socket socket = listener.accept()) {
                socket.getOutputStream().write(new byte[1000]);
            } catch (IOException e) {
                return;
            }
        }
    }
}
