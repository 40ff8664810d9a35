package dev.shed.gateway.container.porter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.porter.frame.Frames;
import dev.shed.gateway.container.porter.frame.Link;
import dev.shed.gateway.container.porter.frame.PassingLink;
import dev.shed.gateway.container.porter.task.PorterProcess;
import dev.shed.gateway.container.porter.task.Spawn;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.posix.StreamSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What says to be a porter, in a process of its own: it answers that it is connected, or that a
/// process has started, and passes what it likes.
final class Forger implements AutoCloseable {
    /// Prints what the descriptors are, and passes them once it is told to; stays until its stdin ends.
    private static final String SCRIPT = """
            import os, select, socket, struct, sys, threading, tty
            place, kind, directory, port, answers = sys.argv[1:]
            link = socket.socket(socket.AF_UNIX)
            link.connect(place)
            def tcp():
                return socket.create_connection(('127.0.0.1', int(port)))
            def listener():
                s = socket.socket()
                s.bind(('127.0.0.1', 0))
                s.listen(1)
                return s
            def connected(s, address):
                s.connect(address)
                return s
            def fifo():
                os.mkfifo(directory + '/fifo')
                return os.open(directory + '/fifo', os.O_RDWR)
            makers = {
                'tcp': lambda: [tcp()],
                'none': lambda: [],
                'two': lambda: [tcp() for _ in range(2)],
                'ten': lambda: [tcp() for _ in range(10)],
                'twice': lambda: [tcp() for _ in range(2)],
                'failed': lambda: [tcp()],
                'longer': lambda: [tcp()],
                'silent': lambda: [],
                'fifo': lambda: [fifo()],
                'file': lambda: [os.open(directory + '/file', os.O_RDWR | os.O_CREAT)],
                'zero': lambda: [os.open('/dev/zero', os.O_RDWR)],
                'path': lambda: [os.open(place, os.O_PATH)],
                'epoll': lambda: [select.epoll()],
                'datagram': lambda: [connected(socket.socket(type=socket.SOCK_DGRAM), ('127.0.0.1', 9))],
                'listener': lambda: [listener()],
                'unconnected': lambda: [socket.socket()],
                'pair': lambda: list(socket.socketpair())[:1],
                'packets': lambda: list(socket.socketpair(type=socket.SOCK_SEQPACKET))[:1],
                'gateway': lambda: [connected(socket.socket(socket.AF_UNIX), place)],
                'itself': lambda: [link],
            }
            stdin, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
            pipes = [stdin[1], stdout[0], stderr[0]]
            makers |= {} if answers == 'connected' else {
                'pipes': lambda: pipes,
                'two': lambda: pipes[:2],
                'four': lambda: pipes + [os.dup(pipes[0])],
                'ten': lambda: pipes + [os.dup(pipes[0]) for _ in range(7)],
                'twice': lambda: pipes + pipes,
                'failed': lambda: pipes,
                'second': lambda: pipes + pipes,
            }
            if answers == 'terminal':
                master, slave = os.openpty()
                tty.setraw(slave)
                os.set_blocking(master, kind == 'blocking')
                makers |= {
                    'terminal': lambda: [master],
                    'blocking': lambda: [master],
                    'other end': lambda: [slave],
                    'path': lambda: [os.open('/dev/ptmx', os.O_PATH)],
                    'two': lambda: [master, os.dup(master)],
                    'ten': lambda: [os.dup(master) for _ in range(10)],
                    'twice': lambda: [master, os.dup(master)],
                    'failed': lambda: [master],
                }
            passed = makers[kind]()
            if answers == 'started' and len(passed) == 1:
                passed = [pipes[0], passed[0], pipes[2]]
            numbers = [p if isinstance(p, int) else p.fileno() for p in passed]
            def name(n):
                index = [line for line in open(f'/proc/self/fdinfo/{n}') if line.startswith('tty-index')]
                return index[0].strip() if index else os.readlink(f'/proc/self/fd/{n}')
            print(*map(name, numbers), sep='|', flush=True)
            sys.stdin.readline()
            address = b'127.0.0.1'
            answer = struct.pack('>I', len(address)) + address + struct.pack('>I', 80)
            frame = struct.pack('>BI', 0x92, len(answer)) + answer
            if answers != 'connected':
                frame = struct.pack('>BIIII', 0x90, 12, 7, 0, 0)
            if kind == 'failed':
                answer = struct.pack('>IBI', 111, 7, 2) + b'no'
                frame = struct.pack('>BI', 0x91, len(answer)) + answer
            if kind == 'twice':
                half = len(numbers) // 2
                socket.send_fds(link, [frame[:3]], numbers[:half])
                socket.send_fds(link, [frame[3:]], numbers[half:])
            elif kind == 'longer':
                socket.send_fds(link, [frame + b'x'], numbers)
            elif kind != 'silent':
                socket.send_fds(link, [frame], numbers)
            for line in sys.stdin:
                exec(line)
                print('done', flush=True)
            """;

