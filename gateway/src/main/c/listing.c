#include "listing.h"

#include "base.h"
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MEMORY = 256 << 20, // bytes; a tmux takes a tenth of that
    ROOM = 1 << 20,     // for the answer: the shell reads longer ones
    MOST_PANES = 512,
    STATUS_WORD = 4,
    NOT_FOUND = 127,
    NOT_RUN = 126,
    SIGNALLED = 128,
};

/// What tmux has printed, and how it has ended, as a shell tells it.
struct answer {
    size_t length;
    bool too_long;
    int status;
};

static char text[ROOM];

static void limit_memory(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur > MEMORY) {
        limit.rlim_cur = MEMORY;
        setrlimit(RLIMIT_AS, &limit);
    }
}

static pid_t start(char **words, int output) {
    pid_t pid = vfork();
    if (pid == 0) {
        limit_memory();
        if (dup2(output, STDOUT_FILENO) >= 0) {
            execvp(words[0], words);
        }
        _exit(errno == ENOENT ? NOT_FOUND : NOT_RUN);
    }
    return pid;
}

static void read_all(int fd, struct answer *answer) {
    ssize_t count = 1;
    answer->length = 0;
    while (answer->length < ROOM && count != 0) {
        count = read(fd, text + answer->length, ROOM - answer->length);
        if (count < 0 && errno != EINTR) {
            break;
        }
        answer->length += count > 0 ? (size_t)count : 0;
    }
    answer->too_long = answer->length == ROOM;
}

static void ask(char **words, struct answer *answer) {
    int reading, writing, status = 0;
    *answer = (struct answer){.status = NOT_RUN};
    if (!open_pipe(&reading, &writing)) {
        return;
    }
    pid_t pid = start(words, writing);
    close(writing);
    if (pid > 0) {
        read_all(reading, answer);
        if (answer->too_long) {
            kill(pid, SIGKILL);
        }
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        answer->status = WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
    }
    close(reading);
}

static const char *variable(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value == NULL || *value == 0 ? otherwise : value;
}

/// The directory of tmux's sockets; false if the path is too long.
static bool directory_of_sockets(char path[PATH_MAX]) {
    return snprintf(path, PATH_MAX, "%s/tmux-%ld", variable("TMUX_TMPDIR", "/tmp"), (long)getuid()) < PATH_MAX;
}

static bool is_socket(int directory, const char *name) {
    struct stat info;
    return fstatat(directory, name, &info, 0) == 0 && S_ISSOCK(info.st_mode);
}

static bool is_record(int directory, const char *name) {
    size_t length = strlen(name);
    (void)directory;
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static bool is_other_socket(int directory, const char *name) {
    return strcmp(name, "default") != 0 && is_socket(directory, name);
}

/// Whether the directory has such an entry, of those that `*` stands for.
static bool has(const char *path, bool (*wanted)(int directory, const char *name)) {
    const struct dirent *entry;
    bool found = false;
    DIR *directory = opendir(path);
    while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
        found = entry->d_name[0] != '.' && wanted(dirfd(directory), entry->d_name);
    }
    proc_close(directory);
    return found;
}

static bool has_records(const char *base, const char *below, const char *directory) {
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s%s/%s", base, below, directory) >= PATH_MAX || has(path, is_record);
}

/// Whether an agent, a hook or the gateway may have written anything that belongs to a listing.
static bool may_have_records(void) {
    const char *home = variable("HOME", ""), *state = variable("XDG_STATE_HOME", NULL);
    const char *claude = variable("CLAUDE_CONFIG_DIR", NULL);
    const char *base = state == NULL ? home : state, *below = state == NULL ? "/.local/state" : "";
    return has_records(base, below, "shed/agents") || has_records(base, below, "shed/sessions") ||
           has_records(claude == NULL ? home : claude, claude == NULL ? "/.claude" : "", "sessions");
}

static bool may_have_other_servers(void) {
    char path[PATH_MAX];
    return !directory_of_sockets(path) || has(path, is_other_socket);
}

static bool is_shell(const char *name) {
    static const char *const shells[] = {"ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(name, shells[i]) == 0) {
            return true;
        }
    }
    return false;
}

/// Whether the process is a shell without children. The kernel lists them in a file, which is empty then.
static bool is_at_prompt(const char *digits) {
    char name[64], path[64], children[8];
    pid_t pid = (pid_t)strtol(digits, NULL, 10);
    if (pid <= 0 || !proc_read(pid, "comm", name, sizeof name)) {
        return false;
    }
    name[strcspn(name, "\n")] = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    int fd = is_shell(name) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool alone = fd >= 0 && read(fd, children, sizeof children) == 0;
    close_keeping_errno(fd);
    return alone;
}

/// Whether the line, which begins with `pane` and a tab, is about a pane in which no agent can be.
static bool is_plain(const char *line) {
    size_t digits = strspn(line, "0123456789");
    const char *kind = line + digits + 1;
    if (digits == 0 || digits > 9 || line[digits] != '\t') {
        return false;
    }
    return begins_with(kind, "other\t") || (begins_with(kind, "sh\t") && is_at_prompt(line));
}

/// The lines about panes come first. The text ends with a NUL.
static bool may_have_agents(void) {
    const char *line = text;
    for (int left = MOST_PANES; begins_with(line, "pane\t"); left--) {
        if (left == 0 || !is_plain(line + strlen("pane\t"))) {
            return true;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return false;
}

static bool write_all(int fd, const char *data, size_t length) {
    while (length > 0) {
        ssize_t count = write(fd, data, length);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        data += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static int become_shell(char **shell, const struct answer *answer) {
    char status[16];
    snprintf(status, sizeof status, "%d", answer->status);
    int fd = answer->too_long ? -1 : memfd_create("listing", MFD_CLOEXEC);
    if (fd >= 0 && write_all(fd, text, answer->length) && lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) >= 0) {
        shell[STATUS_WORD] = status;
    }
    execvp(shell[0], shell);
    return errno == ENOENT ? NOT_FOUND : NOT_RUN;
}

static bool may_have_server(void) {
    char path[PATH_MAX];
    int directory = !directory_of_sockets(path) ? -1 : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool found = directory >= 0 && is_socket(directory, "default");
    close_keeping_errno(directory);
    return found;
}

int listing_run(char **words, void (*prepare)(void)) {
    struct answer answer;
    char **shell = words;
    while (**shell != 0) {
        shell++;
    }
    *shell++ = NULL;
    bool early = !may_have_server();
    if (early) {
        prepare();
    }
    ask(words, &answer);
    if (!early && answer.status != 0 && answer.status < NOT_RUN) {
        prepare();
        ask(words, &answer);
    }
    if (!answer.too_long && answer.status >= NOT_RUN) {
        return answer.status;
    }
    if (!answer.too_long) {
        text[answer.length] = 0;
    }
    if (answer.too_long || strlen(text) < answer.length || may_have_other_servers() || may_have_records() || may_have_agents()) {
        return become_shell(shell, &answer);
    }
    return write_all(STDOUT_FILENO, text, answer.length) ? answer.status : 1;
}
