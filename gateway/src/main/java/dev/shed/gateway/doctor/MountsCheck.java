package dev.shed.gateway.doctor;

import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.create.MountSource;
import dev.shed.gateway.text.ShellWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files and directories of this host that new sheds mount (`create.mounts`).
public record MountsCheck(List<Path> sources) implements Check {
    @Override
    public String about() {
        return "mounts";
    }

    @Override
    public List<Finding> examine() {
        return sources.isEmpty()
                ? List.of(Finding.ok("none is configured"))
                : sources.stream().map(MountsCheck::examine).toList();
    }

    private static Finding examine(Path path) {
        var source = new MountSource(path);
        var name = ShellWords.quoted(path.toString());
        try {
            source.require();
        } catch (ShedException e) {
            return Files.notExists(path)
                    ? Finding.error(
                            e.failure().message(), "# if a directory is to be mounted:", "# install -d -m 0755 " + name)
                    : Finding.error(e.failure().message(), "chmod o-w " + name);
        }
        return source.warning()
                .map(warning -> Finding.warning(warning, "chmod g-w " + name))
                .orElseGet(() -> Finding.ok(path + " can be mounted"));
    }
}
