package dev.shed.gateway.failure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A failure, as it is reported to the user. docs/spec.md, section "Failures", specifies the codes and
/// statuses.
///
/// @param kind the stable code and its status
/// @param message one line, without a full stop and without control characters from the gateway itself
/// @param hint what to do: one command or piece of advice a line, never empty
public record Failure(Kind kind, String message, String hint) {
    /// The name of a tmux socket that needs no quotes.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    /// `git@HOST:PATH` and `ssh://git@HOST/PATH`.
    private static final Pattern OVER_SSH = Pattern.compile(
            "(ssh://([^@/]+@)?(?<url>[^@/:]+)(:[0-9]+)?/|([^@/:]+@)?(?<scp>[^@/:]+):(?!//))(?<path>.+)");

    /// All codes, with their exit statuses (after sysexits.h).
    public enum Kind {
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
        OTHER_HOME(73),
        OTHER_OWNER(73),
        STATE_UNUSABLE(74),
        SHED_STOPPED(75),
        SHED_NOT_READY(75),
        SESSION_NOT_READY(75),
        LIMIT_REACHED(75),
        TIMED_OUT(75),
        STALE(75),
        TMUX_MISSING(76),
        SFTP_MISSING(76),
        TOOL_MISSING(76),
        FORBIDDEN(77),
        CONFIG(78),
        CLONE_FAILED(79),
        WORKTREE_FAILED(79);

        private final int status;

        Kind(int status) {
            this.status = status;
        }
    }

    /// The code in output, such as `SHED_NOT_FOUND`.
    public String code() {
        return kind.name();
    }

    /// The exit status of the channel.
    public ExitStatus exitStatus() {
        return ExitStatus.of(kind.status);
    }

    /// An invalid name or argument.
    ///
    /// @param what the kind of name ("shed name")
    /// @param given the invalid value
    /// @param rule what is valid
    public static Failure invalidName(String what, String given, String rule) {
        return new Failure(Kind.INVALID_NAME, "'" + given + "' is not a " + what, "a " + what + " is " + rule);
    }

    /// A verb with invalid arguments.
    ///
    /// @param message what is wrong
    /// @param synopsis the verb's synopsis
    public static Failure usage(String message, String synopsis) {
        return new Failure(Kind.USAGE, message, synopsis);
    }

    public static Failure shedNotFound(String shed) {
        return new Failure(
                Kind.SHED_NOT_FOUND,
                "there is no shed '" + shed + "'",
                "ssh shed@HOST list\nssh shed@HOST create " + shed);
    }

    public static Failure sessionNotFound(String shed, String session) {
        return sessionNotFound(shed, session, "");
    }

    /// A session that does not exist.
    ///
    /// @param socket the name of the socket (`tmux -L`) whose server has a session of that name; empty if
    /// there is none
    public static Failure sessionNotFound(String shed, String session, String socket) {
        return new Failure(
                Kind.SESSION_NOT_FOUND,
                "there is no session '" + session + "' in shed '" + shed + "'"
                        + (socket.isEmpty() ? "" : "; the tmux server on its socket '" + socket + "' has one"),
                PLAIN.matcher(socket).matches()
                        ? "ssh -t %s@HOST \"tmux -L %s attach -t %s\"".formatted(shed, socket, session)
                        : "ssh -s " + shed + "@HOST sessions");
    }

    /// A session without a conversation that could be continued.
    ///
    /// @param session empty if no session is named
    public static Failure notResumable(String shed, String session) {
        return new Failure(
                Kind.SESSION_NOT_FOUND,
                "there is no conversation to resume in " + (session.isEmpty() ? "" : "session '" + session + "' of ")
                        + "shed '" + shed + "'",
                "to see what can be resumed: ssh -s " + shed + "@HOST sessions");
    }

    /// A conversation whose agent had options that are not kept.
    public static Failure optionsLost(String shed, String session) {
        return new Failure(
                Kind.SESSION_NOT_READY,
                "session '" + session + "' of shed '" + shed
                        + "' is not resumed by itself: the options of its agent are" + " not kept",
                "to start it without them: ssh shed@HOST resume " + shed + " " + session);
    }

    /// An image that the engine does not have.
    ///
    /// @param hint how to get it, in terms of the engine
    public static Failure imageNotFound(String image, String hint) {
        return new Failure(Kind.IMAGE_NOT_FOUND, "the engine has no image '" + image + "'", hint);
    }

    /// An engine that does not answer.
    ///
    /// @param hint how to look at it, in terms of the engine
    public static Failure engineUnavailable(String detail, String hint) {
        return new Failure(Kind.ENGINE_UNAVAILABLE, "the container engine does not answer: " + detail, hint);
    }

