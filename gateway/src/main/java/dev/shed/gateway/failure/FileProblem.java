package dev.shed.gateway.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/// Describes an I/O error in the operating system's words.
public final class FileProblem {
    private FileProblem() {}

    /// The file that the error is about, if the exception names it.
    static Optional<String> file(IOException problem) {
        return problem instanceof FileSystemException known
                ? Optional.ofNullable(known.getOtherFile() == null ? known.getFile() : known.getOtherFile())
                : Optional.empty();
    }

    /// The error, such as "No such file or directory". The JDK has exceptions without a message for some
    /// errors.
    public static String words(IOException problem) {
        return switch (problem) {
            case AccessDeniedException _ -> "Permission denied";
            case NoSuchFileException _ -> "No such file or directory";
            case NotDirectoryException _ -> "Not a directory";
            case DirectoryNotEmptyException _ -> "Directory not empty";
            case FileAlreadyExistsException _ -> "File exists";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
        };
    }
}
