package dev.shed.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shed.gateway.Await;
import dev.shed.gateway.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {
    private static final AuditFile.Limits LIMITS = new AuditFile.Limits(20, 2);
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final MutableClock clock = new MutableClock(NOON);

    private AuditFile open() throws IOException {
        return AuditFile.open(directory, LIMITS, clock);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private String unpack(String name) throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(directory.resolve(name)))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void awaitNames(String... names) throws Exception {
        Await.until(String.join(" ", names), PATIENCE, () -> {
            try (var files = Files.list(directory)) {
                return files.map(file -> file.getFileName().toString())
                        .sorted()
                        .toList()
                        .equals(List.of(names));
            }
        });
    }

    @Test
    void itIsReadableByItsOwnerAlone() throws IOException {
        try (var file = open()) {
            file.append("a");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsInItStays() throws IOException {
        for (var line : List.of("a", "b")) {
            try (var file = open()) {
                file.append(line);
            }
            Files.setLastModifiedTime(directory.resolve("audit.log"), FileTime.from(NOON));
        }
        assertThat(read("audit.log")).isEqualTo("a\nb\n");
    }

    @Test
    void aLineThatACrashHasCutDoesNotSwallowTheNext() throws IOException {
        Files.writeString(directory.resolve("audit.log"), "{\"ti");
        Files.setLastModifiedTime(directory.resolve("audit.log"), FileTime.from(NOON));
        try (var file = open()) {
            file.append("b");
        }
        assertThat(read("audit.log")).isEqualTo("{\"ti\nb\n");
    }

    @Test
    void eachDayHasAFile() throws Exception {
        try (var file = open()) {
            file.append("a");
            clock.advance(Duration.ofDays(1));
            file.append("b");
            awaitNames("audit.2026-01-31.log.gz", "audit.log");
        }
        assertThat(unpack("audit.2026-01-31.log.gz")).isEqualTo("a\n");
        assertThat(read("audit.log")).isEqualTo("b\n");
    }

    @Test
    void theDayOfAnEarlierGatewayCounts() throws Exception {
        Files.writeString(directory.resolve("audit.log"), "a\n");
        Files.setLastModifiedTime(directory.resolve("audit.log"), FileTime.from(NOON.minus(Duration.ofDays(1))));
        try (var file = open()) {
            file.append("b");
            awaitNames("audit.2026-01-30.log.gz", "audit.log");
        }
    }

    @Test
    void aDayThatWritesMuchHasSeveralFiles() throws Exception {
        try (var file = open()) {
            file.append("twenty characters: 0");
            file.append("twenty characters: 1");
            awaitNames("audit.2026-01-31.log.gz", "audit.log");
            file.append("twenty characters: 2");
            awaitNames("audit.2026-01-31.1.log.gz", "audit.2026-01-31.log.gz", "audit.log");
        }
        assertThat(unpack("audit.2026-01-31.log.gz")).isEqualTo("twenty characters: 0\n");
        assertThat(unpack("audit.2026-01-31.1.log.gz")).isEqualTo("twenty characters: 1\n");
        assertThat(read("audit.log")).isEqualTo("twenty characters: 2\n");
    }

    @Test
    void oldFilesAreRemovedAndNothingElse() throws Exception {
        for (var name : List.of("audit.2026-01-28.log.gz", "audit.2026-01-29.log", "audit.2026-13-01.log.gz", "note")) {
            Files.writeString(directory.resolve(name), "x");
        }
        try (var file = open()) {
            file.append("a");
            clock.advance(Duration.ofDays(1));
            file.append("b");
            awaitNames("audit.2026-01-31.log.gz", "audit.2026-13-01.log.gz", "audit.log", "note");
        }
    }

    @Test
    void afterSomebodyHasMovedItAwayThereIsANewOne() throws IOException {
        try (var file = open()) {
            file.append("a");
            Files.move(directory.resolve("audit.log"), directory.resolve("mine"));
            file.append("b");
        }
        assertThat(read("mine")).isEqualTo("a\n");
        assertThat(read("audit.log")).isEqualTo("b\n");
    }

    @Test
    void whatIsNoFileIsRefusedAtOnce() throws IOException {
        Files.createDirectory(directory.resolve("audit.log"));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    }
}
