package dev.shed.gateway.container.porter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.ShedName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoriesTest {
    private static final ShedName DEMO = ShedName.parse("demo");

    @TempDir
    Path root;

    private void assertUnusable(ThrowingCallable call, Path named) {
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure().code()).isEqualTo("STATE_UNUSABLE"))
                .withMessageContaining(named + ": ");
    }

    @Test
    void aFileInPlaceOfADirectoryIsTold() throws Exception {
        var directories = new RunDirectories(root);
        var file = Files.createFile(root.resolve("demo"));
        assertUnusable(() -> directories.make(DEMO), file);
        assertUnusable(() -> directories.prepare(file, PorterBinary.load().orElseThrow()), file);
        assertUnusable(() -> new RunDirectories(file), file);
    }

    @Test
    void aProgramThatCannotBePutThereIsTold() throws Exception {
        var directories = new RunDirectories(root);
        var directory = directories.make(DEMO);
        var program = directory.resolve(RunDirectories.PROGRAM);
        Files.createFile(Files.createDirectory(program).resolve("full"));
        assertUnusable(() -> directories.prepare(directory, PorterBinary.load().orElseThrow()), program);
        assertThat(directory).isDirectoryNotContaining(file -> file.toString().endsWith(".new"));
    }

    /// A disk that is full or read-only does not matter where nothing has to be written.
    @Test
    void whatIsAsItShouldBeIsNotTouched() throws Exception {
        var directories = new RunDirectories(root);
        var binary = PorterBinary.load().orElseThrow();
        var directory = directories.make(DEMO);
        directories.prepare(directory, binary);
        var before = Files.readAttributes(directory, "unix:ctime").get("ctime");
        directories.prepare(directory, binary);
        assertThat(Files.readAttributes(directory, "unix:ctime").get("ctime")).isEqualTo(before);
    }

    /// The container is gone, and that is what was asked for.
    @Test
    void whatCannotBeRemovedIsLeftForLater() throws Exception {
        var directories = new RunDirectories(root);
        var directory = directories.make(DEMO);
        Files.createFile(Files.createDirectory(directory.resolve("odd")).resolve("full"));
        directories.remove(directory);
        assertThat(directory).exists();
        Files.setLastModifiedTime(directory, FileTime.from(Instant.EPOCH));
        var other = Files.createDirectory(root.resolve("other"));
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        directories.removeAllBut(List.of());
        assertThat(other).doesNotExist();
    }

    @Test
    void afterAMoveThePathOfBeforeLeadsHere() throws Exception {
        var mounted = new RunDirectories(root.resolve("one/run")).make(DEMO);
        for (var next : List.of("two", "three")) {
            Files.move(root.resolve(next.equals("two") ? "one" : "two"), root.resolve(next));
            var moved = new RunDirectories(root.resolve(next + "/run"));

            assertThat(moved.own(mounted))
                    .contains(root.resolve(next + "/run/demo").toRealPath());
            moved.requireReachable(DEMO, mounted);
            assertThat(mounted).isDirectory();
            moved.removeAllBut(moved.own(mounted).stream().toList());
            assertThat(mounted).as("not taken for what nobody uses").isDirectory();
            Files.delete(root.resolve("one/run"));
            Files.delete(root.resolve("one"));
            moved.own(mounted);
        }
    }

    @Test
    void whereNoLinkCanBeMadeThatIsSaidBeforeAnythingIsLost() throws Exception {
        var mounted = new RunDirectories(root.resolve("one/run")).make(DEMO);
        Files.move(root.resolve("one"), root.resolve("two"));
        Files.createFile(root.resolve("one"));
        var moved = new RunDirectories(root.resolve("two/run"));

        assertThat(moved.own(mounted)).isEmpty();
        assertThatExceptionOfType(ShedException.class)
                .isThrownBy(() -> moved.requireReachable(DEMO, mounted))
                .withMessageContaining("ln -s");
    }

    @Test
    void aDirectoryOfAnotherGatewayIsNotOurs() throws Exception {
        var theirs = new RunDirectories(root.resolve("theirs")).make(DEMO);
        var directories = new RunDirectories(root.resolve("ours"));

        assertThat(directories.own(theirs)).isEmpty();
        directories.make(DEMO);
        assertThat(directories.own(theirs)).as("theirs is there").isEmpty();
        directories.requireReachable(DEMO, theirs);
    }
}
