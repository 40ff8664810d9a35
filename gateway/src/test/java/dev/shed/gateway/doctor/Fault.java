package dev.shed.gateway.doctor;

import dev.shed.gateway.doctor.Finding.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A fault that a test makes, and what `doctor` has to say of it.
///
/// @param seed makes it in an empty directory, and returns the check that has to find it
/// @param message a part of the message
/// @param cure a part of the cure; `DIR` stands for the directory
record Fault(String name, Seed seed, Severity severity, String message, String cure) {
    /// Makes a fault.
    @FunctionalInterface
    interface Seed {
        Check in(Path directory) throws Exception;
    }

    static Fault error(String name, Seed seed, String message, String cure) {
        return new Fault(name, seed, Severity.ERROR, message, cure);
    }

    static Fault warning(String name, Seed seed, String message, String cure) {
        return new Fault(name, seed, Severity.WARNING, message, cure);
    }

    static Path write(Path file, String text, String mode) throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Override
    public String toString() {
        return name;
    }
}
