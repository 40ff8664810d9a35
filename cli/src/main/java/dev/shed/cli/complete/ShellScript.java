package dev.shed.cli.complete;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The script that makes a shell call `shed __complete`.
///
/// @param shell the shell's name
/// @param place its path below a prefix's `share`, where the shell looks for it
public record ShellScript(String shell, String place) {
    public static final List<ShellScript> ALL = List.of(
            new ShellScript("bash", "bash-completion/completions/shed"),
            new ShellScript("zsh", "zsh/site-functions/_shed"),
            new ShellScript("fish", "fish/vendor_completions.d/shed.fish"));

    public static List<String> names() {
        return ALL.stream().map(ShellScript::shell).toList();
    }

    public static Optional<ShellScript> of(String shell) {
        return ALL.stream().filter(script -> script.shell().equals(shell)).findFirst();
    }

    public String text() throws IOException {
        try (var script = requireNonNull(ShellScript.class.getResourceAsStream("shed." + shell))) {
            return new String(script.readAllBytes(), UTF_8);
        }
    }
}
