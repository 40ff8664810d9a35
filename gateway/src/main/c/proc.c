#include "proc.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool proc_read(pid_t pid, const char *name, char *text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t count = read(fd, text, size - 1);
    close(fd);
    text[count > 0 ? count : 0] = 0;
    return count > 0;
}

bool proc_find(pid_t pid, struct process *process) {
    char text[1024], path[64], state;
    struct stat info;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    if (!proc_read(pid, "stat", text, sizeof text) || stat(path, &info) != 0) {
        return false;
    }
    const char *name = strchr(text, '('), *name_end = strrchr(text, ')'); // the name may contain ")"
    if (name == NULL || name_end == NULL ||
        sscanf(name_end + 1, " %c %d %d %d %d", &state, &process->parent, &process->group, &process->session,
               &process->terminal) != 5) {
        return false;
    }
    snprintf(process->name, sizeof process->name, "%.*s", (int)(name_end - name - 1), name + 1);
    process->pid = pid;
    process->user = info.st_uid;
    process->ended = state == 'Z' || state == 'X';
    return true;
}

pid_t proc_next(DIR *proc) {
    const struct dirent *entry;
    while (proc != NULL && (entry = readdir(proc)) != NULL) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
            return (pid_t)strtol(entry->d_name, NULL, 10);
        }
    }
    return 0;
}

void proc_close(DIR *proc) {
    if (proc != NULL) {
        closedir(proc);
    }
}