    /// An error response of the engine.
    ///
    /// @param words the engine's message, on one line
    /// @param hint where to find more
    public static Failure engineRefused(String words, String hint) {
        return new Failure(Kind.ENGINE_REFUSED, "the container engine refuses: " + words, hint);
    }

    /// A defect in the gateway.
    ///
    /// @param incident the id under which the log has the stack trace
    public static Failure internal(String incident) {
        return new Failure(
                Kind.INTERNAL,
                "a defect of the gateway, incident " + incident,
                "the gateway's log has the details: grep " + incident);
    }

    public static Failure shedAlreadyExists(String shed) {
        return new Failure(
                Kind.SHED_ALREADY_EXISTS,
                "there is a shed '" + shed + "' already",
                "to use it: ssh " + shed + "@HOST\nto use another name: ssh shed@HOST create NAME");
    }

    public static Failure sessionAlreadyExists(String shed, String session) {
        return new Failure(
                Kind.SESSION_ALREADY_EXISTS,
                "there is a session '" + session + "' in shed '" + shed + "' already",
                "ssh " + shed + "+" + session + "@HOST");
    }

    public static Failure shedAlreadyRunning(String shed) {
        return new Failure(
                Kind.SHED_ALREADY_RUNNING, "shed '" + shed + "' is running already", "ssh " + shed + "@HOST");
    }

    public static Failure shedAlreadyStopped(String shed) {
        return new Failure(Kind.SHED_ALREADY_STOPPED, "shed '" + shed + "' is stopped already", start(shed));
    }

    /// Describes an I/O error at a file of the gateway.
    ///
    /// @param path the file or directory that was used; the exception may name a file more exactly
    public static Failure stateUnusable(Path path, IOException problem) {
        return stateUnusable(FileProblem.file(problem).orElseGet(path::toString), FileProblem.words(problem));
    }

    /// A file of the gateway that cannot be read or written.
    ///
    /// @param path the file or directory of the host
    /// @param problem the operating system's message
    public static Failure stateUnusable(String path, String problem) {
        return new Failure(
                Kind.STATE_UNUSABLE,
                "the gateway cannot use its state directory: " + path + ": " + problem,
                "on the gateway's host: namei -l " + path + "; df -h " + path.replaceFirst("(.)/[^/]*$", "$1"));
    }

    public static Failure shedStopped(String shed) {
        return new Failure(Kind.SHED_STOPPED, "shed '" + shed + "' is stopped", start(shed));
    }

    public static Failure shedNotReady(String shed, String why) {
        return shedNotReady(shed, why, "try again in a moment\nssh shed@HOST list");
    }

    /// A shed whose processes are paused.
    ///
    /// @param hint how to resume it, in terms of the engine
    public static Failure paused(String shed, String hint) {
        return shedNotReady(shed, "it is paused", hint);
    }

    /// A shed that cannot be used now.
    ///
    /// @param why the reason, such as "it is restarting"
    public static Failure shedNotReady(String shed, String why, String hint) {
        return new Failure(Kind.SHED_NOT_READY, "shed '" + shed + "' is not ready: " + why, hint);
    }

    /// A session that cannot take input now.
    ///
    /// @param why the reason, as a clause
    public static Failure sessionNotReady(String shed, String session, String why) {
        var address = shed + "+" + session + "@HOST";
        return sessionNotReady(shed, session, why, "ssh -s " + address + " peek\nssh " + address);
    }

    /// The same with other advice.
    public static Failure sessionNotReady(String shed, String session, String why, String hint) {
        return new Failure(
                Kind.SESSION_NOT_READY,
                "session '" + session + "' of shed '" + shed + "' does not accept text: " + why,
                hint);
    }

    public static Failure limitReached(String limit) {
        return limitReached(limit, "close what is not needed and try again");
    }

    /// A limit that was reached.
    ///
    /// @param limit the limit and its value
    public static Failure limitReached(String limit, String hint) {
        return new Failure(Kind.LIMIT_REACHED, "limit reached: " + limit, hint);
    }

    /// A condition that was not met in time.
    ///
    /// @param what the condition, as a clause
    public static Failure timedOut(String shed, String session, String what, String limit) {
        return new Failure(
                Kind.TIMED_OUT, "not within " + limit + ": " + what, "ssh -s " + shed + "+" + session + "@HOST peek");
    }

    /// A question that cannot be answered, because it is another one by now, or answered.
    ///
    /// @param id as it was given
    /// @param why the reason, as a clause
    public static Failure stale(String id, String why) {
        return new Failure(Kind.STALE, "question '" + id + "' was not answered: " + why, "ssh shed@HOST inbox");
    }

    /// An answer that cannot be given so.
    ///
    /// @param id of the question
    /// @param why the reason, as a clause
    public static Failure notAnswered(String id, String why, String hint) {
        return new Failure(Kind.SESSION_NOT_READY, "question '" + id + "' was not answered: " + why, hint);
    }

