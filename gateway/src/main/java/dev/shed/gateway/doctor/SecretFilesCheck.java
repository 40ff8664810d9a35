package dev.shed.gateway.doctor;

import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.notify.TokenFile;
import dev.shed.gateway.shed.create.EnvFile;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Files with secrets. Their content is never shown.
///
/// @param environment `create.env-file`
/// @param token `notify.token-file`
public record SecretFilesCheck(Optional<Path> environment, Optional<Path> token) implements Check {
    @Override
    public String about() {
        return "secrets";
    }

    @Override
    public List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        environment.ifPresent(file -> findings.add(environment(file)));
        token.ifPresent(file -> findings.add(token(file)));
        return findings.isEmpty() ? List.of(Finding.ok("no file is configured")) : findings;
    }

    private static Finding environment(Path file) {
        int variables;
        try {
            variables = EnvFile.read(file).size();
        } catch (ShedException e) {
            return Files.exists(file)
                    ? Finding.error(e.failure())
                    : Finding.error(e.failure(), "install -m 0600 /dev/null " + quoted(file));
        }
        return isReadableByOthers(file)
                ? Finding.warning(
                        "create.env-file: " + file + ": others on this host can read it", "chmod 600 " + quoted(file))
                : Finding.ok("create.env-file: " + file + " has " + variables + " variables");
    }

    private static boolean isReadableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException _) {
            return false;
        }
    }

    private static Finding token(Path file) {
        try {
            TokenFile.read(file);
            return Finding.ok("notify.token-file: " + file + " has a token");
        } catch (ShedException e) {
            return Finding.error(e.failure());
        } catch (IOException e) {
            var message = "notify.token-file: " + file + " cannot be used (" + e.getMessage() + ")";
            if (Files.notExists(file)) {
                return Finding.error(
                        message, "install -m 0600 /dev/null " + quoted(file) + " && \"${EDITOR:-vi}\" " + quoted(file));
            }
            return Finding.error(
                    message,
                    "chmod 600 " + quoted(file),
                    "# one line with the token, and nothing else:",
                    "\"${EDITOR:-vi}\" " + quoted(file));
        }
    }

    private static String quoted(Path file) {
        return ShellWords.quoted(file.toString());
    }
}
