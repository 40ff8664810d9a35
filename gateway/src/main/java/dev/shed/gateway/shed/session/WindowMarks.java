package dev.shed.gateway.shed.session;

import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.tmux.WindowStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the options of windows right that tell the status line what agents do, in each shed to which a client is
/// attached. It looks when a client was shown something: nothing that an agent does leaves its screen as it is. It also
/// looks from time to time while an agent runs, which may be in a window that no client shows.
public final class WindowMarks {
    private static final Logger LOG = LoggerFactory.getLogger(WindowMarks.class);

    /// Before the first look: attaching comes first.
    private static final Duration FIRST = Duration.ofMillis(500);

    /// A shed that takes longer has no time for this.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ContainerCommands commands;
    private final boolean on;
    private final ReentrantLock lock = new ReentrantLock();

    /// By the container's id. Guarded by `lock`.
    private final Map<String, Followed> sheds = new HashMap<>();

    /// When to look again: at the first output after the shortest pause, or else after the longest.
    private enum Pause {
        ACTIVE(1, 5),
        QUIET(1, 15),
        NO_AGENT(5, Long.MAX_VALUE),
        FAILED(15, 60);

        private final long shortest;
        private final long longest;

        Pause(long shortest, long longest) {
            this.shortest = shortest;
            this.longest = longest;
        }

        static Pause after(WindowStatus seen) {
            return seen.isAnyActive() ? ACTIVE : seen.isAny() ? QUIET : NO_AGENT;
        }
    }

    /// @param on whether anything is done
    public WindowMarks(ContainerRuntime runtime, boolean on) {
        this.commands = new ContainerCommands(runtime);
        this.on = on;
    }

    /// A shed with attached clients.
    private final class Followed {
        private final Shed shed;
        private final Semaphore shown = new Semaphore(0);
        private final Thread thread;

        /// Guarded by `lock`.
        private int clients;

        Followed(Shed shed) {
            this.shed = shed;
            this.thread = Thread.ofVirtual().name("marks-" + shed.name()).unstarted(this::run);
        }

        private void run() {
            try {
                TimeUnit.NANOSECONDS.sleep(FIRST.toNanos());
                while (true) {
                    shown.drainPermits();
                    var pause = look();
                    TimeUnit.SECONDS.sleep(pause.shortest);
                    shown.tryAcquire(pause.longest - pause.shortest, TimeUnit.SECONDS);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private Pause look() {
            try {
                var answer = commands.run(shed, Command.of(WindowStatus.look()).within(LIMIT));
                if (answer.status().code() == AgentPanes.INCOMPLETE) {
                    // An agent may run.
                    return Pause.ACTIVE;
                }
                var seen = WindowStatus.parse(answer.out());
                for (var change : seen.changes()) {
                    commands.run(shed, Command.of(change).within(LIMIT));
                }
                return Pause.after(seen);
            } catch (ShedException e) {
                LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("no marks for its windows");
                return Pause.FAILED;
            }
        }
    }

    /// A client that is attached to a session, until it is closed.
    public final class Client implements AutoCloseable {
        private final Followed followed;

        private Client(Followed followed) {
            this.followed = followed;
        }

        /// It was shown something. Does not block.
        public void shown() {
            if (followed.shown.availablePermits() == 0) {
                followed.shown.release();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                followed.clients--;
                if (followed.clients == 0) {
                    sheds.remove(followed.shed.container().id());
                    followed.thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// A client attaches to a session of this shed.
    public Client follow(Shed shed) {
        lock.lock();
        try {
            var followed = sheds.computeIfAbsent(shed.container().id(), _ -> new Followed(shed));
            followed.clients++;
            if (on && followed.clients == 1) {
                followed.thread.start();
            }
            return new Client(followed);
        } finally {
            lock.unlock();
        }
    }
}
