package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks that the client's own files can be read, and that no other user can write them.
final class FileChecks {
    private static final Set<PosixFilePermission> WRITING =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Call call;

    FileChecks(Call call) {
        this.call = call;
    }

    List<Check> look() throws IOException {
        var home = call.home();
        var wrong = new ArrayList<Check>();
        for (var file : List.of(home.directory(), home.directory().resolve("run"), home.config(), home.knownHosts())) {
            shared(file).ifPresent(wrong::add);
        }
        if (wrong.isEmpty()) {
            wrong.add(Check.ok(
                    "files",
                    Files.exists(home.directory())
                            ? home.directory() + " is writable only by you"
                            : home.directory() + " does not exist yet"));
        }
        wrong.add(config());
        return wrong;
    }

    /// Whether others can write a file. Whoever can change the known hosts or the control sockets can
    /// redirect logins.
    static Optional<Check> shared(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.exists(file)) {
            return Optional.empty();
        }
        boolean writable = view.readAttributes().permissions().stream().anyMatch(WRITING::contains);
        return writable
                ? Optional.of(Check.fail(
                        "files",
                        CliFailure.Code.CONFIG,
                        Printable.of(file.toString()) + " is writable by other users",
                        "chmod go-w " + Printable.of(file.toString())))
                : Optional.empty();
    }

    private Check config() throws IOException {
        var settings = call.settings();
        if (settings.servers().isEmpty()) {
            return Check.warn("config", "no server has been added yet", "shed server add HOST");
        }
        if (settings.servers().size() > 1 && settings.defaultServer().isEmpty()) {
            return Check.warn("config", "there is no default server", "shed server set-default NAME");
        }
        return Check.ok(
                "config",
                call.home().config() + ": servers " + settings.servers().size() + ", default "
                        + settings.defaultOrOnly().name());
    }
}
