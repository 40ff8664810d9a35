package dev.shed.gateway.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// What went wrong, as the user is told it. Codes and statuses are a promise of docs/spec.md, section
/// "Failures".
public sealed interface Failure {
    /// The stable code and its status.
    Kind kind();

    /// One line for people, without a full stop and without control characters of ours.
    String message();

    /// What would help: one command or piece of advice a line, never empty.
    String hint();

    /// The code as the user sees it, such as `SHED_NOT_FOUND`.
    default String code() {
        return kind().name();
    }

    /// The status that the channel ends with.
    default ExitStatus exitStatus() {
        return ExitStatus.of(kind().status);
    }

    /// Every code there is, with its exit status (after sysexits.h).
    enum Kind {
        INVALID_NAME(64),
        USAGE(64),
        SHED_NOT_FOUND(66),
        SESSION_NOT_FOUND(66),
        IMAGE_NOT_FOUND(66),
        ENGINE_UNAVAILABLE(69),
        ENGINE_REFUSED(69),
        INTERNAL(70),
        SHED_ALREADY_EXISTS(73),
        SESSION_ALREADY_EXISTS(73),
        SHED_ALREADY_RUNNING(73),
        SHED_ALREADY_STOPPED(73),
        OTHER_REPOSITORY(73),
        STATE_UNUSABLE(74),
        SHED_STOPPED(75),
        SHED_NOT_READY(75),
        SESSION_NOT_READY(75),
        LIMIT_REACHED(75),
        TIMED_OUT(75),
        TMUX_MISSING(76),
        SFTP_MISSING(76),
        TOOL_MISSING(76),
        FORBIDDEN(77),
        CONFIG(78),
        CLONE_FAILED(79);

        private final int status;

        Kind(int status) {
            this.status = status;
        }
    }

    /// A name or argument that breaks its rule.
    ///
    /// @param what the kind of name ("shed name")
    /// @param given what came
    /// @param rule the rule it breaks
    record InvalidName(String what, String given, String rule) implements Failure {
        @Override
        public Kind kind() {
            return Kind.INVALID_NAME;
        }

        @Override
        public String message() {
            return "'" + given + "' is not a " + what;
        }

        @Override
        public String hint() {
            return "a " + what + " is " + rule;
        }
    }

    /// A verb called wrongly.
    ///
    /// @param message what is wrong with the call
    /// @param synopsis how it is written
    record Usage(String message, String synopsis) implements Failure {
        @Override
        public Kind kind() {
            return Kind.USAGE;
        }

        @Override
        public String hint() {
            return synopsis;
        }
    }

    record ShedNotFound(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SHED_NOT_FOUND;
        }

        @Override
        public String message() {
            return "there is no shed '" + shed + "'";
        }

