package dev.shed.gateway.container.kubernetes.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads files that the operator names: kubeconfig, certificates, keys and tokens. They are bounded in size.
public final class KubeFiles {
    private static final int LARGEST = 1 << 20;

    private KubeFiles() {}

    /// The content of a file.
    ///
    /// @throws IOException with a message for people
    static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file + " is larger than " + LARGEST + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("no permission to read " + file, e);
        }
    }

    /// The content of a file as text.
    ///
    /// @throws IOException with a message for people
    public static String text(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }
}
