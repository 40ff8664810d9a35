import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** JSch, the old one and its successor, as a conformance client; the checks: README.md. */
public class JschClient {
    public static void main(String[] args) throws Exception {
        JSch jsch = new JSch();
        jsch.addIdentity(System.getenv("KEY"));
        Session session = jsch.getSession(System.getenv("LOGIN"), "127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        session.setConfig("StrictHostKeyChecking", "no");
        session.connect(30_000);
        int status = check(session, args[0], args[1]);
        session.disconnect();
        System.exit(status);
    }

    private static int check(Session session, String check, String argument) throws Exception {
        return switch (check) {
            case "exec" -> run(session, argument, new byte[0]);
            case "feed" -> run(session, argument, System.in.readAllBytes());
            case "leave" -> leave(session, argument);
            case "feed-close" -> feedClose(session, argument, System.in.readAllBytes());
            case "refused" -> refused(session, Integer.parseInt(argument));
            case "forward" -> forward(session, Integer.parseInt(argument));
            case "back" -> back(session);
            case "again" -> again(session, Integer.parseInt(argument));
            default -> 64;
        };
    }

    private static int run(Session session, String command, byte[] input) throws Exception {
        ChannelExec channel = (ChannelExec) session.openChannel("exec");
        channel.setCommand(command);
        channel.setInputStream(new ByteArrayInputStream(input));
        InputStream out = channel.getInputStream();
        channel.connect(30_000);
        out.transferTo(System.out);
        System.out.flush();
        while (!channel.isClosed()) {
            Thread.sleep(20);
        }
        return channel.getExitStatus();
    }

    private static int leave(Session session, String command) throws Exception {
        ChannelExec channel = (ChannelExec) session.openChannel("exec");
        channel.setCommand(command);
        channel.connect(30_000);
        return 0;
    }

    private static int feedClose(Session session, String command, byte[] input) throws Exception {
        ChannelExec channel = (ChannelExec) session.openChannel("exec");
        channel.setCommand(command);
        OutputStream in = channel.getOutputStream();
        channel.connect(30_000);
        in.write(input);
        in.close();
        channel.disconnect();
        return run(session, "echo alive", new byte[0]);
    }

    private static int refused(Session session, int port) throws Exception {
        ChannelDirectTCPIP channel = (ChannelDirectTCPIP) session.openChannel("direct-tcpip");
        channel.setHost("localhost");
        channel.setPort(port);
        try {
            channel.connect(30_000);
        } catch (JSchException e) {
            return run(session, "echo alive", new byte[0]);
        }
        return 1;
    }

    private static int forward(Session session, int port) throws Exception {
        ChannelDirectTCPIP channel = (ChannelDirectTCPIP) session.openChannel("direct-tcpip");
        channel.setHost("localhost");
        channel.setPort(port);
        InputStream in = channel.getInputStream();
        channel.setInputStream(new ByteArrayInputStream(new byte[5000]));
        channel.connect(30_000);
        in.transferTo(System.out);
        System.out.flush();
        return 0;
    }

    /** JSch does not tell which port it was given for 0. */
    private static int back(Session session) throws Exception {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> serve(listener));
        int port = Integer.parseInt(System.getenv("BACK_PORT"));
        session.setPortForwardingR("localhost", port, "127.0.0.1", listener.getLocalPort());
        System.out.println(port);
        System.in.readAllBytes();
        return 0;
    }

    private static int again(Session session, int count) throws Exception {
        int port = Integer.parseInt(System.getenv("BACK_PORT"));
        for (int i = 0; i < count; i++) {
            session.setPortForwardingR("localhost", port, "127.0.0.1", 1);
            session.delPortForwardingR("localhost", port);
        }
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
