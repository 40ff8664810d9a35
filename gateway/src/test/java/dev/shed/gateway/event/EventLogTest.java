package dev.shed.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.MutableClock;
import dev.shed.gateway.name.ShedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    private final EventLog log = new EventLog(Clock.fixed(Instant.ofEpochSecond(1_769_335_200), ZoneOffset.UTC));

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            log.append(DEMO, EventDetails.session(EventDetails.Kind.SESSION_CREATED, "s" + i));
        }
    }

    private EventLog.Reader since(long seq) {
        return log.reader(OptionalLong.of(seq), _ -> true);
    }

    private static long seq(ReadResult readResult) {
        return readResult instanceof ReadResult.Found(Event event) ? event.seq() : -1;
    }

    @Test
    void aReaderGetsWhatComesAfterIt() throws InterruptedException {
        append(3);
        var reader = log.reader(OptionalLong.empty(), _ -> true);
        assertThat(reader.next(Duration.ZERO)).isInstanceOf(ReadResult.Nothing.class);
        append(1);
        assertThat(seq(reader.next(Duration.ZERO))).isEqualTo(reader.position());
        assertThat(reader.next(Duration.ZERO)).isInstanceOf(ReadResult.Nothing.class);
        assertThat(reader.missed()).isFalse();
    }

    @Test
    void sinceContinuesWhereSomebodyLeft() throws InterruptedException {
        var reader = log.reader(OptionalLong.empty(), _ -> true);
        append(3);
        long first = seq(reader.next(Duration.ZERO));

        var again = since(first);

        assertThat(again.missed()).isFalse();
        assertThat(seq(again.next(Duration.ZERO))).isEqualTo(first + 1);
        assertThat(seq(again.next(Duration.ZERO))).isEqualTo(first + 2);
    }

    @Test
    void sinceWhatIsNotKnownAnyMoreOrNotYetIsSaid() {
        append(EventLog.CAPACITY + 1);
        assertThat(since(0).missed()).isTrue();
        assertThat(since(Long.MAX_VALUE).missed()).isTrue();
        assertThat(since(Long.MIN_VALUE).missed()).isTrue();
        var end = log.reader(OptionalLong.empty(), _ -> true).position();
        assertThat(since(end).missed()).isFalse();
        assertThat(since(end - EventLog.CAPACITY).missed()).isFalse();
        assertThat(since(end - EventLog.CAPACITY - 1).missed()).isTrue();
        log.forget();
        assertThat(since(end).missed()).isFalse();
        assertThat(since(end - 1).missed()).isTrue();
    }

    @Test
    void aReaderThatIsTooSlowIsToldSo() throws InterruptedException {
        var slow = log.reader(OptionalLong.empty(), _ -> true);
        append(EventLog.CAPACITY);
        assertThat(slow.next(Duration.ZERO)).isInstanceOf(ReadResult.Found.class);
        append(2);
        assertThat(slow.next(Duration.ZERO)).isInstanceOf(ReadResult.Behind.class);
    }

    @Test
    void whatIsNotWantedIsPassedOver() throws InterruptedException {
        var reader = log.reader(OptionalLong.empty(), shed -> shed.value().equals("other"));
        append(2);
        log.append(ShedName.parse("other"), EventDetails.shed(EventDetails.Kind.SHED_STARTED));

        assertThat(reader.next(Duration.ZERO))
                .isInstanceOfSatisfying(
                        ReadResult.Found.class,
                        found -> assertThat(found.event().shed()).isEqualTo(ShedName.parse("other")));
    }

    @Test
    void aShedInWhichVeryMuchHappensPushesOutNoEventsButItsOwn() throws InterruptedException {
        var quiet = ShedName.parse("quiet");
        long before = log.reader(OptionalLong.empty(), _ -> true).position();
        var standing = log.reader(OptionalLong.empty(), quiet::equals);
        var all = log.reader(OptionalLong.empty(), _ -> true);
        log.append(quiet, EventDetails.shed(EventDetails.Kind.SHED_STARTED));
        append(2 * EventLog.CAPACITY);

        assertThat(seq(standing.next(Duration.ZERO))).isEqualTo(before + 1);
        var again = log.reader(OptionalLong.of(before), quiet::equals);
        assertThat(again.missed()).isFalse();
        assertThat(seq(again.next(Duration.ZERO))).isEqualTo(before + 1);
        assertThat(again.next(Duration.ZERO)).isInstanceOf(ReadResult.Nothing.class);
        assertThat(all.next(Duration.ZERO)).isInstanceOf(ReadResult.Behind.class);
        assertThat(since(before).missed()).isTrue();
    }

    @Test
    void whatIsKeptOfAllShedsIsBounded() throws InterruptedException {
        long before = log.reader(OptionalLong.empty(), _ -> true).position();
        log.append(DEMO, EventDetails.shed(EventDetails.Kind.SHED_STARTED));
        for (int shed = 0; shed < 2 * EventLog.MAX_EVENTS / EventLog.CAPACITY; shed++) {
            for (int i = 0; i < EventLog.CAPACITY; i++) {
                log.append(ShedName.parse("s" + shed), EventDetails.shed(EventDetails.Kind.SHED_STARTED));
            }
        }
        assertThat(log.size()).isEqualTo(EventLog.MAX_EVENTS);
        assertThat(seq(log.reader(OptionalLong.of(before), DEMO::equals).next(Duration.ZERO)))
                .isEqualTo(before + 1);

        for (int shed = 0; shed < EventLog.MAX_SHEDS; shed++) {
            log.append(ShedName.parse("n" + shed), EventDetails.shed(EventDetails.Kind.SHED_STARTED));
        }
        assertThat(log.reader(OptionalLong.of(before), DEMO::equals).missed()).isTrue();
        assertThat(log.size()).isLessThanOrEqualTo(EventLog.MAX_EVENTS);
    }

    /// The numbers that somebody who may see one shed gets, while much or nothing happens in another.
    private static List<Long> numbers(int others) throws InterruptedException {
        var time = new MutableClock(Instant.ofEpochSecond(1_769_335_200));
        var log = new EventLog(time);
        var numbers = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            for (int other = 0; other < 100; other++) {
                time.advance(Duration.ofNanos(10_000));
                if (other < others) {
                    log.append(ShedName.parse("other"), EventDetails.shed(EventDetails.Kind.SHED_STARTED));
                }
            }
            time.advance(Duration.ofNanos(10_000));
            var reader = log.reader(OptionalLong.empty(), DEMO::equals);
            numbers.add(reader.position());
            time.advance(Duration.ofNanos(10_000));
            log.append(DEMO, EventDetails.shed(EventDetails.Kind.SHED_STARTED));
            numbers.add(seq(reader.next(Duration.ZERO)));
            reader.next(Duration.ZERO);
            numbers.add(reader.position());
        }
        return numbers;
    }

    @Test
    void numbersTellNothingOfEventsThatAReaderMayNotSee() throws InterruptedException {
        assertThat(numbers(100)).isEqualTo(numbers(50)).isEqualTo(numbers(0));
    }

    @Test
    void whoReadsOnFromAnyNumberMissesNothing() throws InterruptedException {
        var reader = log.reader(OptionalLong.empty(), DEMO::equals);
        append(2);
        log.append(ShedName.parse("other"), EventDetails.shed(EventDetails.Kind.SHED_STARTED));
        append(1);
        long first = seq(reader.next(Duration.ZERO));
        var again = log.reader(OptionalLong.of(first), DEMO::equals);
        assertThat(again.missed()).isFalse();
        assertThat(seq(again.next(Duration.ZERO))).isEqualTo(seq(reader.next(Duration.ZERO)));
        assertThat(seq(again.next(Duration.ZERO))).isEqualTo(seq(reader.next(Duration.ZERO)));
        assertThat(again.next(Duration.ZERO)).isInstanceOf(ReadResult.Nothing.class);
    }

    @Test
    void numbersGrowOverRestarts() {
        append(1);
        var before = log.reader(OptionalLong.empty(), _ -> true).position();
        var later = new EventLog(Clock.fixed(Instant.ofEpochSecond(1_769_335_201), ZoneOffset.UTC));

        assertThat(later.reader(OptionalLong.empty(), _ -> true).position()).isGreaterThan(before);
    }
}
