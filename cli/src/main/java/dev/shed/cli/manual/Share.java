package dev.shed.cli.manual;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Version;
import dev.shed.cli.complete.ShellScript;
import dev.shed.cli.main.Shed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Writes the files for a prefix's `share` (scripts/install-cli) and prints their names.
final class Share {
    private Share() {}

    /// Writes all files.
    ///
    /// @param arguments the prefix
    public static void main(String[] arguments) throws IOException {
        var prefix = Path.of(arguments[0]);
        var pages = new ManPages(Shed.everything(), Version.OWN, date());
        for (var page : pages.all().entrySet()) {
            write(prefix, "share/man/man1/" + page.getKey(), page.getValue());
        }
        for (var script : ShellScript.ALL) {
            write(prefix, "share/" + script.place(), script.text());
        }
    }

    /// The date of the pages: today, or that of a reproducible build
    /// (https://reproducible-builds.org/specs/source-date-epoch/).
    private static LocalDate date() {
        var epoch = System.getenv("SOURCE_DATE_EPOCH");
        return LocalDate.ofInstant(
                epoch == null ? Instant.now() : Instant.ofEpochSecond(Long.parseLong(epoch)), ZoneOffset.UTC);
    }

    private static void write(Path prefix, String name, String text) throws IOException {
        var file = prefix.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(UTF_8));
        System.out.println(name);
    }
}
