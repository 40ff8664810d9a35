package dev.shed.gateway.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The limits of this process, which those of the gateway are if it is started in the same way: descriptors, threads,
/// and the memory of pipes.
///
/// @param root the directory with `proc` and `sys`
/// @param connections `ssh.max-connections`
public record LimitsCheck(Path root, int connections) implements Check {
    /// Descriptors of a connection with one channel: its socket, the streams of its process.
    private static final long LEAST_PER_CONNECTION = 4;

    /// With channels and forwards of an editor.
    private static final long PER_CONNECTION = 16;

    /// Threads and processes. A connection has threads of its own.
    private static final long LEAST_THREADS = 1024;

    /// The kernel's default. Beyond the limit a new pipe holds 4 KiB instead of 64 KiB.
    private static final long PIPE_PAGES = 16384;

    /// Bytes of one of the kernel's files.
    private static final int LARGEST = 8192;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    @Override
    public String about() {
        return "limits";
    }

    @Override
    public List<Finding> examine() throws IOException {
        var findings = new ArrayList<Finding>();
        descriptors(findings);
        threads(findings);
        pipes(findings);
        return findings.isEmpty() ? List.of(Finding.ok("descriptors, threads and pipes suffice")) : findings;
    }

    private void descriptors(List<Finding> findings) throws IOException {
        long limit = limit("Max open files").orElse(Long.MAX_VALUE);
        long enough = connections * PER_CONNECTION;
        if (limit >= enough) {
            return;
        }
        var message = "%d open files are allowed (RLIMIT_NOFILE); %d connections may need %d"
                .formatted(limit, connections, enough);
        String[] cure = {
            "# in a shell; in the unit: LimitNOFILE=65536", "ulimit -n 65536 || prlimit --pid $$ --nofile=65536:65536"
        };
        findings.add(
                limit < connections * LEAST_PER_CONNECTION
                        ? Finding.error(message, cure)
                        : Finding.warning(message, cure));
    }

    private void threads(List<Finding> findings) throws IOException {
        limit("Max processes").stream()
                .filter(limit -> limit < LEAST_THREADS)
                .forEach(limit -> findings.add(Finding.warning(
                        limit + " processes and threads are allowed for this user (RLIMIT_NPROC)",
                        "# in a shell; in the unit: LimitNPROC=infinity",
                        "ulimit -u 65536")));
        inControlGroup().stream()
                .filter(limit -> limit < LEAST_THREADS)
                .forEach(limit -> findings.add(Finding.warning(
                        limit + " threads are allowed in this control group (pids.max)",
                        "systemctl set-property shed-gateway TasksMax=infinity")));
    }

    private void pipes(List<Finding> findings) throws IOException {
        var text = text("proc/sys/fs/pipe-user-pages-soft");
        number(text).stream()
                .filter(pages -> pages > 0 && pages < PIPE_PAGES)
                .forEach(pages -> findings.add(Finding.warning(
                        pages + " pages of pipes are allowed for each user; transfers of many processes become slow",
                        "sysctl -w fs.pipe-user-pages-soft=" + PIPE_PAGES)));
    }

    /// The soft limit of `/proc/self/limits`; empty if it is unlimited.
    private OptionalLong limit(String name) throws IOException {
        for (var line : text("proc/self/limits").lines().toList()) {
            if (line.startsWith(name)) {
                return number(line.substring(name.length()).strip().split("\\s+", 2)[0]);
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong inControlGroup() throws IOException {
        for (var line : text("proc/self/cgroup").lines().toList()) {
            if (line.startsWith("0::/")) {
                return number(text("sys/fs/cgroup/" + line.substring("0::/".length()) + "/pids.max"));
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong number(String text) {
        var stripped = text.strip();
        return NUMBER.matcher(stripped).matches() ? OptionalLong.of(Long.parseLong(stripped)) : OptionalLong.empty();
    }

    /// The content of a file of the kernel's; empty if there is none. It is read in one piece: of a number the kernel
    /// returns the first part that is asked for, and no more.
    private String text(String path) throws IOException {
        var file = root.resolve(path);
        if (!Files.isReadable(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LARGEST), StandardCharsets.US_ASCII);
        }
    }
}