    /// Stays open: it can be connected to once more.
    private final ServerSocketChannel server;

    private final Process process;
    private final BufferedReader said;
    private final PassingLink link;
    private final PassedSocket socket;
    private final List<String> passed;

    private Forger(ServerSocketChannel server, Process process, PassingLink link, PassedSocket socket)
            throws IOException {
        this.server = server;
        this.process = process;
        this.link = link;
        this.socket = socket;
        this.said = process.inputReader();
        this.passed = List.of(said.readLine().split("\\|", -1));
    }

    /// One that was asked for a connection.
    ///
    /// @param port of this machine, that the connections lead to which it passes
    static Forger connected(Path directory, String kind, Endpoint to, int port) throws IOException {
        return start(directory, kind, port, "connected", to);
    }

    /// One that was asked for a process. If what it passes is one thing, that is stdout.
    static Forger started(Path directory, String kind, int port) throws IOException {
        return start(directory, kind, port, "started", new Endpoint.Unix("/"));
    }

    /// One that was asked for a process with a terminal.
    static Forger terminal(Path directory, String kind, int port) throws IOException {
        return start(directory, kind, port, "terminal", new Endpoint.Unix("/"));
    }

    private static Forger start(Path directory, String kind, int port, String answers, Endpoint to) throws IOException {
        var place = directory.resolve("porter.sock");
        Files.deleteIfExists(place);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(place));
        var words = List.of("python3", "-c", SCRIPT, place.toString(), kind, directory.toString(), "" + port, answers);
        var process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var link = new PassingLink(StreamSocket.of(server.accept()), answers.equals("started") ? 3 : 1);
        return new Forger(server, process, link, new PassedSocket(link, to));
    }

    /// The gateway's side of a connection.
    PassedSocket socket() {
        return socket;
    }

    /// The gateway's side of a process.
    PassingLink link() {
        return link;
    }

    /// What it passes, as the kernel names them; empty names for nothing.
    List<String> passed() {
        return passed;
    }

    /// How many of this process's descriptors are what it passes.
    long open() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(descriptor -> passed.contains(name(descriptor))).count();
        }
    }

    private static String name(Path descriptor) {
        try {
            var details = Files.readString(Path.of("/proc/self/fdinfo/" + descriptor.getFileName()));
            var index =
                    details.lines().filter(line -> line.startsWith("tty-index")).findFirst();
            return index.isPresent()
                    ? index.get()
                    : Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "closed meanwhile";
        }
    }

    Forger answers() throws IOException {
        tell("");
        return this;
    }

    /// Has it do something, and waits until it has.
    void does(String statement) throws IOException {
        tell(statement);
        said.readLine();
    }

    private void tell(String line) throws IOException {
        var stdin = process.getOutputStream();
        stdin.write((line + "\n").getBytes(UTF_8));
        stdin.flush();
    }

    /// Its end, as of a container that is killed.
    void dies() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        link.close();
        server.close();
        dies();
    }

    /// A process of a porter that passes what it is asked for.
    PorterProcess process(Optional<ExecSpec.Terminal> terminal) throws IOException {
        var container = new Container(
                "id",
                ShedName.parse("demo"),
                Container.State.RUNNING,
                Instant.EPOCH,
                "image",
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var spec = new ExecSpec(container, new Program.ShellCommand("x"), Map.of(), Optional.empty(), terminal);
        var spawn = new Spawn(spec, "/run/shed/porter", "dev", Duration.ofSeconds(5), Frames.PASSING_TERMINALS);
        return PorterProcess.of(new Passing(link()), spawn, new PorterProcess.Endings(() -> "it is lost", _ -> {}));
    }

    /// A connection on which streams are passed, as its version says.
    private record Passing(PassingLink link) implements Link {
        @Override
        public Optional<PassingLink> passing(byte since, int expected) {
            return Optional.of(link);
        }

        @Override
        public void send(ByteBuffer... parts) throws IOException {
            link.send(parts);
        }

        @Override
        public void endOutput() throws IOException {
            link.endOutput();
        }

        @Override
        public void receive(Taker taker) throws IOException {
            link.receive(taker);
        }

        @Override
        public void close() {
            link.close();
        }
    }
}
