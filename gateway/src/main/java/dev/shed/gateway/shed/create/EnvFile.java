package dev.shed.gateway.shed.create;

import dev.shed.gateway.access.key.OwnFile;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A file of environment variables in the format of `docker run --env-file`: one `NAME=VALUE` per line, with
/// the value unchanged up to the end of the line. Empty lines and lines that begin with `#` are ignored.
public final class EnvFile {
    /// A variable name that is valid in every shell.
    static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvFile() {}

    /// Reads the variables in `file`. Fails with `CONFIG` if it cannot be read or a line is malformed. The
    /// message does not contain values, since they may be secrets.
    public static Map<String, String> read(Path file) {
        var variables = new HashMap<String, String>();
        int number = 0;
        OwnFile.require("create.env-file: " + file, file);
        for (var line : lines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(variables, line, "create.env-file: " + file + ":" + number);
            }
        }
        return variables;
    }

    private static void add(Map<String, String> variables, String line, String where) {
        int equals = line.indexOf('=');
        if (equals < 0 || !NAME.matcher(line.substring(0, equals)).matches() || line.indexOf('\0') >= 0) {
            throw new ShedException(Failure.config(where, "this is not a variable", "NAME=VALUE"));
        }
        variables.put(line.substring(0, equals), line.substring(equals + 1));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ShedException(
                    Failure.config(
                            "create.env-file: " + file,
                            "it cannot be read: " + e.getClass().getSimpleName(),
                            "a file of NAME=VALUE lines in UTF-8 that the gateway can read"),
                    e);
        }
    }
}
