package dev.shed.gateway.container.kubernetes.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// How the gateway proves to the API server who it is. A client certificate is part of the TLS connection and has
/// no token.
interface Credential {
    /// The bearer token of the next request.
    ///
    /// @throws IOException if there is none now, with the reason for people
    Optional<String> token() throws IOException;

    /// The server did not accept the last one (401): the next one is made anew.
    default void renew() throws IOException {}

    /// No token.
    record None() implements Credential {
        @Override
        public Optional<String> token() {
            return Optional.empty();
        }
    }

    /// A token in the kubeconfig.
    record Token(String value) implements Credential {
        @Override
        public Optional<String> token() {
            return Optional.of(value);
        }

        /// Without the token, which must not get into a log.
        @Override
        public String toString() {
            return "Token";
        }
    }

    /// A token in a file, read for each request: those of pods are replaced every hour.
    record TokenFile(Path file) implements Credential {
        @Override
        public Optional<String> token() throws IOException {
            var text = KubeFiles.text(file).strip();
            if (text.isEmpty()) {
                throw new IOException(file + " is empty");
            }
            return Optional.of(text);
        }
    }
}
