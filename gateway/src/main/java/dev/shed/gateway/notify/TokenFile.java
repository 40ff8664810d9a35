package dev.shed.gateway.notify;

import dev.shed.gateway.access.key.OwnFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/// A file with a token for the webhook (`notify.token-file`).
public final class TokenFile {
    private static final String KEY = "notify.token-file";
    private static final long MAX_TOKEN = 4096;

    private TokenFile() {}

    /// The token. Fails with `CONFIG` if another user could change the file.
    ///
    /// @throws IOException if others can read it, or if it is not one line with a token
    public static String read(Path file) throws IOException {
        OwnFile.require(KEY + ": " + file, file);
        var modes = Files.getPosixFilePermissions(file);
        if (modes.contains(PosixFilePermission.GROUP_READ) || modes.contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException(KEY + ": group or others can read it; chmod 600 " + file);
        }
        var token = Files.size(file) > MAX_TOKEN ? "" : Files.readString(file).strip();
        if (!token.matches("[!-~]+")) {
            throw new IOException(KEY + ": this is not one line with a token");
        }
        return token;
    }
}
