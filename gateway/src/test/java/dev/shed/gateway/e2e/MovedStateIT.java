package dev.shed.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The state directory is moved while the gateway is stopped: nothing is lost, and every shed starts as before.
class MovedStateIT {
    private ChildGateway gateway;
    private Path moved;

    @BeforeEach
    void start() throws Exception {
        gateway = ChildGateway.start();
        moved = gateway.place().path("elsewhere");
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    @Test
    void shedsStartAndRestartFromTheOldPath() throws Exception {
        var running = newShed("running");
        var restarted = newShed("restarted");
        var stopped = newShed("stopped");
        verb("stop " + stopped);
        move();

        assertThat(word(running, "tmux ls -F '#{session_name}'")).isEqualTo("agent\n");
        assertThat(verb("info " + running)).contains("processes    started by its porter");
        assertThat(verb("list")).containsPattern(stopped + " +stopped");
        verb("start " + stopped);
        verb("restart " + restarted);
        assertKept(stopped);
        assertKept(restarted);
        // Those who were there before it was moved see the new program and socket.
        verb("stop " + running);
        verb("start " + running);
        assertKept(running);
        verb("delete --force " + running);
        assertThat(moved.resolve("run").resolve(running)).doesNotExist();
        assertThat(newShed("fresh")).isNotEmpty();
    }

    /// The engine starts it again, past the gateway, by the path of before.
    @Test
    void theEngineStartsThemAsWell() throws Exception {
        var shed = newShed("engines");
        move();
        Place.docker("restart", "--time", "1", "shed-" + shed).orFail();

        assertKept(shed);
    }

    @Test
    void whereNoLinkCanBeMadeNothingIsStopped() throws Exception {
        var shed = newShed("running");
        gateway.stop();
        Files.move(gateway.place().state(), moved);
        // In the way of the link.
        Files.createFile(gateway.place().state());
        use(moved);
        gateway.startAgain();

        var result = gateway.ssh("shed@gw", "restart " + shed);
        assertThat(result.status()).isEqualTo(75);
        assertThat(result.err())
                .contains("the state directory was moved")
                .contains("ln -s " + moved + "/run " + gateway.place().state() + "/run");
        assertThat(word(shed, "tmux ls -F '#{session_name}'")).isEqualTo("agent\n");
        Files.delete(gateway.place().state());
        Files.createDirectory(gateway.place().state());
        Files.createSymbolicLink(gateway.place().state().resolve("run"), moved.resolve("run"));
        verb("restart " + shed);
        assertKept(shed);
    }

    /// A shed with a session, and a file in its workspace.
    private String newShed(String prefix) throws IOException {
        var shed = gateway.place().newShed(prefix);
        word(shed, "echo kept >/workspace/file; tmux new -d -s agent 'exec sleep 4000'");
        return shed;
    }

    private void move() throws IOException {
        gateway.stop();
        Files.move(gateway.place().state(), moved);
        use(moved);
        gateway.startAgain();
    }

    private void use(Path state) throws IOException {
        var file = gateway.place().path("gateway.yaml");
        Files.writeString(
                file, Files.readString(file).replace("state: " + gateway.place().state(), "state: " + state));
    }

    private void assertKept(String shed) throws IOException {
        assertThat(word(shed, "cat /workspace/file")).isEqualTo("kept\n");
        assertThat(verb("info " + shed)).contains("processes    started by its porter");
    }

    private String word(String shed, String command) throws IOException {
        return gateway.ssh(shed + "@gw", command).orFail();
    }

    private String verb(String line) throws IOException {
        return gateway.ssh("shed@gw", line).orFail();
    }
}