    public static Failure tmuxMissing(String shed) {
        return new Failure(
                Kind.TMUX_MISSING,
                "the image of shed '" + shed + "' has no tmux",
                "install the package tmux in the image\nwithout a session: ssh " + shed + "@HOST COMMAND");
    }

    public static Failure sftpMissing(String shed) {
        return new Failure(
                Kind.SFTP_MISSING,
                "the image of shed '" + shed + "' has no sftp-server",
                "install the package openssh-sftp-server in the image");
    }

    /// A program that the image lacks.
    ///
    /// @param tool the program
    public static Failure toolMissing(String shed, String tool) {
        return new Failure(
                Kind.TOOL_MISSING,
                "the image of shed '" + shed + "' has no " + tool,
                "install " + tool + " in the image");
    }

    /// An action that the role or the key does not allow.
    ///
    /// @param what the action, as a verb phrase ("delete shed 'demo'")
    public static Failure forbidden(String what) {
        return forbidden(what, "");
    }

    /// The same with what the key may do instead.
    ///
    /// @param instead lines of a hint, each with a line feed; may be empty
    public static Failure forbidden(String what, String instead) {
        return new Failure(Kind.FORBIDDEN, "your key may not " + what, instead + "ssh shed@HOST whoami");
    }

    /// The same failure with another hint.
    public Failure withHint(String other) {
        return new Failure(kind, message, other);
    }

    /// An invalid configuration.
    ///
    /// @param where file, line and key, as far as known
    /// @param expected what is valid
    public static Failure config(String where, String problem, String expected) {
        return new Failure(Kind.CONFIG, where + ": " + problem, "expected: " + expected);
    }

    /// A repository that git could not clone.
    ///
    /// @param repository its address
    /// @param git git's messages
    public static Failure cloneFailed(String repository, String git) {
        return new Failure(Kind.CLONE_FAILED, "cannot clone " + repository + ": " + git, otherWays(repository));
    }

    /// A git worktree that could not be made.
    ///
    /// @param why git's messages, or what is missing
    public static Failure worktreeFailed(String branch, String why) {
        return new Failure(
                Kind.WORKTREE_FAILED,
                "cannot make a worktree of '" + branch + "': " + why,
                "check the repository: ssh -t SHED@HOST 'cd REPOSITORY && git worktree list'");
    }

    /// A kept workspace that holds another repository than the requested one.
    ///
    /// @param wanted the requested repository
    /// @param there the repository in the workspace
    /// @param directory its directory
    public static Failure otherRepository(String shed, String wanted, String there, String directory) {
        return new Failure(
                Kind.OTHER_REPOSITORY,
                "the workspace of '" + shed + "' was kept and has " + there + " in " + directory + ", not " + wanted,
                "to use the existing repository: ssh shed@HOST create " + shed
                        + "\nto use another name: ssh shed@HOST create NAME --repo " + wanted);
    }

    /// A kept home volume that was made for another home directory than the new shed would have.
    ///
    /// @param there the directory that it was made for
    /// @param home the directory that the new shed would mount it at, or `none`
    public static Failure otherHome(String shed, String there, String image, String home) {
        return new Failure(
                Kind.OTHER_HOME,
                "the home of '" + shed + "' was kept and belongs at " + there + "; with the image '" + image
                        + "' its place is " + home,
                "to use it: ssh shed@HOST create " + shed + " --image IMAGE, with an image whose user has the home "
                        + there + "\nto use another name: ssh shed@HOST create NAME --image " + image);
    }

    /// Kept volumes of a shed that belonged to others, where users see only their own sheds.
    ///
    /// @param owners the fingerprints of the keys that owned it, joined by commas
    public static Failure otherOwner(String shed, String owners) {
        return new Failure(
                Kind.OTHER_OWNER,
                "the volumes of '" + shed + "' were kept and belong to other keys: " + owners,
                "to give them back: ssh shed@HOST create " + shed + " --owner " + owners
                        + "\nto use another name: ssh shed@HOST create NAME");
    }

    private static String start(String shed) {
        return "ssh -s " + shed + "@HOST start";
    }

    private static String otherWays(String repository) {
        var ssh = OVER_SSH.matcher(repository);
        if (!ssh.matches()) {
            return "check the address, and that the shed has access to it";
        }
        var host = ssh.group("url") == null ? ssh.group("scp") : ssh.group("url");
        return "if it is public: ssh shed@HOST create NAME --repo https://" + host + "/" + ssh.group("path")
                + "\nif it is private, new sheds need a key: create.mounts in the gateway's configuration, such as"
                + " /etc/shed/keys:/home/dev/.ssh";
    }
}