        @Override
        public String hint() {
            return "ssh shed@HOST list\nssh shed@HOST create " + shed;
        }
    }

    /// A session that is not there.
    ///
    /// @param socket the name of the socket whose server has a session of that name (`tmux -L`); empty for none
    record SessionNotFound(String shed, String session, String socket) implements Failure {
        private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

        public SessionNotFound(String shed, String session) {
            this(shed, session, "");
        }

        @Override
        public Kind kind() {
            return Kind.SESSION_NOT_FOUND;
        }

        @Override
        public String message() {
            return "there is no session '" + session + "' in shed '" + shed + "'"
                    + (socket.isEmpty() ? "" : "; the tmux server on its socket '" + socket + "' has one");
        }

        @Override
        public String hint() {
            return PLAIN.matcher(socket).matches()
                    ? "ssh -t %s@HOST \"tmux -L %s attach -t %s\"".formatted(shed, socket, session)
                    : "ssh -s " + shed + "@HOST sessions";
        }
    }

    record ImageNotFound(String image) implements Failure {
        @Override
        public Kind kind() {
            return Kind.IMAGE_NOT_FOUND;
        }

        @Override
        public String message() {
            return "the engine has no image '" + image + "'";
        }

        @Override
        public String hint() {
            return "build it or pull it on the gateway's host: docker pull " + image
                    + "\nor name another one: ssh shed@HOST create NAME --image IMAGE";
        }
    }

    record EngineUnavailable(String detail) implements Failure {
        @Override
        public Kind kind() {
            return Kind.ENGINE_UNAVAILABLE;
        }

        @Override
        public String message() {
            return "the container engine does not answer: " + detail;
        }

        @Override
        public String hint() {
            return "on the gateway's host: docker info";
        }
    }

    /// An error that the engine answered with.
    ///
    /// @param words the engine's own, on one line
    record EngineRefused(String words) implements Failure {
        @Override
        public Kind kind() {
            return Kind.ENGINE_REFUSED;
        }

        @Override
        public String message() {
            return "the container engine refuses: " + words;
        }

        @Override
        public String hint() {
            return "on the gateway's host: journalctl --unit docker --since -5m";
        }
    }

    /// A defect; the log has the stack.
    ///
    /// @param incident the id under which the log holds the whole story
    record Internal(String incident) implements Failure {
        @Override
        public Kind kind() {
            return Kind.INTERNAL;
        }

        @Override
        public String message() {
            return "a defect of the gateway, incident " + incident;
        }

        @Override
        public String hint() {
            return "the gateway's log has the details: grep " + incident;
        }
    }

    record ShedAlreadyExists(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SHED_ALREADY_EXISTS;
        }

        @Override
        public String message() {
            return "there is a shed '" + shed + "' already";
        }

        @Override
        public String hint() {
            return "ssh " + shed + "@HOST\nssh shed@HOST delete " + shed;
        }
    }

    record SessionAlreadyExists(String shed, String session) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SESSION_ALREADY_EXISTS;
        }

        @Override
        public String message() {
            return "there is a session '" + session + "' in shed '" + shed + "' already";
        }

        @Override
        public String hint() {
            return "ssh " + shed + "+" + session + "@HOST";
        }
    }

    record ShedAlreadyRunning(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SHED_ALREADY_RUNNING;
        }

        @Override
        public String message() {
            return "shed '" + shed + "' is running already";
        }

        @Override
        public String hint() {
            return "ssh " + shed + "@HOST";
        }
    }

    record ShedAlreadyStopped(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SHED_ALREADY_STOPPED;
        }

        @Override
        public String message() {
            return "shed '" + shed + "' is stopped already";
        }

        @Override
        public String hint() {
            return "ssh -s " + shed + "@HOST start";
        }
    }

    /// A file of the gateway's own that cannot be read or written.
    ///
    /// @param path the file or directory of the host
    /// @param problem the operating system's words
    record StateUnusable(String path, String problem) implements Failure {
        /// What an error at a file means.
        ///
        /// @param path what was read or written; the exception may name the very file
        public static StateUnusable of(Path path, IOException problem) {
            return new StateUnusable(named(problem).orElseGet(path::toString), words(problem));
        }

        private static Optional<String> named(IOException problem) {
            return problem instanceof FileSystemException known
                    ? Optional.ofNullable(known.getOtherFile() == null ? known.getFile() : known.getOtherFile())
                    : Optional.empty();
        }

        /// The JDK has exceptions of their own for some errors, and no words in them.
        private static String words(IOException problem) {
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

        @Override
        public Kind kind() {
            return Kind.STATE_UNUSABLE;
        }

        @Override
        public String message() {
            return "the gateway cannot use its state directory: " + path + ": " + problem;
        }

        @Override
        public String hint() {
            return "on the gateway's host: namei -l " + path + "; df -h " + path.replaceFirst("(.)/[^/]*$", "$1");
        }
    }

    record ShedStopped(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SHED_STOPPED;
        }

        @Override
        public String message() {
            return "shed '" + shed + "' is stopped";
        }

        @Override
        public String hint() {
            return "ssh -s " + shed + "@HOST start";
        }
    }

    /// A shed that cannot be used right now.
    ///
    /// @param why what stands in the way, such as "it is restarting"
    record ShedNotReady(String shed, String why, String hint) implements Failure {
        public ShedNotReady(String shed, String why) {
            this(shed, why, "try again in a moment\nssh shed@HOST list");
        }

        /// One whose processes are frozen.
        ///
        /// @param container the container's id: one that somebody else made may have any name
        public static ShedNotReady paused(String shed, String container) {
            return new ShedNotReady(shed, "it is paused", "on the gateway's host: docker unpause " + container);
        }

        @Override
        public Kind kind() {
            return Kind.SHED_NOT_READY;
        }

        @Override
        public String message() {
            return "shed '" + shed + "' is not ready: " + why;
        }
    }

    /// A session that takes no text at the moment.
    ///
    /// @param why a clause about the session
    record SessionNotReady(String shed, String session, String why) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SESSION_NOT_READY;
        }

        @Override
        public String message() {
            return "session '" + session + "' of shed '" + shed + "' takes no text: " + why;
        }

        @Override
        public String hint() {
            return "ssh -s " + shed + "+" + session + "@HOST peek\nssh " + shed + "+" + session + "@HOST";
        }
    }

    /// Too much at once.
    ///
    /// @param limit which limit, and its value
    record LimitReached(String limit, String hint) implements Failure {
        public LimitReached(String limit) {
            this(limit, "close what is not needed and try again");
        }

        @Override
        public Kind kind() {
            return Kind.LIMIT_REACHED;
        }

        @Override
        public String message() {
            return "limit reached: " + limit;
        }
    }

    /// What somebody waited for did not happen.
    ///
    /// @param what the condition, as a clause
    record TimedOut(String shed, String session, String what, String limit) implements Failure {
        @Override
        public Kind kind() {
            return Kind.TIMED_OUT;
        }

        @Override
        public String message() {
            return "not within " + limit + ": " + what;
        }

        @Override
        public String hint() {
            return "ssh -s " + shed + "+" + session + "@HOST peek";
        }
    }

    record TmuxMissing(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.TMUX_MISSING;
        }

        @Override
        public String message() {
            return "the image of shed '" + shed + "' has no tmux";
        }

        @Override
        public String hint() {
            return "install the package tmux in the image\nwithout a session: ssh " + shed + "@HOST COMMAND";
        }
    }

    record SftpMissing(String shed) implements Failure {
        @Override
        public Kind kind() {
            return Kind.SFTP_MISSING;
        }

        @Override
        public String message() {
            return "the image of shed '" + shed + "' has no sftp-server";
        }

        @Override
        public String hint() {
            return "install the package openssh-sftp-server in the image";
        }
    }

    /// A program that the image lacks.
    ///
    /// @param tool the program that is missing
    /// @param shed the shed whose image lacks it
    record ToolMissing(String shed, String tool) implements Failure {
        @Override
        public Kind kind() {
            return Kind.TOOL_MISSING;
        }

        @Override
        public String message() {
            return "the image of shed '" + shed + "' has no " + tool;
        }

        @Override
        public String hint() {
            return "install " + tool + " in the image";
        }
    }

    /// Something that the role or the key does not allow.
    ///
    /// @param what what the identity may not do, as a verb phrase ("delete shed 'demo'")
    record Forbidden(String what) implements Failure {
        @Override
        public Kind kind() {
            return Kind.FORBIDDEN;
        }

        @Override
        public String message() {
            return "your key may not " + what;
        }

        @Override
        public String hint() {
            return "ssh shed@HOST whoami";
        }
    }

    /// A configuration that cannot be used.
    ///
    /// @param where file, line and key, as far as known
    /// @param expected what should stand there
    record Config(String where, String problem, String expected) implements Failure {
        @Override
        public Kind kind() {
            return Kind.CONFIG;
        }

        @Override
        public String message() {
            return where + ": " + problem;
        }

        @Override
        public String hint() {
            return "expected: " + expected;
        }
    }

    /// A repository that git could not clone.
    ///
    /// @param repository what was to be cloned
    /// @param git git's own words
    record CloneFailed(String repository, String git) implements Failure {
        /// `git@HOST:PATH` and `ssh://git@HOST/PATH`.
        private static final Pattern OVER_SSH = Pattern.compile(
                "(ssh://([^@/]+@)?(?<url>[^@/:]+)(:[0-9]+)?/|([^@/:]+@)?(?<scp>[^@/:]+):(?!//))(?<path>.+)");

        @Override
        public Kind kind() {
            return Kind.CLONE_FAILED;
        }

        @Override
        public String message() {
            return "cannot clone " + repository + ": " + git;
        }

        @Override
        public String hint() {
            var ssh = OVER_SSH.matcher(repository);
            if (!ssh.matches()) {
                return "check the address and that the shed may read it";
            }
            var host = ssh.group("url") == null ? ssh.group("scp") : ssh.group("url");
            return "if everybody may read it: --repo https://" + host + "/" + ssh.group("path")
                    + "\nif not, new sheds need a key: create.mounts in the gateway's configuration, such as"
                    + " /etc/shed/keys:/home/dev/.ssh";
        }
    }

    /// A workspace that was kept has another repository than the one that was asked for.
    ///
    /// @param wanted what was asked for
    /// @param there where that in the workspace came from
    /// @param directory where it is
    record OtherRepository(String shed, String wanted, String there, String directory) implements Failure {
        @Override
        public Kind kind() {
            return Kind.OTHER_REPOSITORY;
        }

        @Override
        public String message() {
            return "the workspace of '" + shed + "' was kept and has " + there + " in " + directory + ", not " + wanted;
        }

        @Override
        public String hint() {
            return "to go on with what is there: ssh shed@HOST create " + shed
                    + "\nor for a shed of another name: ssh shed@HOST create NAME --repo " + wanted;
        }
    }
}
