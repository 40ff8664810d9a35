import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.forwarded.RemotePortForwarder;
import net.schmizz.sshj.transport.verification.PromiscuousVerifier;

/** sshj, the library of JetBrains' tools, as a conformance client; the checks: README.md. */
public class SshjClient {
    public static void main(String[] args) throws Exception {
        SSHClient client = new SSHClient(new DefaultConfig());
        client.addHostKeyVerifier(new PromiscuousVerifier());
        client.connect("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        client.authPublickey(System.getenv("LOGIN"), System.getenv("KEY"));
        int status = check(client, args[0], args[1]);
        client.disconnect();
        System.exit(status);
    }

    private static int check(SSHClient client, String check, String argument) throws Exception {
        return switch (check) {
            case "exec" -> run(client, argument, new byte[0]);
            case "feed" -> run(client, argument, System.in.readAllBytes());
            case "leave" -> leave(client, argument);
            case "feed-close" -> feedClose(client, argument, System.in.readAllBytes());
            case "refused" -> refused(client, Integer.parseInt(argument));
            case "forward" -> forward(client, Integer.parseInt(argument));
            case "back" -> back(client);
            case "again" -> again(client, Integer.parseInt(argument));
            default -> 64;
        };
    }

    private static int run(SSHClient client, String command, byte[] input) throws Exception {
        try (Session session = client.startSession()) {
            Session.Command running = session.exec(command);
            Thread.ofVirtual().start(() -> feed(running.getOutputStream(), input));
            running.getInputStream().transferTo(System.out);
            System.out.flush();
            running.join(30, TimeUnit.SECONDS);
            return running.getExitStatus();
        }
    }

    private static void feed(OutputStream to, byte[] input) {
        try (to) {
            new ByteArrayInputStream(input).transferTo(to);
        } catch (java.io.IOException e) {
            System.err.println(e);
        }
    }

    private static int leave(SSHClient client, String command) throws Exception {
        client.startSession().exec(command);
        return 0;
    }

    private static int feedClose(SSHClient client, String command, byte[] input) throws Exception {
        Session session = client.startSession();
        feed(session.exec(command).getOutputStream(), input);
        session.close();
        return run(client, "echo alive", new byte[0]);
    }

    private static int refused(SSHClient client, int port) throws Exception {
        try {
            client.newDirectConnection("localhost", port);
        } catch (OpenFailException e) {
            return run(client, "echo alive", new byte[0]);
        }
        return 1;
    }

    private static int forward(SSHClient client, int port) throws Exception {
        try (DirectConnection connection = client.newDirectConnection("localhost", port)) {
            connection.getOutputStream().write(new byte[5000]);
            connection.getOutputStream().close();
            InputStream in = connection.getInputStream();
            in.transferTo(System.out);
            System.out.flush();
        }
        return 0;
    }

    private static int back(SSHClient client) throws Exception {
        var forward = client.getRemotePortForwarder().bind(
                new RemotePortForwarder.Forward("localhost", 0),
                channel -> {
                    channel.confirm();
                    channel.getOutputStream().write(new byte[1000]);
                    channel.getOutputStream().flush();
                    channel.close();
                });
        System.out.println(forward.getPort());
        System.in.readAllBytes();
        return 0;
    }

    private static int again(SSHClient client, int count) throws Exception {
        int port = Integer.parseInt(System.getenv("BACK_PORT"));
        RemotePortForwarder forwarder = client.getRemotePortForwarder();
        for (int i = 0; i < count; i++) {
            forwarder.cancel(forwarder.bind(new RemotePortForwarder.Forward("localhost", port), channel -> channel.close()));
        }
        return 0;
    }
}
