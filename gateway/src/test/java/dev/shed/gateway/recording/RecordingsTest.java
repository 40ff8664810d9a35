package dev.shed.gateway.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.Await;
import dev.shed.gateway.MutableClock;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final WindowSize SIZE = new WindowSize(24, 80);
    private static final ToShed WORK = (ToShed) LoginName.parse("demo+work");

    @TempDir
    private Path directory;

    /// Where somebody has typed, with which key.
    private final List<String> typed = new ArrayList<>();

    private WriteQueue queue;
    private Recordings recordings;

    @BeforeEach
    void open() {
        open(1 << 20, false);
    }

    private void open(long maxSize, boolean refuse) {
        var settings = new Recordings.Settings(
                List.of("demo"), directory.resolve("r"), maxSize, 1 << 20, Duration.ofDays(30), refuse);
        queue = new WriteQueue(100_000, Duration.ofMillis(10));
        recordings = new Recordings(
                settings,
                new MutableClock(NOW),
                queue,
                (shed, session, key) -> typed.add(shed + "+" + session + " " + key));
    }

    /// Another one instead.
    private void reopen(long maxSize, boolean refuse) {
        recordings.close();
        open(maxSize, refuse);
    }

    @AfterEach
    void close() {
        recordings.close();
    }

    private Participant join(String who) {
        return recordings.join(WORK, "container", client(who), SIZE);
    }

    private static Recordings.Client client(String who) {
        return new Recordings.Client(who, "SHA256:" + who);
    }

    private static void show(Participant client, String text) {
        var bytes = text.getBytes(UTF_8);
        client.shown(bytes, 0, bytes.length);
    }

    private List<Path> files() throws IOException, InterruptedException {
        recordings.flush();
        return RecordingList.files(directory.resolve("r"));
    }

    /// Kind and data of each event.
    private List<String> events() throws IOException, InterruptedException {
        var events = new ArrayList<String>();
        for (var line : Files.readAllLines(files().getFirst()).stream().skip(1).toList()) {
            var event = new JsonMapper().readTree(line);
            events.add(event.path(1).asText() + " " + event.path(2).asText());
        }
        return events;
    }

    @Test
    void aRecordingIsAPrivateFileInTheFormatOfAsciinema() throws Exception {
        try (var alice = join("alice")) {
            show(alice, "\033[31m$ \"ls\"\r\n");
        }

        var file = files().getFirst();
        assertThat(file).hasFileName("demo+work.20260131T120000Z.cast");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        var header = new JsonMapper().readTree(Files.readAllLines(file).getFirst());
        assertThat(header.path("version").asInt()).isEqualTo(2);
        assertThat(header.path("width").asInt()).isEqualTo(80);
        assertThat(header.path("height").asInt()).isEqualTo(24);
        assertThat(header.path("timestamp").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(header.path("title").asText()).isEqualTo("demo+work");
        assertThat(events()).containsExactly("m attached: alice", "r 80x24", "o \033[31m$ \"ls\"\r\n", "m left: alice");
    }

    @Test
    void timesAreSecondsThatNeverGoBack() throws Exception {
        try (var alice = join("alice")) {
            for (int i = 0; i < 20; i++) {
                show(alice, "x");
            }
        }
        var times = new ArrayList<JsonNode>();
        for (var line : Files.readAllLines(files().getFirst()).stream().skip(1).toList()) {
            times.add(new JsonMapper().readTree(line).path(0));
        }
        assertThat(times).allMatch(JsonNode::isNumber);
        assertThat(times.stream().map(JsonNode::doubleValue).toList()).isSorted();
    }

    @Test
    void ofSeveralClientsTheFirstOnesViewIsRecordedAndThenTheNextOnes() throws Exception {
        var alice = join("alice");
        var bob = recordings.join(WORK, "container", client("bob"), new WindowSize(50, 100));
        show(alice, "a1");
        show(bob, "b1");
        bob.resized(new WindowSize(51, 101));
        alice.close();
        show(bob, "b2");
        bob.close();

        assertThat(files()).hasSize(1);
        assertThat(events())
                .containsExactly(
                        "m attached: alice",
                        "r 80x24",
                        "m attached: bob",
                        "o a1",
                        "m left: alice",
                        "m from here on as shown to: bob",
                        "r 101x51",
                        "o b2",
                        "m left: bob");
    }

    @Test
    void theFileGoesOnWhenSomebodyComesBackAndAnotherContainerHasItsOwn() throws Exception {
        join("alice").close();
        join("bob").close();
        recordings.join(WORK, "another", client("carol"), SIZE).close();

        assertThat(files()).hasSize(2);
        assertThat(Files.readString(files().getFirst())).doesNotContain("bob").contains("carol");
        assertThat(Files.readString(files().getLast())).contains("alice", "bob").doesNotContain("carol");
    }

    @Test
    void typingIsMarkedOnceAMinuteAndNotWhatWasTyped() throws Exception {
        try (var alice = join("alice")) {
            alice.typed();
            alice.typed();
        }
        assertThat(events()).containsExactly("m attached: alice", "r 80x24", "m typed: alice", "m left: alice");
    }

    @Test
    void typingIsNoticedAlsoWhereNothingIsRecordedAndAnswersOfATerminalAreNone() throws Exception {
        var other = (ToShed) LoginName.parse("other+work");
        try (var client = recordings.join(other, "container", client("alice"), SIZE);
                var process = client.around(new FakeProcess((_, streams) -> {
                    streams.in().readAllBytes();
                    return ExitStatus.SUCCESS;
                }))) {
            var stdin = process.stdin();
            stdin.write("\u001b[?1;2c\u001b[I".getBytes(UTF_8));
            assertThat(typed).isEmpty();
            stdin.write("y".getBytes(UTF_8));
            assertThat(typed).containsExactly("other+work SHA256:alice");
        }
        recordings.typed(other.shed(), "a name of tmux's", "SHA256:bob");
        assertThat(typed.getLast()).isEqualTo("other+a name of tmux's SHA256:bob");
    }

    @Test
    void aCharacterThatComesInPiecesIsOne() throws Exception {
        try (var alice = join("alice")) {
            var bytes = "é😀".getBytes(UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                alice.shown(bytes, i, 1);
            }
            alice.shown(new byte[] {(byte) 0xff, 'x'}, 0, 2);
        }
        assertThat(events().stream()
                        .filter(event -> event.startsWith("o "))
                        .map(event -> event.substring(2))
                        .collect(Collectors.joining()))
                .isEqualTo("é😀\ufffdx");
    }

    @Test
    void aFileThatHasItsSizeEndsWithAMark() throws Exception {
        reopen(2000, false);
        try (var alice = join("alice")) {
            for (int i = 0; i < 100; i++) {
                show(alice, "x".repeat(100));
            }
        }
        assertThat(Files.size(files().getFirst())).isLessThan(2400);
        assertThat(events().getLast()).startsWith("m the recording ends here");

        join("bob").close();
        assertThat(files()).hasSize(2);
    }

    @Test
    void aSlowDiskHoldsUpNobodyAndLeavesAGap() throws Exception {
        var disk = new CountDownLatch(1);
        queue.add(waitingFor(disk));
        try (var alice = join("alice")) {
            for (int i = 0; i < 300; i++) {
                show(alice, "x".repeat(1000));
            }
            disk.countDown();
            recordings.flush();
            show(alice, "after");
        }
        assertThat(events())
                .hasSizeBetween(50, 120)
                .containsSubsequence("o " + "x".repeat(1000), "o after", "m left: alice")
                .anyMatch(event -> event.matches("m [0-9]{6} bytes are missing here: the disk was too slow"));
    }

    private static Runnable waitingFor(CountDownLatch latch) {
        return () -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @Test
    void aSessionThatFloodsItsTerminalLeavesNoGapInOthers() throws Exception {
        var disk = new CountDownLatch(1);
        queue.add(waitingFor(disk));
        try (var flood = recordings.join((ToShed) LoginName.parse("demo+flood"), "container", client("mallory"), SIZE);
                var alice = join("alice")) {
            for (int i = 0; i < 300; i++) {
                show(flood, "x".repeat(1000));
            }
            show(alice, "$ ls");
            disk.countDown();
        }
        assertThat(files()).hasSize(2);
        assertThat(Files.readString(files().getFirst())).contains("bytes are missing");
        assertThat(Files.readString(files().getLast())).contains("$ ls").doesNotContain("missing");
    }

    @Test
    void aDirectoryThatOthersCanWriteIsNotUsed() throws Exception {
        var open = Files.createDirectory(directory.resolve("r"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));
        try (var alice = join("alice")) {
            assertThat(alice.isRecorded()).isFalse();
        }
        reopen(1 << 20, true);
        assertThatThrownBy(() -> join("alice"))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("/r: group or others can write it");
        assertThat(open).isEmptyDirectory();

        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
        join("alice").close();
        assertThat(files()).hasSize(1);
    }

    @Test
    void whatCannotBeRecordedIsLetThroughOrRefused() throws Exception {
        Files.createFile(directory.resolve("r"));
        try (var alice = join("alice")) {
            assertThat(alice.isRecorded()).isFalse();
        }
        reopen(1 << 20, true);
        assertThatThrownBy(() -> join("alice"))
                .isInstanceOf(ShedException.class)
                .hasMessageContaining("/r");
    }

    @Test
    void whatIsNotRecordedIsCountedAndForgivenWhenAnotherOneIs() throws Exception {
        var blocker = Files.createFile(directory.resolve("r"));
        join("alice").close();
        assertThat(recordings.failures().count()).isEqualTo(1);
        assertThat(recordings.failures().problem()).hasValue("Not a directory");
        Files.delete(blocker);
        join("alice").close();
        recordings.flush();
        assertThat(recordings.failures()).isEqualTo(new Recordings.Failures(1, Optional.empty()));
    }

    @Test
    void aLinkInThePlaceOfTheDirectoryIsNotFollowed() throws Exception {
        Files.createSymbolicLink(directory.resolve("r"), Files.createDirectory(directory.resolve("elsewhere")));
        reopen(1 << 20, true);
        assertThatThrownBy(() -> join("alice")).isInstanceOf(ShedException.class);
        assertThat(directory.resolve("elsewhere")).isEmptyDirectory();
    }

    @Test
    void otherShedsAreNotRecorded() throws Exception {
        var other = (ToShed) LoginName.parse("demo2+work");
        try (var alice = recordings.join(other, "container", client("alice"), SIZE)) {
            assertThat(alice.isRecorded()).isFalse();
            show(alice, "x");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void oldFilesGoAndThenTheOldestUntilTheRestIsSmallEnough() throws Exception {
        Files.createDirectory(directory.resolve("r"));
        old("a.cast", 31, 10);
        old("b.cast", 3, 700_000);
        old("c.cast", 2, 700_000);
        old("notes.txt", 99, 10);
        join("alice").close();

        assertThat(files())
                .extracting(path -> path.getFileName().toString())
                .containsExactly("c.cast", "demo+work.20260131T120000Z.cast");
        assertThat(directory.resolve("r").resolve("notes.txt")).exists();
    }

    @Test
    void aShedThatHasMuchPushesOutNoRecordingsButItsOwn() throws Exception {
        Files.createDirectory(directory.resolve("r"));
        old("quiet+a.cast", 9, 100_000);
        for (int i = 0; i < 5; i++) {
            old("flood+" + i + ".cast", 5 - i, 300_000);
        }
        join("alice").close();

        assertThat(files())
                .extracting(path -> path.getFileName().toString())
                .containsExactly(
                        "demo+work.20260131T120000Z.cast",
                        "flood+2.cast",
                        "flood+3.cast",
                        "flood+4.cast",
                        "quiet+a.cast");
    }

    /// Also where no recording begins any more.
    @Test
    void oldFilesGoWhenTheirTimeIsOver() throws Exception {
        Files.createDirectory(directory.resolve("r"));
        old("of-long-ago.cast", 31, 10);
        Await.until("the file is removed", Duration.ofSeconds(20), () -> files().isEmpty());
    }

    private void old(String name, int days, int size) throws IOException {
        var file = Files.write(directory.resolve("r").resolve(name), new byte[size]);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(days))));
    }
}
