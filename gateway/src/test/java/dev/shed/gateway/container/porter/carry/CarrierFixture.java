package dev.shed.gateway.container.porter.carry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.gateway.Await;
import dev.shed.gateway.container.porter.carry.FakeStream.Frame;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// A carrier, with a test at the other end of its stream.
abstract class CarrierFixture {
    static final byte[] SOME = "some".getBytes(UTF_8);
    static final int REST = CarryFrames.WINDOW - CarryFrames.FIRST_CREDIT;

    final FakeStream porter = FakeStream.greeted();
    final Map<Long, CarriedLink> links = new ConcurrentHashMap<>();
    Carrier carrier = carrier(porter, Duration.ofHours(1));
    final Future<Boolean> end = run(carrier);

    Carrier carrier(FakeStream stream, Duration keepalive) {
        return new Carrier(stream, "test", keepalive, link -> links.put(link.number(), link));
    }

    static Future<Boolean> run(Carrier carrier) {
        var task = new FutureTask<Boolean>(() -> {
            carrier.run(OutputStream.nullOutputStream());
            return true;
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    CarriedLink opened(long number) throws Exception {
        porter.says(CarryFrames.OPEN, number);
        return known(number);
    }

    CarriedLink known(long number) throws Exception {
        Await.until("channel " + number, () -> links.containsKey(number));
        return Objects.requireNonNull(links.get(number));
    }

    static FutureTask<String> received(CarriedLink link) {
        var task = new FutureTask<>(() -> {
            var bytes = new ByteArrayOutputStream();
            link.receive((source, offset, length) -> {
                bytes.write(source, offset, length);
                return true;
            });
            return bytes.toString(UTF_8);
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    static FutureTask<Boolean> sending(CarriedLink link, int bytes) {
        var task = new FutureTask<Boolean>(() -> {
            link.send(ByteBuffer.allocate(bytes));
            return true;
        });
        Thread.ofVirtual().start(task);
        return task;
    }

    void awaitHeard(Frame... frames) throws Exception {
        Await.get("frames", Await.PATIENCE, porter::heard, heard -> heard.containsAll(List.of(frames)));
    }

    static Frame frame(int type, int channel, byte... payload) {
        return new Frame(type, channel, payload);
    }

    static String get(Future<String> task) throws Exception {
        return Objects.requireNonNull(task.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    Throwable failure() throws Exception {
        try {
            end.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("the stream did not break");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }
}
