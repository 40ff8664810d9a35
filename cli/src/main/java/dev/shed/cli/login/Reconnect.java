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

/// Waits until a server answers again. It is probed often at first, then less often. When this machine's own
/// addresses change, as when a laptop joins another network, that starts again. Ctrl-C ends the process.
public final class Reconnect {
    /// How long the server is probed twenty times a second. This covers a restart of the gateway and short
    /// outages of a network.
    private static final Duration EAGER = Duration.ofMinutes(1);

    private static final Duration EAGERLY = Duration.ofMillis(50);

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /// The interval at which this machine's addresses are checked while waiting.
    private static final Duration STEP = Duration.ofMillis(250);

    /// If an interval takes this long, the machine was suspended.
    private static final Duration SLEPT = Duration.ofSeconds(5);

    /// Resets the terminal modes that tmux had set. An incomplete escape sequence is ended first. The margins
    /// are reset before the screen is switched, because that moves the cursor.
    private static final String LEAVE_TMUX = "\u001b\\\u001b[?2026l\u001b[r\u001b[4l\u001b(B\u000f\u001b[?1049l"
            + "\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1005l\u001b[?1006l\u001b[?1004l\u001b[?2004l"
            + "\u001b[>4;0m\u001b[?1l\u001b>\u001b[?25h\u001b[0 q\u001b[0m";

    private final Call call;
    private final Server server;
    /// Whether input is discarded, because a user is typing at a terminal with echo off.
    private boolean dropsKeys;

    public Reconnect(Call call, Server server) {
        this.call = call;
        this.server = server;
    }

    /// Reports the lost connection, and returns when the server answers or ssh should try.
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

    /// Does the same without printing anything.
    ///
    /// @param failures how many attempts in a row have failed
    public void await(int failures) throws IOException, InterruptedException {
        var address = direct();
        // A server that answers but refuses the login is not asked again at once.
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

    /// Waits for a time, or until `answer` is zero. True if this machine's addresses have changed meanwhile,
    /// or it was suspended.
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

    /// Discards input that was typed during the outage: it was meant for the old screen.
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

    /// The address to which ssh would connect; empty if it uses a proxy.
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
        // Without line wrap, so that the message stays on one line, which can be erased.
        var line = text.isEmpty() ? "" : "\u001b[?7lshed: " + text + "\u001b[?7h";
        call.err().print("\r\u001b[K" + line);
        call.err().flush();
    }
}
