package dev.shed.gateway.container.porter;

import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.docker.LiveShed;
import dev.shed.gateway.stream.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Measures processes in a container that the gateway made, and in one that it did not make, in turn; without ssh. For
/// `scripts/bench/carry`.
public final class CarriedBench {
    private static final int STARTS = 100;
    private static final int KEYS = 500;
    private static final int SIZE = 512;
    private static final double MILLION = 1e6;

    private CarriedBench() {}

    /// Prints one line for each round and container.
    ///
    /// @param arguments how many rounds
    public static void main(String[] arguments) throws Exception {
        try (var own = LiveShed.start(PorterSheds.access("carried-bench"));
                var adopted = PorterSheds.adopted("carried-bench-adopted")) {
            System.out.printf("%-10s %22s %22s %22s %10s%n", "", "start, ms", "echo, ms", "beside bulk, ms", "MiB/s");
            for (int round = 0; round <= Integer.parseInt(arguments[0]); round++) {
                measure(round, "own", own);
                measure(round, "adopted", adopted);
            }
            own.access().close();
            adopted.access().close();
        }
    }

    /// The first round only warms up.
    private static void measure(int round, String name, LiveShed shed) throws Exception {
        var starts = starts(shed);
        var quiet = echo(shed);
        double[] busy;
        try (var bulk = shed.access().runtime().start(shed.argv("cat", "/dev/zero"))) {
            Thread.ofVirtual().start(() -> discard(bulk));
            TimeUnit.MILLISECONDS.sleep(300);
            busy = echo(shed);
        }
        double rate = rate(shed);
        if (round > 0) {
            System.out.printf("%-10s %22s %22s %22s %10.0f%n", name, text(starts), text(quiet), text(busy), rate);
        }
    }

    private static String text(double[] times) {
        Arrays.sort(times);
        return "%.2f (p90 %.2f)".formatted(times[times.length / 2], times[times.length * 9 / 10]);
    }

    private static double[] starts(LiveShed shed) throws Exception {
        var times = new double[STARTS];
        for (int i = 0; i < times.length; i++) {
            long began = System.nanoTime();
            shed.run(shed.argv("true"));
            times[i] = (System.nanoTime() - began) / MILLION;
        }
        return times;
    }

    private static double[] echo(LiveShed shed) throws Exception {
        var times = new double[KEYS];
        var came = new Semaphore(0);
        try (var process = shed.access().runtime().start(shed.argv("cat"))) {
            var reader = Thread.ofVirtual()
                    .start(() -> copy(process, new BlockOutput() {
                        @Override
                        public void write(byte[] source, int offset, int length) {
                            came.release(length);
                        }
                    }));
            for (int i = 0; i < times.length; i++) {
                long began = System.nanoTime();
                process.stdin().write('x');
                came.acquire();
                times[i] = (System.nanoTime() - began) / MILLION;
                TimeUnit.MILLISECONDS.sleep(2);
            }
            process.stdin().close();
            reader.join();
        }
        return times;
    }

    private static double rate(LiveShed shed) throws Exception {
        long began = System.nanoTime();
        try (var process = shed.access().runtime().start(shed.argv("head", "-c", SIZE + "M", "/dev/zero"))) {
            discard(process);
        }
        return SIZE * 1e9 / (System.nanoTime() - began);
    }

    private static void discard(ContainerProcess process) {
        copy(process, OutputStream.nullOutputStream());
    }

    private static void copy(ContainerProcess process, OutputStream out) {
        try {
            process.copyOutput(out, out);
        } catch (IOException _) {
            // It is closed meanwhile.
        }
    }
}
