package dev.shed.gateway.doctor;

import dev.shed.gateway.config.ConfigFile;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.ProgramName;
import dev.shed.gateway.text.ShellWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The configuration file: syntax, keys, values, owner and mode.
///
/// @param given the file named on the command line
public record ConfigurationCheck(Optional<Path> given) implements Check {
    @Override
    public String about() {
        return "configuration";
    }

    @Override
    public List<Finding> examine() {
        var file = ConfigFile.find(given);
        try {
            ConfigFile.load(given);
        } catch (ShedException e) {
            var name = ShellWords.quoted(file.map(Path::toString).orElse("gateway.yaml"));
            return List.of(Finding.error(
                    e.failure(),
                    "# correct the file, then:",
                    ProgramName.with("check-config --config " + name),
                    ProgramName.with("doctor --config " + name)));
        }
        return List.of(file.map(path -> Finding.ok(path + " is valid"))
                .orElseGet(() -> Finding.warning(
                        "there is no configuration file; the built-in defaults apply", ProgramName.with("init"))));
    }
}
