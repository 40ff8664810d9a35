package dev.shed.cli.login;

import dev.shed.cli.call.Call;
import dev.shed.cli.lobby.Lobby;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.LinkLog;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits for a server to answer again. It is asked often at first, then less and less; a change of this machine's own
/// addresses, as when a laptop finds another network, starts that over. `Ctrl-C` ends the process.
public final class Reconnect {
    /// So long it is asked twenty times a second: a gateway that restarts, a tunnel that a train leaves.
    private static final Duration EAGER = Duration.ofMinutes(1);

    private static final Duration EAGERLY = Duration.ofMillis(50);

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /// One step of waiting, after which this machine's addresses are looked at.
    private static final Duration STEP = Duration.ofMillis(250);

    /// A step of waiting that took so long was none: the machine slept.
    private static final Duration SLEPT = Duration.ofSeconds(5);

    /// What tmux had switched on and could not switch off. A sequence that the link cut in two is ended first; the
    /// margins go before the screen does, because resetting them moves the cursor.
    private static final String LEAVE_TMUX = "\u001b\\\u001b[?2026l\u001b[r\u001b[4l\u001b(B\u000f\u001b[?1049l"
            + "\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1005l\u001b[?1006l\u001b[?1004l\u001b[?2004l"
            + "\u001b[>4;0m\u001b[?1l\u001b>\u001b[?25h\u001b[0 q\u001b[0m";

    private final Call call;
    private final Server server;
    /// Whether somebody sits here who types, and the launcher has hushed the terminal.
    private boolean dropsKeys;

    public Reconnect(Call call, Server server) {
        this.call = call;
        this.server = server;
    }

    /// Returns when the server answers, or when it is time to let ssh try.
    public void await(LinkLog log) throws IOException, InterruptedException {
        int failures = log.failures();
        if (failures == 0) {
            call.err().print(LEAVE_TMUX);
        }
        say("the link to '" + server.name() + "' is lost; reconnecting (Ctrl-C to stop)");
        dropsKeys = true;
        await(failures);
        dropKeys();
        log.mark();
        say("");
    }

    /// The same without a word.
    ///
    /// @param failures how often in a row there was no link
    public void await(int failures) throws IOException, InterruptedException {
        var address = direct();
        // A server that answers and lets nobody in is left alone for a while.
        pause(address.isEmpty() || failures > 1 ? delay(failures) : Duration.ZERO, new CountDownLatch(1));
        if (address.isPresent()) {
            untilItAnswers(new ServerProbe(address.get()));
        }
    }

    static Duration delay(int failures) {
        var delay = FIRST.multipliedBy(1L << Math.min(failures, 8));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    private void untilItAnswers(ServerProbe probe) throws InterruptedException, IOException {
        long start = System.nanoTime();
        int slow = 0;
        try (probe) {
            while (probe.answer().getCount() > 0) {
                probe.probe();
                boolean eager = System.nanoTime() - start < EAGER.toNanos();
                if (pause(eager ? EAGERLY : delay(++slow), probe.answer())) {
                    start = System.nanoTime();
                    slow = 0;
                }
            }
        }
    }

    /// Waits, no longer than for `answer`; true when this machine's addresses have changed meanwhile, or it was asleep.
    private boolean pause(Duration time, CountDownLatch answer) throws InterruptedException, IOException {
        var before = addresses();
        boolean answered = false;
        boolean changed = false;
        for (long left = time.toMillis(); left > 0 && !answered && !changed; left -= STEP.toMillis()) {
            long began = System.currentTimeMillis();
            answered = answer.await(Math.min(left, STEP.toMillis()), TimeUnit.MILLISECONDS);
            dropKeys();
            boolean slept = System.currentTimeMillis() - began > SLEPT.toMillis();
            changed = slept || !addresses().equals(before);
        }
        return changed;
    }

    /// What is typed while nobody listens was meant for the screen of before.
    private void dropKeys() throws IOException {
        for (int typed = System.in.available(); dropsKeys && typed > 0; typed = System.in.available()) {
            System.in.skipNBytes(typed);
        }
    }

    private static List<String> addresses() throws IOException {
        var all = new ArrayList<String>();
        for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            network.getInetAddresses().asIterator().forEachRemaining(address -> all.add(address.toString()));
        }
        return all;
    }

    /// Where ssh would connect to, if it does so itself.
    private Optional<InetSocketAddress> direct() throws InterruptedException {
        var ssh = call.ssh(server).words("-G").login(Lobby.LOGIN);
        var settings =
                SshProcess.ask(new SshCommand(ssh), Duration.ofSeconds(5)).out();
        boolean proxied = settings.lines().anyMatch(line -> line.matches("proxy(jump|command) (?!none).*"));
        var host = settings.lines().filter(line -> line.startsWith("hostname ")).findFirst();
        return proxied || host.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        InetSocketAddress.createUnresolved(host.get().substring("hostname ".length()), server.port()));
    }

    private void say(String text) {
        // Cut off at the edge, not wrapped: one line can be taken back.
        var line = text.isEmpty() ? "" : "\u001b[?7lshed: " + text + "\u001b[?7h";
        call.err().print("\r\u001b[K" + line);
        call.err().flush();
    }
}
